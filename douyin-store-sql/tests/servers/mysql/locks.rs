use std::time::Duration;

use douyin_core::{Change, StoreError};
use douyin_store_sql::SqlOptions;

use super::{like, new_user, new_video, open, run, server};

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
