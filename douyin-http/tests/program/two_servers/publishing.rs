use std::collections::BTreeSet;

use douyin_media::DEMO_CLIP;

use super::{Pair, done, factor, ids_of, number, profile, register};
use crate::client::{Account, Client};
use crate::database::{Database, on_each};

const AUTHORS: usize = 4;

on_each!(what_is_published_at_both_at_once_is_met_once_by_who_walks_the_feed: database(postgres, mariadb));
fn what_is_published_at_both_at_once_is_met_once_by_who_walks_the_feed(database: &Database) {
    let pair = Pair::start(database);
    let clients = pair.clients();
    let authors = register(&clients, AUTHORS);
    let each = 8 * factor();
    std::thread::scope(|scope| {
        for author in &authors {
            for (server, client) in clients.iter().enumerate() {
                scope.spawn(move || {
                    for number in 0..each {
                        publish(client, author, &format!("{server} {number}"));
                    }
                });
            }
        }
    });
    for client in &clients {
        let mut published = BTreeSet::new();
        for author in &authors {
            assert_eq!(profile(client, author)["work_count"], 2 * each);
            published.extend(ids_of(client, author, "/publish/list/", "video_list", &[]));
        }
        assert_eq!(published.len(), AUTHORS * 2 * each);
        let walked = walk(client);
        assert_eq!(walked.len(), published.len(), "none is met twice");
        assert_eq!(BTreeSet::from_iter(walked), published);
    }
    pair.assert_no_drift();
}

/// All videos, in the order in which who pages by `next_time` meets them.
fn walk(client: &Client) -> Vec<i64> {
    let mut walked = Vec::new();
    let mut latest = "0".to_owned();
    loop {
        let page = client.call("GET", "/feed/", &[("latest_time", &latest)]);
        let videos = done(&page)["video_list"].as_array().expect("a list");
        if videos.is_empty() {
            return walked;
        }
        walked.extend(videos.iter().map(|video| number(&video["id"])));
        latest = page["next_time"].to_string();
    }
}

pub(super) fn publish(client: &Client, by: &Account, title: &str) {
    let parts = [
        ("token", Some(by.token.as_str())),
        ("title", Some(title)),
        ("data", None),
    ];
    done(&client.upload(DEMO_CLIP, &parts));
}
