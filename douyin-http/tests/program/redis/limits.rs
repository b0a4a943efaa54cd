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
