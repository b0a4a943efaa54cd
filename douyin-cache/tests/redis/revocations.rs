//! Being told at once that something was revoked.

use crate::server::server;
use crate::{LONG_ENOUGH, open, until};

async fn is_woken(redis: &douyin_cache::redis::Redis) {
    let woken = tokio::time::timeout(LONG_ENOUGH, redis.revoked()).await;
    assert!(woken.is_ok(), "nobody wakes it");
}

#[tokio::test]
async fn every_process_is_woken_by_what_one_of_them_tells() {
    let server = server!("every process is woken");
    let (here, there) = (open(&server), open(&server));
    for redis in [&here, &there] {
        // Once for the new connection.
        is_woken(redis).await;
        until(async || redis.stats().connected).await;
    }
    here.tell_revoked().await;
    is_woken(&here).await;
    is_woken(&there).await;
    assert_eq!(there.stats().revocations, 1);
}

#[tokio::test]
async fn a_process_is_woken_when_it_may_have_missed_something() {
    let mut server = server!("a process that may have missed something");
    let redis = open(&server);
    is_woken(&redis).await;
    server.restart();
    is_woken(&redis).await;
    assert_eq!(redis.stats().revocations, 0);
    // It listens again.
    redis.tell_revoked().await;
    is_woken(&redis).await;
}
