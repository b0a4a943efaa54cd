use std::collections::BTreeSet;

use super::{Pair, done, factor, number, register};
use crate::client::{Account, Client};
use crate::database::{Database, on_each};

on_each!(messages_of_two_people_through_both_at_once_are_all_there_in_one_order: database(postgres, mariadb));
fn messages_of_two_people_through_both_at_once_are_all_there_in_one_order(database: &Database) {
    let pair = Pair::start(database);
    let clients = pair.clients();
    let [alice, bob]: [Account; 2] = register(&clients, 2).try_into().expect("two");
    let each = 40 * factor();
    std::thread::scope(|scope| {
        for (from, to) in [(&alice, &bob), (&bob, &alice)] {
            for (server, client) in clients.iter().enumerate() {
                scope.spawn(move || {
                    for number in 0..each {
                        let text = format!("{} at {server}, {number}", from.id);
                        send(client, from, to, &text);
                    }
                });
            }
        }
    });
    let [first, second] = clients
        .each_ref()
        .map(|client| history(client, &alice, &bob));
    assert_eq!(first, second);
    assert!(
        first.is_sorted_by(|(earlier, _), (later, _)| earlier < later),
        "two have one instant: {first:?}"
    );
    let texts: BTreeSet<&String> = first.iter().map(|(_, text)| text).collect();
    assert_eq!((texts.len(), first.len()), (4 * each, 4 * each));
}

fn send(client: &Client, from: &Account, to: &Account, text: &str) {
    let parameters = [
        ("token", from.token.as_str()),
        ("to_user_id", &to.id.to_string()),
        ("action_type", "1"),
        ("content", text),
    ];
    done(&client.call("POST", "/message/action/", &parameters));
}

/// The instants and texts of a conversation, oldest first.
fn history(client: &Client, of: &Account, with: &Account) -> Vec<(i64, String)> {
    let parameters = [
        ("token", of.token.as_str()),
        ("to_user_id", &with.id.to_string()),
    ];
    let answer = client.call("GET", "/message/chat/", &parameters);
    let messages = done(&answer)["message_list"].as_array().expect("a list");
    messages
        .iter()
        .map(|message| {
            let text = message["content"].as_str().expect("a text");
            (number(&message["create_time"]), text.to_owned())
        })
        .collect()
}
