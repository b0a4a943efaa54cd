//! What is among the latest, for all processes.

use std::time::Duration;

use douyin_cache::redis::Latest;

use crate::server::server;
use crate::{open, until};

const SET: Latest<'_> = Latest {
    name: "known",
    most: 3,
    lasts: Duration::from_hours(1),
};

#[tokio::test]
async fn the_latest_are_remembered_for_all_processes_and_the_oldest_make_room() {
    let server = server!("the latest are remembered");
    let (here, there) = (open(&server), open(&server));
    for redis in [&here, &there] {
        until(async || redis.stats().connected).await;
    }
    for member in ["a", "b", "c", "a", "d"] {
        here.remember(SET, member).await.unwrap();
    }
    for (member, expected) in [("a", true), ("b", false), ("c", true), ("d", true)] {
        let remembers = there.remembers(SET, member).await;
        assert_eq!(remembers, Ok(expected), "{member}");
    }
    let millis: u64 = server.run(&["PTTL", "douyin:latest:known"]);
    assert!((3_500_000..=3_600_000).contains(&millis), "{millis}");
}
