//! Marks that are lost behind a writer's back: whatever happened, nobody shows the writer the past before nothing is remembered
//! any more that is older than what they wrote.

use std::time::Duration;

use douyin_cache::Peers as _;
use douyin_cache::redis::{Redis, RedisPeers};
use tokio::time::Instant;

use crate::server::{Server, server};
use crate::{open, open_url, until, until_shown, user};

/// Longer than it takes to start the server again and to connect to it.
const AGE: Duration = Duration::from_secs(1);

/// Writes, loses the mark, and asserts that an age passes before the writer is shown the past at another process.
async fn loses(server: &mut Server, lose: impl FnOnce(&mut Server)) {
    let (here, there): (RedisPeers, RedisPeers) =
        (open(server).peers(AGE), open(server).peers(AGE));
    for peers in [&here, &there] {
        until_shown(peers, user(1)).await;
    }
    // Right before the mark is set: the write was committed then.
    let committed = Instant::now();
    here.wrote(&[user(1)]).await;
    lose(server);
    for peers in [&there, &here] {
        let shown = until_shown(peers, user(1)).await;
        assert!(shown - committed >= AGE, "{:?}", shown - committed);
    }
}

#[tokio::test]
async fn by_a_server_that_is_flushed() {
    let mut server = server!("marks lost by a flush");
    loses(&mut server, |server| server.run(&["FLUSHALL"])).await;
}

#[tokio::test]
async fn by_a_server_that_is_flushed_and_has_a_generation_again_at_once() {
    let mut server = server!("marks lost by a flush that another process met first");
    loses(&mut server, |server| {
        server.run::<()>(&["FLUSHALL"]);
        server.run::<()>(&["SET", "douyin:generation", "another"]);
    })
    .await;
}

#[tokio::test]
async fn by_a_server_that_starts_empty() {
    let mut server = server!("marks lost by a restart");
    loses(&mut server, Server::restart).await;
}

#[tokio::test]
async fn by_a_server_that_starts_with_what_it_saved_long_ago() {
    let mut server = server!("marks lost by an old snapshot");
    // A generation to be saved, and found again.
    until_shown(&open(&server).peers(AGE), user(1)).await;
    server.run::<()>(&["SAVE"]);
    let before: String = server.run(&["GET", "douyin:generation"]);
    loses(&mut server, |server| {
        server.restart();
        let after: String = server.run(&["GET", "douyin:generation"]);
        assert_eq!(after, before, "the generation does not tell");
    })
    .await;
}

/// Asserts that nobody is shown the past through it, though it is asked for longer than an age and answers.
async fn assert_not_relied_on(redis: &Redis, peers: &RedisPeers) {
    until(async || redis.stats().connected).await;
    peers.wrote(&[user(1)]).await;
    let begun = Instant::now();
    while begun.elapsed() < 2 * crate::AGE {
        assert!(!peers.may_be_shown_the_past(user(2)).await);
    }
    assert_eq!(redis.stats().untold, 0);
}

#[tokio::test]
async fn a_server_that_evicts_is_not_relied_on() {
    let server = server!("a server that evicts");
    server.run::<()>(&["CONFIG", "SET", "maxmemory", "100mb"]);
    server.run::<()>(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
    let redis = open(&server);
    let peers = redis.peers(crate::AGE);
    assert_not_relied_on(&redis, &peers).await;
    server.run::<()>(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    until_shown(&peers, user(2)).await;
}

#[tokio::test]
async fn a_server_that_does_not_tell_whether_it_evicts_is_not_relied_on() {
    let server = server!("a server that does not tell");
    let all_but_info = ["on", ">word", "~*", "&*", "+@all", "-info"];
    server.run::<()>(&[&["ACL", "SETUSER", "node"], &all_but_info[..]].concat());
    let redis = open_url(&format!("{}?user=node&pass=word", server.url()));
    let peers = redis.peers(crate::AGE);
    assert_not_relied_on(&redis, &peers).await;
    server.run::<()>(&["ACL", "SETUSER", "node", "+info"]);
    until_shown(&peers, user(2)).await;
}

#[tokio::test]
async fn a_server_without_room_for_a_mark_makes_the_writer_wait_instead() {
    let server = server!("a server without room");
    let redis = open(&server);
    let peers = redis.peers(AGE);
    until_shown(&peers, user(1)).await;
    server.run::<()>(&["CONFIG", "SET", "maxmemory", "1"]);
    let committed = Instant::now();
    peers.wrote(&[user(1)]).await;
    assert!(committed.elapsed() >= AGE);
    assert_eq!(redis.stats().untold, 1);
}
