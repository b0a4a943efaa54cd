//! Fixtures: a database file for a test, and rows to put into it.

use std::path::PathBuf;
use std::sync::Arc;

use douyin_core::{
    Change, Mark, MediaKey, MessageId, MessageText, NewMessage, NewUser, NewVideo, PasswordHash,
    Signature, StoreError, Timestamp, Title, UserId, Username, VideoId, drift_of_all,
};
use douyin_store_sql::{ClosableStore, SqlOptions};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;

pub(crate) const NOON: Timestamp = Timestamp::from_millis(1_790_000_000_000);

pub(crate) struct Scene {
    folder: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("douyin.db")
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }

    pub(crate) async fn open(&self) -> Arc<dyn ClosableStore> {
        self.open_with(&SqlOptions::default()).await
    }

    pub(crate) async fn open_with(&self, options: &SqlOptions) -> Arc<dyn ClosableStore> {
        douyin_store_sql::open(&self.url(), options).await.unwrap()
    }

    /// A connection of another process.
    pub(crate) async fn stranger(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.file());
        options.connect().await.unwrap()
    }
}

pub(crate) fn user(number: i64) -> UserId {
    UserId::new(number).unwrap()
}

pub(crate) fn video(number: i64) -> VideoId {
    VideoId::new(number).unwrap()
}

pub(crate) fn new_user(number: i64) -> NewUser {
    NewUser {
        id: user(number),
        name: Username::parse(&format!("user {number}")).unwrap(),
        password: PasswordHash::new("hash"),
        signature: Signature::parse("").unwrap(),
        at: NOON,
    }
}

pub(crate) fn new_video(number: i64, author: i64) -> NewVideo {
    NewVideo {
        id: video(number),
        author: user(author),
        title: Title::parse(&format!("video {number}")).unwrap(),
        play: MediaKey::new(format!("videos/{number}.mp4")),
        cover: MediaKey::new(format!("covers/{number}.jpg")),
        at: NOON,
        bytes: 0,
        quota: None,
        job: None,
    }
}

pub(crate) fn new_message(number: i64, from: i64, to: i64) -> NewMessage {
    NewMessage {
        id: MessageId::new(number).unwrap(),
        from: user(from),
        to: user(to),
        text: MessageText::parse(&"m".repeat(1000)).unwrap(),
        at: NOON,
    }
}

/// Users 1 to 3, of whom the first published video 1.
pub(crate) async fn populate(store: &dyn ClosableStore) {
    for number in 1..=3 {
        store.register(new_user(number)).await.unwrap();
    }
    store.publish(new_video(1, 1)).await.unwrap();
}

pub(crate) async fn like(
    store: &dyn ClosableStore,
    by: i64,
    of: i64,
    mark: Mark,
) -> Result<Change, StoreError> {
    store.mark_favorite(user(by), video(of), mark, NOON).await
}

/// How many likes a video counts, which must be as many as there are.
pub(crate) async fn likes(store: &dyn ClosableStore, of: i64) -> i64 {
    assert_eq!(drift_of_all(store).await.unwrap(), []);
    let seen = store.video(None, video(of)).await.unwrap().unwrap();
    seen.favorite_count
}

pub(crate) fn is_unavailable<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Unavailable(_)))
}
