//! What the stores hold, and what is asked of them.

use std::time::{Duration, Instant};

use douyin_core::{
    Change, Mark, MediaKey, NewUser, NewVideo, PasswordHash, Signature, Store, StoreError,
    Timestamp, Title, UserId, Username, VideoId, drift_of_all,
};

pub(super) const NOON: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// Nothing here takes so long, unless it never ends.
const FOR_EVER: Duration = Duration::from_mins(1);

pub(super) fn user(number: i64) -> UserId {
    UserId::new(number).unwrap()
}

fn video() -> VideoId {
    VideoId::new(1).unwrap()
}

pub(super) fn new_user(number: i64) -> NewUser {
    NewUser {
        id: user(number),
        name: Username::parse(&format!("user {number}")).unwrap(),
        password: PasswordHash::new("hash"),
        signature: Signature::parse("").unwrap(),
        at: NOON,
    }
}

/// Users 1 to 3, of whom the first published a video.
pub(super) async fn populate(store: &dyn Store) {
    for number in 1..=3 {
        store.register(new_user(number)).await.unwrap();
    }
    let video = NewVideo {
        id: video(),
        author: user(1),
        title: Title::parse("a video").unwrap(),
        play: MediaKey::new("videos/1.mp4".to_owned()),
        cover: MediaKey::new("covers/1.jpg".to_owned()),
        at: NOON,
        bytes: 0,
        quota: None,
        job: None,
    };
    store.publish(video).await.unwrap();
}

/// Of the video, by a user.
pub(super) async fn like(store: &dyn Store, by: i64) -> Result<Change, StoreError> {
    let like = store.mark_favorite(user(by), video(), Mark::On, NOON);
    tokio::time::timeout(FOR_EVER, like).await.expect("it ends")
}

/// The number of likes that the video counts.
pub(super) async fn read(store: &dyn Store) -> Result<i64, StoreError> {
    let read = store.video(None, video());
    let read = tokio::time::timeout(FOR_EVER, read).await.expect("it ends");
    read.map(|video| video.expect("it was published").favorite_count)
}

/// The number of likes that the video counts, which must be as many as there are.
pub(super) async fn likes(store: &dyn Store) -> i64 {
    assert_eq!(drift_of_all(store).await.unwrap(), []);
    read(store).await.unwrap()
}

pub(super) fn assert_unavailable<T: std::fmt::Debug>(result: &Result<T, StoreError>) {
    assert!(
        matches!(result, Err(StoreError::Unavailable(_))),
        "{result:?}"
    );
}

/// Until the store can be read: an attempt to connect that failed may stand for a moment.
pub(super) async fn wait_until_it_is_back(store: &dyn Store) {
    let begun = Instant::now();
    while let Err(error) = read(store).await {
        assert!(begun.elapsed() < FOR_EVER, "it stays away: {error:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
