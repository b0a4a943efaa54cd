//! Who wrote just now.

use douyin_cache::Peers as _;
use douyin_cache::redis::{Redis, RedisOptions};
use tokio::time::Instant;

use crate::server::server;
use crate::{AGE, LONG_ENOUGH, open, until_shown, user};

#[tokio::test]
async fn who_wrote_is_not_shown_the_past_by_any_process_for_an_age() {
    let server = server!("who wrote is not shown the past");
    let (here, there) = (open(&server).peers(AGE), open(&server).peers(AGE));
    for peers in [&here, &there] {
        until_shown(peers, user(1)).await;
    }
    let wrote = Instant::now();
    here.wrote(&[user(1), user(2)]).await;
    for viewer in [1, 2] {
        for peers in [&there, &here] {
            let shown = until_shown(peers, user(viewer)).await;
            assert!(shown - wrote >= AGE, "{:?}", shown - wrote);
        }
    }
}

#[tokio::test]
async fn who_did_not_write_is_shown_the_past() {
    let server = server!("who did not write is shown the past");
    let redis = open(&server);
    let peers = redis.peers(AGE);
    until_shown(&peers, user(2)).await;
    let before = redis.stats();
    peers.wrote(&[user(1)]).await;
    assert!(peers.may_be_shown_the_past(user(2)).await);
    let stats = redis.stats();
    assert_eq!((stats.told - before.told, stats.untold), (1, before.untold));
    assert_eq!(stats.past_shown - before.past_shown, 1);
}

#[tokio::test]
async fn deployments_with_prefixes_of_their_own_share_a_server() {
    let server = server!("deployments share a server");
    let mut options = RedisOptions::default();
    options.prefix = "other:".to_owned();
    options.timeout = LONG_ENOUGH;
    let other = Redis::open(&server.url(), &options).unwrap().peers(AGE);
    let peers = open(&server).peers(AGE);
    until_shown(&peers, user(1)).await;
    until_shown(&other, user(1)).await;
    other.wrote(&[user(1)]).await;
    assert!(peers.may_be_shown_the_past(user(1)).await);
}
