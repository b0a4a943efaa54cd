//! Another process holds the lock.

use std::time::Duration;

use douyin_core::{Mark, PageRequest};
use douyin_store_sql::SqlOptions;
use futures_util::future::join_all;
use sqlx::Connection as _;

use crate::scene::{Scene, is_unavailable, like, likes, populate};

#[tokio::test]
async fn while_another_process_writes_readers_go_on_and_writers_fail_after_a_while() {
    let scene = Scene::new();
    let mut options = SqlOptions::default();
    options.lock_wait = Duration::from_millis(50);
    let store = scene.open_with(&options).await;
    populate(&*store).await;

    let mut stranger = scene.stranger().await;
    let transaction = stranger.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let page = store.feed(None, PageRequest::newest(10)).await.unwrap();
    assert_eq!(page.items.len(), 1);
    let refused = join_all((1..=3).map(|by| like(&*store, by, 1, Mark::On))).await;
    assert!(refused.iter().all(is_unavailable), "{refused:?}");
    assert!(is_unavailable(&store.ping().await));

    transaction.rollback().await.unwrap();
    store.ping().await.unwrap();
    assert_eq!(likes(&*store, 1).await, 0, "what was refused was not done");
    like(&*store, 1, 1, Mark::On).await.map(drop).unwrap();
    assert_eq!(likes(&*store, 1).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_waits_for_another_process_to_finish() {
    let scene = Scene::new();
    let store = scene.open().await;
    populate(&*store).await;
    let mut stranger = scene.stranger().await;
    let transaction = stranger.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { like(&*store, 2, 1, Mark::On).await }
    });
    transaction.commit().await.unwrap();
    waiting.await.unwrap().map(drop).unwrap();
    assert_eq!(likes(&*store, 1).await, 1);
}

#[tokio::test]
async fn readers_who_go_away_leave_room_for_others() {
    let scene = Scene::new();
    let mut options = SqlOptions::default();
    (options.readers, options.lock_wait) = (Some(1), Duration::from_mins(1));
    let store = scene.open_with(&options).await;
    populate(&*store).await;
    for _ in 0..20 {
        let mut leaves = store.feed(None, PageRequest::newest(10));
        // Whether it is done by then does not matter.
        drop(futures_util::poll!(&mut leaves));
        drop(leaves);
        let page = store.feed(None, PageRequest::newest(10)).await.unwrap();
        assert_eq!(page.items.len(), 1);
    }
}
