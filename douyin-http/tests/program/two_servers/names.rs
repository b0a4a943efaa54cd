use std::sync::Barrier;
use std::thread::ScopedJoinHandle;

use serde_json::Value;

use super::{Pair, factor};
use crate::client::{Account, Client};
use crate::database::{Database, on_each};

/// `status_code` of a name that somebody else has.
const NAME_TAKEN: i64 = 5001;

/// One name: in other cases, in full width, and with the accent as a character of its own.
fn spellings(number: usize) -> [String; 4] {
    [
        "Zo\u{eb} ",
        "ZO\u{cb} ",
        "\u{ff3a}\u{ff4f}\u{eb} ",
        "zoe\u{308} ",
    ]
    .map(|name| format!("{name}{number}"))
}

on_each!(of_all_who_register_one_name_at_both_at_once_exactly_one_gets_it: database(postgres, mariadb));
fn of_all_who_register_one_name_at_both_at_once_exactly_one_gets_it(database: &Database) {
    race(&Pair::start(database), |client, _, name| {
        try_register(client, name)
    });
}

on_each!(of_all_who_register_or_change_to_one_name_at_both_at_once_exactly_one_gets_it: database(postgres, mariadb));
fn of_all_who_register_or_change_to_one_name_at_both_at_once_exactly_one_gets_it(
    database: &Database,
) {
    let pair = Pair::start(database);
    let [client, _] = pair.clients();
    let accounts = [0, 1, 2, 3].map(|racer| client.register(&format!("racer {racer}"), "password"));
    race(&pair, |client, racer, name| match accounts.get(racer) {
        Some(account) => try_edit(client, account, name),
        None => try_register(client, name),
    });
}

/// Eight racers, half of them at each server, want one name after the other.
fn race(pair: &Pair, wants: impl Fn(&Client, usize, &str) -> Value + Sync) {
    let clients = pair.clients();
    let names = 10 * factor();
    let together = Barrier::new(8);
    let race = |client: &Client, racer: usize| -> Vec<Value> {
        (0..names)
            .map(|number| {
                together.wait();
                wants(client, racer, &spellings(number)[racer / 2])
            })
            .collect()
    };
    let answers: Vec<Vec<Value>> = std::thread::scope(|scope| {
        let racers = (0..8).map(|racer| {
            let (client, race) = (&clients[racer % 2], &race);
            scope.spawn(move || race(client, racer))
        });
        let racers: Vec<_> = racers.collect();
        let ended = racers.into_iter().map(ScopedJoinHandle::join);
        ended
            .map(|answers| answers.expect("it comes to an end"))
            .collect()
    });
    let mut owners = Vec::new();
    for number in 0..names {
        let (won, lost): (Vec<_>, Vec<_>) = answers
            .iter()
            .map(|answers| &answers[number])
            .partition(|answer| answer["status_code"] == 0);
        assert_eq!(won.len(), 1, "{won:?}");
        for answer in lost {
            assert_eq!(answer["status_code"], NAME_TAKEN, "{answer}");
        }
        let id = won[0].pointer("/user/id").unwrap_or(&won[0]["user_id"]);
        owners.push(id.as_i64().expect("whoever won has an id"));
    }
    for number in 0..names {
        // Whoever won a later name as well has given this one up.
        let is_kept = !owners[number + 1..].contains(&owners[number]);
        for (client, spelling) in clients.iter().cycle().zip(spellings(number)) {
            let login = [("username", spelling.as_str()), ("password", "password")];
            let login = client.call("POST", "/user/login/", &login);
            let owner = if is_kept { owners[number] } else { 0 };
            assert_eq!(login["user_id"], owner, "{spelling}");
        }
    }
    pair.assert_no_drift();
}

fn try_register(client: &Client, name: &str) -> Value {
    let parameters = [("username", name), ("password", "password")];
    client.call("POST", "/user/register/", &parameters)
}

fn try_edit(client: &Client, account: &Account, name: &str) -> Value {
    let parameters = [("token", account.token.as_str()), ("name", name)];
    client.call("POST", "/user/profile/", &parameters)
}
