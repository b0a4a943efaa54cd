//! No room left.

use douyin_core::{Change, Mark};
use douyin_store_sql::SqlOptions;

use crate::scene::{Scene, is_unavailable, like, likes, new_message, populate};

#[tokio::test]
async fn a_full_database_fails_cleanly_and_goes_on_once_there_is_room() {
    let scene = Scene::new();
    let mut options = SqlOptions::default();
    options.max_pages = Some(60);
    let store = scene.open_with(&options).await;
    populate(&*store).await;

    let mut sent = 0;
    let refused = loop {
        match store.send(new_message(sent + 1, 1, 2)).await {
            Ok(_) => sent += 1,
            refused => break refused,
        }
    };
    assert!(is_unavailable(&refused), "{refused:?}");
    assert!(sent > 10);

    // What needs no room still works, beside what does.
    let (mark, refused) = tokio::join!(
        like(&*store, 2, 1, Mark::On),
        store.send(new_message(sent + 1, 2, 1)),
    );
    assert_eq!(mark.unwrap(), Change::Applied);
    assert!(is_unavailable(&refused), "{refused:?}");
    assert_eq!(likes(&*store, 1).await, 1);
    let stored = "SELECT COUNT(*) FROM messages";
    let stored: i64 = sqlx::query_scalar(stored)
        .fetch_one(&mut scene.stranger().await)
        .await
        .unwrap();
    assert_eq!(stored, sent, "what was refused left nothing behind");

    sqlx::query("DELETE FROM messages WHERE id <= 10")
        .execute(&mut scene.stranger().await)
        .await
        .unwrap();
    store.send(new_message(sent + 1, 1, 2)).await.unwrap();
    store.ping().await.unwrap();
}
