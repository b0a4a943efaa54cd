//! A server that is not there, does not answer, or comes back.

use std::time::Duration;

use douyin_cache::Peers as _;
use douyin_cache::redis::{Redis, RedisOptions};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::server::server;
use crate::{AGE, LONG_ENOUGH, open, until, until_shown, user};

#[tokio::test]
async fn without_a_server_writers_wait_and_nobody_is_shown_the_past() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("redis+unix://{}/nothing", folder.path().display());
    let redis = Redis::open(&url, &RedisOptions::default()).unwrap();
    let peers = redis.peers(AGE);
    let committed = Instant::now();
    peers.wrote(&[user(1)]).await;
    assert!(committed.elapsed() >= AGE);
    assert!(!peers.may_be_shown_the_past(user(2)).await);
    until(async || redis.stats().failed_connections > 1).await;
    assert!(!redis.stats().connected);
}

#[tokio::test]
async fn a_server_that_is_frozen_costs_a_few_operations_their_time_and_none_after_that() {
    let server = server!("a frozen server");
    let redis = Redis::open(&server.url(), &RedisOptions::default()).unwrap();
    let peers = redis.peers(AGE);
    until_shown(&peers, user(1)).await;
    server.freeze();
    until(async || {
        peers.may_be_shown_the_past(user(1)).await;
        !redis.stats().connected
    })
    .await;
    let before = redis.stats();
    for _ in 0..1_000 {
        assert!(!peers.may_be_shown_the_past(user(1)).await);
    }
    let stats = redis.stats();
    assert_eq!(stats.timeouts, before.timeouts, "nothing was waited for");
    assert!(stats.timeouts <= 4, "{stats:?}");
    server.thaw();
    until_shown(&peers, user(1)).await;
}

#[tokio::test]
async fn a_server_that_ends_is_found_out_by_itself_and_found_again() {
    let mut server = server!("a server that ends");
    let redis = open(&server);
    let peers = redis.peers(AGE);
    until_shown(&peers, user(1)).await;
    server.kill();
    until(async || !redis.stats().connected).await;
    server.restart();
    until_shown(&peers, user(1)).await;
    assert_eq!(redis.stats().connections, 2);
}

#[tokio::test]
async fn what_is_no_redis_server_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://:hunter2@{}/0", silent.local_addr().unwrap());
    let redis = Redis::open(&url, &RedisOptions::default()).unwrap();
    let (mut greeted, _) = silent.accept().await.unwrap();
    let mut byte = [0];
    greeted.read_exact(&mut byte).await.unwrap();
    assert!(!redis.peers(AGE).may_be_shown_the_past(user(1)).await);
    until(async || redis.stats().failed_connections > 0).await;
    assert!(!format!("{redis:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_wrong_password_is_no_reason_to_end_and_right_when_it_is_set() {
    let server = server!("a wrong password");
    server.run::<()>(&["CONFIG", "SET", "requirepass", "hunter2"]);
    let url = format!("{}?pass=hunter3", server.url());
    let redis = Redis::open(&url, &RedisOptions::default()).unwrap();
    until(async || redis.stats().failed_connections > 0).await;
    let right = format!("{}?pass=hunter2", server.url());
    let redis = Redis::open(&right, &RedisOptions::default()).unwrap();
    until_shown(&redis.peers(AGE), user(1)).await;
    // Over the connection that knows the password, or nobody would be let in.
    assert!(redis.stats().connected);
}

#[tokio::test]
async fn what_is_no_url_is_refused_without_a_word_of_it() {
    for url in [
        "http://:hunter2@host/",
        "redis://:hunter2@host:hunter2/",
        "redis://:hunter2@host/hunter2",
        "hunter2",
    ] {
        let error = Redis::open(url, &RedisOptions::default()).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(error.to_string().contains("redis://"), "{error}");
    }
}

#[tokio::test]
async fn the_connection_ends_with_the_last_who_use_it() {
    let server = server!("the connection ends");
    let redis = open(&server);
    until(async || redis.stats().connected).await;
    let clients = || {
        let list: String = server.run(&["CLIENT", "LIST", "TYPE", "pubsub"]);
        list.lines().count()
    };
    assert_eq!(clients(), 1);
    let peers = redis.peers(Duration::ZERO);
    drop(redis);
    assert_eq!(clients(), 1);
    drop(peers);
    let ended = tokio::time::timeout(LONG_ENOUGH, async {
        while clients() > 0 {
            tokio::task::yield_now().await;
        }
    });
    assert!(ended.await.is_ok());
}
