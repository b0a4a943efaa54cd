use std::time::Duration;

use douyin_core::{Change, StoreError};
use douyin_store_sql::SqlOptions;

use super::{like, new_user, new_video, number, open, run, server, stranger};

#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_reaches_no_caller() {
    /// Whether a store is about to lock users, or waits for it.
    const LOCKING: &str = "SELECT COUNT(*) FROM information_schema.processlist \
         WHERE db = DATABASE() AND info LIKE '%users%FOR UPDATE%' AND id <> CONNECTION_ID()";
    let Some((database, mut rival)) = server("deadlocks").await else {
        return;
    };
    let store = open(&database, &SqlOptions::default()).await;
    store.register(new_user(1)).await.unwrap();
    store.publish(new_video(1, 1)).await.unwrap();

    // The server gives up the transaction that has changed less.
    run(&mut rival, "BEGIN; UPDATE users SET signature = 'busy'").await;
    let liked = tokio::spawn({
        let store = store.clone();
        async move { like(&*store, 1, 1).await }
    });
    let mut watcher = stranger(&database).await;
    while number(&mut watcher, LOCKING).await == 0 {}
    // The store holds the video and waits for the user; from here on the other way round too.
    run(&mut rival, "SELECT id FROM videos WHERE id = 1 FOR UPDATE").await;
    run(&mut rival, "COMMIT").await;
    assert_eq!(liked.await.unwrap().unwrap(), Change::Applied);
    let count = "SELECT COUNT(*) FROM favorites";
    assert_eq!(number(&mut watcher, count).await, 1);
}

#[tokio::test]
async fn a_lock_that_is_held_for_too_long_is_told_and_then_forgotten() {
    let Some((database, mut rival)) = server("lock waits").await else {
        return;
    };
    let mut options = SqlOptions::default();
    options.lock_wait = Duration::from_secs(1);
    let store = open(&database, &options).await;
    for user in [1, 2] {
        store.register(new_user(user)).await.unwrap();
    }
    store.publish(new_video(1, 1)).await.unwrap();

    run(
        &mut rival,
        "BEGIN; SELECT id FROM users WHERE id = 2 FOR UPDATE",
    )
    .await;
    let refused = like(&*store, 2, 1).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    let unconcerned = like(&*store, 1, 1).await;
    assert_eq!(unconcerned.unwrap(), Change::Applied);
    run(&mut rival, "ROLLBACK").await;
    assert_eq!(like(&*store, 2, 1).await.unwrap(), Change::Applied);
}
