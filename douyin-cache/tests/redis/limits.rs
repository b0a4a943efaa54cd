//! How often something happened, over all processes.

use std::time::Duration;

use douyin_cache::redis::{Redis, SharedQuota};

use crate::server::server;
use crate::{open, until};

fn quota(key: &str, times: u32) -> SharedQuota<'_> {
    SharedQuota {
        key,
        times,
        window: Duration::from_hours(1),
    }
}

async fn connected(redis: &Redis) {
    until(async || redis.stats().connected).await;
}

#[tokio::test]
async fn all_processes_together_take_as_many_turns_as_there_are() {
    let server = server!("all processes together");
    let processes = [open(&server), open(&server)];
    for redis in &processes {
        connected(redis).await;
    }
    for turn in 0..6 {
        let taken = processes[turn % 2].take(&[quota("alice", 6)]).await;
        assert_eq!(taken, Ok(Ok(())));
    }
    for redis in &processes {
        let refused = redis.take(&[quota("alice", 6)]).await.unwrap().unwrap_err();
        let wait = refused.retry_after;
        assert!(
            wait > Duration::from_mins(9) && wait <= Duration::from_mins(10),
            "{wait:?}"
        );
        assert_eq!(redis.take(&[quota("bob", 6)]).await, Ok(Ok(())));
    }
}

#[tokio::test]
async fn a_turn_that_one_quota_refuses_is_taken_of_none() {
    let server = server!("a turn that one quota refuses");
    let redis = open(&server);
    connected(&redis).await;
    let both = [quota("network", 3), quota("alice", 1)];
    assert_eq!(redis.take(&both).await, Ok(Ok(())));
    for _ in 0..5 {
        assert!(redis.take(&both).await.unwrap().is_err());
    }
    for _ in 0..2 {
        assert_eq!(redis.take(&[quota("network", 3)]).await, Ok(Ok(())));
    }
    assert!(redis.take(&[quota("network", 3)]).await.unwrap().is_err());
}

#[tokio::test]
async fn what_was_used_up_comes_back_evenly() {
    let server = server!("what was used up comes back");
    let redis = open(&server);
    connected(&redis).await;
    let short = SharedQuota {
        key: "alice",
        times: 10,
        window: Duration::from_millis(500),
    };
    until(async || redis.take(&[short]).await.unwrap().is_err()).await;
    until(async || redis.take(&[short]).await.unwrap().is_ok()).await;
}

#[tokio::test]
async fn hits_count_in_a_window_for_all_processes() {
    let server = server!("hits count in a window");
    let (here, there) = (open(&server), open(&server));
    connected(&here).await;
    connected(&there).await;
    let misses = [quota("alice", 2), quota("network", 20)];
    for _ in 0..2 {
        assert_eq!(there.peek(&misses).await, Ok(Ok(())));
        here.hit(&misses).await.unwrap();
    }
    let refused = there.peek(&misses).await.unwrap().unwrap_err();
    assert!(refused.retry_after > Duration::from_mins(59));
    assert_eq!(there.peek(&misses[1..]).await, Ok(Ok(())));
}

#[tokio::test]
async fn a_server_that_forgot_the_scripts_is_told_them_again() {
    let server = server!("a server that forgot the scripts");
    let redis = open(&server);
    connected(&redis).await;
    assert_eq!(redis.take(&[quota("alice", 2)]).await, Ok(Ok(())));
    server.run::<()>(&["SCRIPT", "FLUSH"]);
    assert_eq!(redis.take(&[quota("alice", 2)]).await, Ok(Ok(())));
    assert!(redis.take(&[quota("alice", 2)]).await.unwrap().is_err());
}

#[tokio::test]
async fn what_is_remembered_of_a_limit_is_gone_when_it_is_full_again() {
    let server = server!("what is remembered of a limit");
    let redis = open(&server);
    connected(&redis).await;
    let short = SharedQuota {
        key: "alice",
        times: 3,
        window: Duration::from_millis(30),
    };
    redis.take(&[short]).await.unwrap().unwrap();
    redis.hit(&[short]).await.unwrap();
    until(async || server.run::<Vec<String>>(&["KEYS", "*"]).is_empty()).await;
}
