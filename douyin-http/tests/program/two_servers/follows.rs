use std::collections::BTreeSet;

use fastrand::Rng;

use super::{Pair, done, factor, ids_of, profile, register};
use crate::client::{Account, Client};
use crate::database::{Database, on_each};

const USERS: usize = 12;

on_each!(follows_in_both_directions_through_both_end_where_the_last_marks_left_them: database(postgres, mariadb));
fn follows_in_both_directions_through_both_end_where_the_last_marks_left_them(database: &Database) {
    let pair = Pair::start(database);
    let clients = pair.clients();
    let users = register(&clients, USERS);
    let mut random = Rng::with_seed(11);
    let last: Vec<Vec<bool>> = (0..USERS)
        .map(|user| {
            (0..USERS)
                .map(|other| user != other && random.bool())
                .collect()
        })
        .collect();

    // Everybody follows everybody at both servers at once, and leaves the same marks at the end.
    std::thread::scope(|scope| {
        for (user, last) in last.iter().enumerate() {
            for (server, client) in clients.iter().enumerate() {
                let users = &users;
                let mut random = Rng::with_seed((user * 2 + server) as u64);
                let others: Vec<usize> = (0..USERS).filter(|other| *other != user).collect();
                scope.spawn(move || {
                    for _ in 0..30 * factor() {
                        let other = others[random.usize(..others.len())];
                        mark(client, &users[user], &users[other], random.bool());
                    }
                    for other in others {
                        mark(client, &users[user], &users[other], last[other]);
                    }
                });
            }
        }
    });

    let those = |is_one: &dyn Fn(usize) -> bool| -> BTreeSet<i64> {
        (0..USERS)
            .filter(|user| is_one(*user))
            .map(|user| users[user].id)
            .collect()
    };
    for client in &clients {
        for (user, account) in users.iter().enumerate() {
            let listed = |path| {
                ids_of(
                    client,
                    account,
                    path,
                    "user_list",
                    &[("user_id", &account.id.to_string())],
                )
            };
            let followed = those(&|other| last[user][other]);
            let followers = those(&|other| last[other][user]);
            assert_eq!(listed("/relation/follow/list/"), followed);
            assert_eq!(listed("/relation/follower/list/"), followers);
            let friends = followed.intersection(&followers).copied().collect();
            assert_eq!(listed("/relation/friend/list/"), friends);
            let profile = profile(client, account);
            assert_eq!(profile["follow_count"], followed.len());
            assert_eq!(profile["follower_count"], followers.len());
        }
    }
    pair.assert_no_drift();
}

fn mark(client: &Client, by: &Account, whom: &Account, on: bool) {
    let parameters = [
        ("token", by.token.as_str()),
        ("to_user_id", &whom.id.to_string()),
        ("action_type", if on { "1" } else { "2" }),
    ];
    done(&client.call("POST", "/relation/action/", &parameters));
}
