use std::sync::Barrier;
use std::thread::ScopedJoinHandle;

use serde_json::Value;

use super::{Pair, done, factor};
use crate::client::Client;
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
    let pair = Pair::start(database);
    let clients = pair.clients();
    let names = 10 * factor();
    let together = Barrier::new(8);
    let race = |client: &Client, spelling: usize| -> Vec<Value> {
        (0..names)
            .map(|number| {
                together.wait();
                try_register(client, &spellings(number)[spelling])
            })
            .collect()
    };
    let answers: Vec<Vec<Value>> = std::thread::scope(|scope| {
        let racers = (0..8).map(|racer| {
            let (client, race) = (&clients[racer % 2], &race);
            scope.spawn(move || race(client, racer / 2))
        });
        let racers: Vec<_> = racers.collect();
        let ended = racers.into_iter().map(ScopedJoinHandle::join);
        ended
            .map(|answers| answers.expect("it comes to an end"))
            .collect()
    });
    for number in 0..names {
        let (won, lost): (Vec<_>, Vec<_>) = answers
            .iter()
            .map(|answers| &answers[number])
            .partition(|answer| answer["status_code"] == 0);
        assert_eq!(won.len(), 1, "{won:?}");
        for answer in lost {
            assert_eq!(answer["status_code"], NAME_TAKEN, "{answer}");
        }
        for (client, spelling) in clients.iter().cycle().zip(spellings(number)) {
            let login = [("username", spelling.as_str()), ("password", "password")];
            let login = client.call("POST", "/user/login/", &login);
            assert_eq!(done(&login)["user_id"], won[0]["user_id"], "{spelling}");
        }
    }
    pair.assert_no_drift();
}

fn try_register(client: &Client, name: &str) -> Value {
    let parameters = [("username", name), ("password", "password")];
    client.call("POST", "/user/register/", &parameters)
}
