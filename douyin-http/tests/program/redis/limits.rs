use ureq::http::Request;

use super::{Nodes, until};
use crate::client::Client;
use crate::database::{Database, on_each};

on_each!(what_is_limited_is_counted_by_both_servers_together: database(postgres));
fn what_is_limited_is_counted_by_both_servers_together(database: &Database) {
    let settings = [
        ("DOUYIN_LIMITS_WRITING_PER_ACCOUNT", "6/86400"),
        ("DOUYIN_LOGIN_MISSES", "4"),
    ];
    let Some(mut nodes) = Nodes::start(database, "limits and Redis", &settings) else {
        return;
    };
    let clients = nodes.clients();
    let [alice, bob] = ["alice", "bob"].map(|name| clients[0].register(name, "password"));
    let to = alice.id.to_string();
    let follow = |client: &Client| {
        let parameters = [
            ("token", bob.token.as_str()),
            ("to_user_id", &to),
            ("action_type", "1"),
        ];
        let answer = client.try_call("POST", "/relation/action/", &parameters);
        answer.expect("the server answers").status
    };
    for turn in 0..6 {
        assert_eq!(follow(&clients[turn % 2]), 200);
    }
    for client in &clients {
        assert_eq!(follow(client), 429);
    }

    let login = |client: &Client, password: &str| {
        let parameters = [("username", "alice"), ("password", password)];
        let answer = client.try_call("POST", "/user/login/", &parameters);
        answer.expect("the server answers").status
    };
    for turn in 0..4 {
        assert_eq!(login(&clients[turn % 2], "a wrong one"), 200);
    }
    for client in &clients {
        assert_eq!(login(client, "password"), 429);
    }

    // Without it each counts alone: three turns of Bob's were taken of either.
    nodes.redis.kill();
    for node in 0..2 {
        until(|| nodes.metric(node, "douyin_redis_connected") < 1.0);
    }
    for client in &clients {
        for _ in 0..2 {
            assert_eq!(follow(client), 200);
        }
    }
}

on_each!(where_an_owner_signed_in_at_one_server_the_other_does_not_lock_them_out: database(postgres));
fn where_an_owner_signed_in_at_one_server_the_other_does_not_lock_them_out(database: &Database) {
    let settings = [
        ("DOUYIN_LOGIN_MISSES", "1"),
        ("DOUYIN_SERVER_TRUSTED_PROXIES", "127.0.0.0/8"),
    ];
    let Some(nodes) = Nodes::start(database, "known networks and Redis", &settings) else {
        return;
    };
    let clients = nodes.clients();
    let call = |node: usize, action: &str, password: &str, address: &str| {
        let server = nodes.servers[node].url();
        let uri = format!("{server}/douyin/user/{action}/?username=alice&password={password}");
        let request = Request::post(uri).header("x-forwarded-for", address);
        let request = request.body(Vec::new()).expect("a well-formed request");
        let answer = clients[node].try_send(request);
        answer.expect("the server answers").status().as_u16()
    };
    let (home, elsewhere) = ("192.0.2.1", "203.0.113.9");
    assert_eq!(call(0, "register", "password", home), 200);
    // Ten networks miss once each: as many as an account may at large.
    for network in 1..=10 {
        let address = format!("198.51.100.{network}");
        assert_eq!(call(1, "login", "a-wrong-one", &address), 200);
    }
    for node in 0..2 {
        assert_eq!(call(node, "login", "password", elsewhere), 429);
        assert_eq!(call(node, "login", "password", home), 200);
    }
}
