//! What processes tell each other through a Redis server, and what they make of one that is away. Each case has a server of its
//! own, to do with as it likes.

mod away;
mod latest;
mod limits;
mod lost_marks;
mod marks;
mod revocations;
mod server;

use std::time::Duration;

use douyin_cache::Peers;
use douyin_cache::redis::{Redis, RedisOptions};
use douyin_core::UserId;
use tokio::time::Instant;

/// Nothing that comes at all takes so long.
const LONG_ENOUGH: Duration = Duration::from_mins(1);

/// What these processes agree on.
const AGE: Duration = Duration::from_millis(150);

fn user(id: i64) -> UserId {
    UserId::new(id).unwrap()
}

/// A process that waits for answers however busy the machine is.
fn open(server: &server::Server) -> Redis {
    open_url(&server.url())
}

fn open_url(url: &str) -> Redis {
    let mut options = RedisOptions::default();
    options.timeout = LONG_ENOUGH;
    Redis::open(url, &options).unwrap()
}

/// Waits until something is so.
async fn until(is_so: impl AsyncFn() -> bool) {
    let becomes_so = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let in_time = tokio::time::timeout(LONG_ENOUGH, becomes_so).await;
    assert!(in_time.is_ok(), "it never comes");
}

/// Waits until somebody may be shown the past again; answers when that was.
async fn until_shown(peers: &impl Peers, viewer: UserId) -> Instant {
    until(async || peers.may_be_shown_the_past(viewer).await).await;
    Instant::now()
}
