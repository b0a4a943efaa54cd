use std::collections::BTreeSet;
use std::thread::ScopedJoinHandle;

use super::{Pair, comments, factor, ids_of, publishing, register};
use crate::client::{Account, Client};
use crate::database::{Database, on_each};

/// More would wait for each other, fewer would seldom make an id in the same millisecond.
const CONNECTIONS: usize = 8;

on_each!(no_id_is_made_twice_however_the_servers_come_and_go: database(postgres, mariadb));
fn no_id_is_made_twice_however_the_servers_come_and_go(database: &Database) {
    let mut pair = Pair::start(database);
    let clients = pair.clients();
    let author = register(&clients, 1).remove(0);
    // A video for each connection: comments on one video would wait for each other, and keep out of one millisecond.
    for number in 0..CONNECTIONS {
        publishing::publish(&clients[0], &author, &format!("video {number}"));
    }
    let videos = ids_of(&clients[1], &author, "/publish/list/", "video_list", &[]);
    let mut ids: BTreeSet<i64> = videos.iter().copied().chain([author.id]).collect();
    for round in 0..6 {
        let made = make(&pair.clients(), &author, &videos);
        let expected = ids.len() + made.len();
        ids.extend(made);
        assert_eq!(ids.len(), expected, "round {round}: an id is there twice");
        // One of them ends as by a crash and comes back at once, while the other goes on.
        let side = round % 2;
        pair.servers[side].kill();
        pair.servers[side] = pair.sites[side].start();
    }
    pair.assert_no_drift();
}

/// The ids of comments that both servers make at the same time.
fn make(clients: &[Client; 2], author: &Account, videos: &BTreeSet<i64>) -> Vec<i64> {
    std::thread::scope(|scope| {
        let connections = videos.iter().zip(clients.iter().cycle());
        let threads: Vec<_> = connections
            .map(|(video, client)| {
                scope.spawn(move || {
                    let comment = |_| comments::add(client, author, &video.to_string());
                    (0..25 * factor()).map(comment).collect::<Vec<_>>()
                })
            })
            .collect();
        let made = threads.into_iter().map(ScopedJoinHandle::join);
        made.flat_map(|ids| ids.expect("it comes to an end"))
            .collect()
    })
}
