//! What becomes of a deletion where the likes of the video cannot be forgotten at once.

use std::sync::Arc;

use douyin_core::port::MockStore;
use douyin_core::{
    BcryptHasher, Change, Douyin, Error, MediaKey, StoreError, Timestamp, User, UserId, Video,
    VideoId,
};

fn user(number: i64) -> UserId {
    UserId::new(number).unwrap()
}

fn video() -> VideoId {
    VideoId::new(7).unwrap()
}

/// A store with a video of the first user.
fn store() -> MockStore {
    let mut store = MockStore::default();
    store.videos.expect_video().returning(|_, id| {
        let author = User {
            id: user(1),
            name: "alice".to_owned(),
            signature: String::new(),
            avatar: None,
            background: None,
            follow_count: 0,
            follower_count: 0,
            total_favorited: 0,
            work_count: 1,
            favorite_count: 0,
            is_follow: false,
        };
        Ok(Some(Video {
            id,
            author,
            title: String::new(),
            play: MediaKey::new("videos/7.mp4"),
            cover: MediaKey::new("covers/7.jpg"),
            stream: None,
            favorite_count: 0,
            comment_count: 0,
            is_favorite: false,
            published_at: Timestamp::from_millis(0),
        }))
    });
    store
}

fn over(store: MockStore) -> Douyin {
    let hasher = Arc::new(BcryptHasher::new(4).unwrap());
    Douyin::builder_with_hasher(Arc::new(store), hasher).build()
}

#[tokio::test]
async fn a_video_whose_likes_cannot_be_forgotten_now_is_deleted_all_the_same() {
    let mut store = store();
    store
        .videos
        .expect_delete_video()
        .withf(|deletion| deletion.jobs.len() == 2)
        .times(1)
        .returning(|_| Ok(Change::Applied));
    store
        .favorites
        .expect_forget_favorites()
        .times(1)
        .returning(|_, _| Err(StoreError::Unavailable("the disk is full".into())));
    over(store).delete_video(user(1), video()).await.unwrap();
}

#[tokio::test]
async fn whoever_deletes_a_video_of_many_likes_waits_for_ten_thousand_of_them() {
    let mut store = store();
    store
        .videos
        .expect_delete_video()
        .returning(|_| Ok(Change::Applied));
    store
        .favorites
        .expect_forget_favorites()
        .withf(|_, limit| *limit == 1_000)
        .times(10)
        .returning(|_, limit| Ok(limit));
    over(store).delete_video(user(1), video()).await.unwrap();
}

#[tokio::test]
async fn a_deletion_that_fails_forgets_no_likes() {
    let mut store = store();
    store
        .videos
        .expect_delete_video()
        .times(1)
        .returning(|_| Err(StoreError::Unavailable("the disk is full".into())));
    let answer = over(store).delete_video(user(1), video()).await;
    assert!(
        matches!(answer, Err(Error::Store(StoreError::Unavailable(_)))),
        "{answer:?}"
    );
}
