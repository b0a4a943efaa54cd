//! What was acknowledged is there afterwards.

use douyin_core::{Change, Mark, PageRequest};

use crate::scene::{Scene, like, likes, new_message, new_user, populate, user, video};

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_store_was_dropped_without_closing() {
    let scene = Scene::new();
    {
        let store = scene.open().await;
        populate(&*store).await;
        assert_eq!(
            like(&*store, 2, 1, Mark::On).await.unwrap(),
            Change::Applied
        );
        store.send(new_message(1, 1, 2)).await.unwrap();
    }
    let store = scene.open().await;
    assert_eq!(likes(&*store, 1).await, 1);
    let seen = store.video(Some(user(2)), video(1)).await.unwrap();
    assert!(seen.unwrap().is_favorite);
}

/// A copy of the files as they are at some moment is what is left when the power fails at that moment.
#[tokio::test]
async fn what_was_acknowledged_is_in_the_files_at_that_moment() {
    let (scene, copy) = (Scene::new(), Scene::new());
    let store = scene.open().await;
    populate(&*store).await;
    assert_eq!(
        like(&*store, 3, 1, Mark::On).await.unwrap(),
        Change::Applied
    );
    for suffix in ["", "-wal"] {
        let name = |file: std::path::PathBuf| {
            let name = format!("douyin.db{suffix}");
            file.with_file_name(name)
        };
        std::fs::copy(name(scene.file()), name(copy.file())).unwrap();
    }
    assert_eq!(likes(&*copy.open().await, 1).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_stores_on_one_file_see_each_others_writes_and_count_together() {
    let scene = Scene::new();
    let (one, other) = (scene.open().await, scene.open().await);
    populate(&*one).await;
    for number in 4..=43 {
        let (even, odd) = (number, number + 40);
        let (first, second) =
            tokio::join!(one.register(new_user(even)), other.register(new_user(odd)),);
        first.unwrap();
        second.unwrap();
        let (first, second) = tokio::join!(
            like(&*one, even, 1, Mark::On),
            like(&*other, odd, 1, Mark::On),
        );
        assert_eq!(first.unwrap(), Change::Applied);
        assert_eq!(second.unwrap(), Change::Applied);
        let (first, second) = tokio::join!(
            like(&*one, even, 1, Mark::Off),
            like(&*other, even, 1, Mark::Off),
        );
        let applied = [first.unwrap(), second.unwrap()]
            .iter()
            .filter(|change| **change == Change::Applied)
            .count();
        assert_eq!(applied, 1, "one of the two took the like back");
    }
    assert_eq!(likes(&*one, 1).await, 40);
    assert_eq!(likes(&*other, 1).await, 40);
    one.close().await.unwrap();
    let feed = other.feed(None, PageRequest::newest(10)).await.unwrap();
    assert_eq!(feed.items.len(), 1, "the other is still open");
}
