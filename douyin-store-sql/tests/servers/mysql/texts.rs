use douyin_core::{MediaKey, PageRequest, StoreError};
use douyin_store_sql::SqlOptions;
use futures_util::future::join_all;

use super::{new_user, new_video, number, open, server};

#[tokio::test]
async fn a_text_without_room_is_refused_whole_and_alone() {
    let Some((database, _stranger)) = server("long texts").await else {
        return;
    };
    let store = open(&database, &SqlOptions::default()).await;
    store.register(new_user(1)).await.unwrap();
    // At once, so that they share a transaction.
    let published = join_all((1..=9).map(|number| {
        let mut video = new_video(number, 1);
        if number == 5 {
            video.play = MediaKey::new("x".repeat(1025));
        }
        store.publish(video)
    }));
    for (number, published) in (1..).zip(published.await) {
        match published {
            Ok(_) => assert_ne!(number, 5),
            Err(StoreError::Unavailable(_)) => assert_eq!(number, 5),
            Err(error) => panic!("{number}: {error:?}"),
        }
    }
    let feed = store.feed(None, PageRequest::newest(10)).await.unwrap();
    assert_eq!(feed.items.len(), 8);
    assert_eq!(feed.items[0].author.work_count, 8);
}

/// Whatever the server and the database take for a default.
#[tokio::test]
async fn every_text_is_utf_8_of_four_bytes_and_compared_byte_by_byte() {
    const OTHERS: &str = "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() \
         AND table_name <> 'schema_migrations' AND collation_name <> 'utf8mb4_bin'";
    const KEYS: &str = "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() \
         AND table_name = 'users' AND column_name = 'username_key' AND data_type = 'varbinary'";
    let Some((database, mut stranger)) = server("collations").await else {
        return;
    };
    open(&database, &SqlOptions::default()).await;
    assert_eq!(number(&mut stranger, OTHERS).await, 0);
    assert_eq!(number(&mut stranger, KEYS).await, 1);
}
