use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Pair, SECRET, done};
use crate::client::Client;
use crate::database::{Database, on_each};
use crate::site::Site;

/// `status_code` of a token whose session has ended.
const ENDED: i64 = 2002;

/// Half a second is what it takes; a machine that does a dozen things may take longer.
const LONG_ENOUGH: Duration = Duration::from_secs(20);

fn profile(client: &Client, token: &str) -> Value {
    client.call("GET", "/user/", &[("token", token)])
}

fn post(client: &Client, path: &str, parameters: &[(&str, &str)]) -> Value {
    client.call("POST", path, parameters)
}

/// Signs in, or is given another token.
fn token_of(answer: &Value) -> String {
    let token = done(answer)["token"].as_str();
    token.expect("a token is a text").to_owned()
}

fn assert_ended(client: &Client, token: &str) {
    let answer = profile(client, token);
    assert_eq!(answer["status_code"], ENDED, "{answer}");
}

/// Waits until a server has heard that a session ended elsewhere.
fn ends_at(client: &Client, token: &str) {
    let begun = Instant::now();
    while profile(client, token)["status_code"] == 0 {
        assert!(begun.elapsed() < LONG_ENOUGH, "it was never heard");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_ended(client, token);
}

on_each!(what_ends_at_one_ends_at_the_other_and_stays_so_after_a_crash: database(postgres, mariadb));
fn what_ends_at_one_ends_at_the_other_and_stays_so_after_a_crash(database: &Database) {
    let mut pair = Pair::start(database);
    let [one, other] = pair.clients();
    let alice = one.register("alice", "password");
    let login = [("username", "alice"), ("password", "password")];
    let again = token_of(&post(&other, "/user/login/", &login));
    let renewed = token_of(&post(&other, "/user/token/", &[("token", &alice.token)]));

    done(&post(&one, "/user/logout/", &[("token", &alice.token)]));
    assert_ended(&one, &alice.token);
    ends_at(&other, &alice.token);
    assert_ended(&other, &renewed);
    done(&profile(&one, &again));

    done(&post(&other, "/user/logout/all/", &[("token", &again)]));
    assert_ended(&other, &again);
    ends_at(&one, &again);
    let fresh = token_of(&post(&one, "/user/login/", &login));
    done(&profile(&other, &fresh));

    for server in &mut pair.servers {
        server.kill();
    }
    let restarted = pair.sites[1].start();
    let restarted = Client::new(&restarted.url());
    for ended in [&alice.token, &renewed, &again] {
        assert_ended(&restarted, ended);
    }
    done(&profile(&restarted, &fresh));
}

on_each!(a_new_password_is_the_only_one_at_both_and_ends_what_was_before: database(postgres, mariadb));
fn a_new_password_is_the_only_one_at_both_and_ends_what_was_before(database: &Database) {
    let pair = Pair::start(database);
    let clients = pair.clients();
    let [one, other] = &clients;
    let alice = one.register("alice", "password");
    let parameters = [
        ("token", alice.token.as_str()),
        ("old_password", "password"),
        ("new_password", "another one"),
    ];
    let fresh = token_of(&post(one, "/user/password/", &parameters));
    assert_ended(one, &alice.token);
    ends_at(other, &alice.token);
    for client in &clients {
        done(&profile(client, &fresh));
        let old = [("username", "alice"), ("password", "password")];
        let refused = post(client, "/user/login/", &old);
        assert_eq!(refused["status_code"], 2003, "{refused}");
        let new = [("username", "alice"), ("password", "another one")];
        done(&profile(
            client,
            &token_of(&post(client, "/user/login/", &new)),
        ));
    }
}

on_each!(the_key_is_changed_one_server_after_the_other_and_nobody_is_signed_out: database(postgres));
fn the_key_is_changed_one_server_after_the_other_and_nobody_is_signed_out(database: &Database) {
    const NEW: &str = "the next secret of two servers, also 32 bytes";
    let pair = Pair::start(database);
    let Pair {
        sites: [mut first, mut second],
        servers,
    } = pair;
    let mut servers = servers.map(Some);
    let mut tokens = Vec::new();
    // The new key is accepted everywhere, and then signs; both are known until the last token of the old one has expired.
    let steps = [(SECRET, NEW), (NEW, SECRET)];
    for (name, (signs, accepted)) in ["alice", "bob"].into_iter().zip(steps) {
        for (number, site) in [&mut first, &mut second].into_iter().enumerate() {
            drop(servers[number].take());
            site.set("DOUYIN_JWT_SECRET", signs);
            site.set("DOUYIN_JWT_ALSO_ACCEPTED", accepted);
            servers[number] = Some(site.start());
            let clients = servers
                .each_ref()
                .map(|server| Client::new(&server.as_ref().expect("both run").url()));
            let name = format!("{name} {number}");
            tokens.push(clients[number].register(&name, "password").token);
            for client in &clients {
                for token in &tokens {
                    done(&profile(client, token));
                }
            }
        }
    }
    // When the old key is dropped, so is what it signed.
    drop(servers);
    first.set("DOUYIN_JWT_ALSO_ACCEPTED", "");
    let server = first.start();
    let client = Client::new(&server.url());
    let accepted = tokens
        .iter()
        .filter(|token| profile(&client, token)["status_code"] == 0);
    let by_the_new: Vec<_> = accepted.collect();
    assert_eq!(by_the_new, [&tokens[2], &tokens[3]]);
}

#[test]
fn a_key_that_was_moved_aside_is_accepted_until_its_file_is_gone() {
    let site = Site::on_url(None);
    let key = site.data().join("jwt.secret");
    let old = site.data().join("jwt.secret.old");
    let mut server = site.start();
    let alice = Client::new(&server.url()).register("alice", "password");
    server.kill();
    std::fs::rename(&key, &old).expect("it can be moved");
    let mut server = site.start();
    let client = Client::new(&server.url());
    done(&profile(&client, &alice.token));
    let renewed = token_of(&post(&client, "/user/token/", &[("token", &alice.token)]));
    server.kill();
    std::fs::remove_file(&old).expect("it can be removed");
    let server = site.start();
    let client = Client::new(&server.url());
    assert_ended(&client, &alice.token);
    done(&profile(&client, &renewed));
}
