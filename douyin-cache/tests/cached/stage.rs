//! Users and videos, behind one or two stores that remember.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use douyin_cache::{CacheOptions, CachedStore, Peers};
use douyin_core::{
    Change, CommentId, CommentText, Favorites, JobId, Mark, MediaKey, NewComment, NewUser,
    NewVideo, Page, PageRequest, PasswordHash, PictureChange, PictureKind, ProfileEdit, Signature,
    Timestamp, Title, User, UserId, Username, Users, Video, VideoDeletion, VideoId, Videos,
};
use douyin_store_mem::MemStore;

use crate::watched::{Log, Watched};

pub(crate) const NOON: Timestamp = Timestamp::from_millis(1_790_000_000_000);
pub(crate) const PAGE: PageRequest = PageRequest::newest(30);
/// What the peers of these tests agree on.
pub(crate) const SHARED_AGE: Duration = Duration::from_millis(250);

pub(crate) fn user(number: i64) -> UserId {
    UserId::new(number).unwrap()
}

pub(crate) fn video(number: i64) -> VideoId {
    VideoId::new(number).unwrap()
}

pub(crate) fn comment(number: i64) -> CommentId {
    CommentId::new(number).unwrap()
}

pub(crate) fn new_user(id: UserId) -> NewUser {
    NewUser {
        id,
        name: Username::parse(&format!("user {id}")).unwrap(),
        password: PasswordHash::new("hash"),
        signature: Signature::parse("").unwrap(),
        at: NOON,
    }
}

/// A user's wish to be called so, and to say so of themselves.
pub(crate) fn edit(user: UserId, name: &str, signature: &str) -> ProfileEdit {
    ProfileEdit {
        user,
        name: Some(Username::parse(name).unwrap()),
        signature: Some(Signature::parse(signature).unwrap()),
    }
}

pub(crate) fn new_video(id: VideoId, author: UserId) -> NewVideo {
    NewVideo {
        id,
        author,
        title: Title::parse(&format!("video {id}")).unwrap(),
        play: MediaKey::new("videos/1.mp4"),
        cover: MediaKey::new("covers/1.jpg"),
        at: NOON,
        bytes: 0,
        quota: None,
        job: None,
    }
}

pub(crate) fn new_comment(number: i64, author: UserId, video: VideoId, text: &str) -> NewComment {
    NewComment {
        id: comment(number),
        video,
        author,
        text: CommentText::parse(text).unwrap(),
        at: NOON,
    }
}

/// Users 1 to 3, of whom the first published video 1.
pub(crate) async fn populated() -> Arc<Watched> {
    let store = Watched::new(Arc::new(MemStore::new()));
    for number in 1..=3 {
        store.register(new_user(user(number))).await.unwrap();
    }
    store.publish(new_video(video(1), user(1))).await.unwrap();
    store.log.take();
    store
}

pub(crate) fn options(max_age: Duration) -> CacheOptions {
    let mut options = CacheOptions::default();
    options.max_age = max_age;
    options
}

pub(crate) fn alone(store: &Arc<Watched>) -> CachedStore {
    let below = Arc::<Watched>::clone(store);
    CachedStore::alone(below, CacheOptions::default())
}

pub(crate) fn shared(store: &Arc<Watched>, peers: &Arc<Told>) -> CachedStore {
    let (below, peers) = (Arc::<Watched>::clone(store), Arc::<Told>::clone(peers));
    CachedStore::shared(below, peers, options(SHARED_AGE))
}

/// Peers who are told at once, and remember for the age that all agree on.
#[derive(Debug, Default)]
pub(crate) struct Told {
    wrote: Mutex<HashSet<UserId>>,
    pub(crate) log: Log,
}

impl Told {
    pub(crate) fn new(log: &Log) -> Arc<Self> {
        Arc::new(Self {
            wrote: Mutex::default(),
            log: log.clone(),
        })
    }
}

impl Told {
    /// Ends the time for which it is remembered who wrote.
    pub(crate) fn forget(&self) {
        self.wrote.lock().unwrap().clear();
    }
}

#[async_trait]
impl Peers for Told {
    async fn wrote(&self, writers: &[UserId]) {
        self.log.push(format!("told of {writers:?}"));
        self.wrote.lock().unwrap().extend(writers);
    }

    async fn may_be_shown_the_past(&self, viewer: UserId) -> bool {
        !self.wrote.lock().unwrap().contains(&viewer)
    }
}

pub(crate) fn deletion(video: VideoId) -> VideoDeletion {
    VideoDeletion {
        video,
        at: NOON,
        jobs: Vec::new(),
    }
}

/// A user's wish for an avatar.
pub(crate) fn picture(user: UserId, key: &str) -> PictureChange {
    PictureChange {
        user,
        kind: PictureKind::Avatar,
        picture: Some(MediaKey::new(key)),
        removal: JobId::new(1).unwrap(),
        remove_at: NOON,
    }
}

pub(crate) async fn like(store: &CachedStore, by: i64) {
    like_video(store, by, 1).await;
}

pub(crate) async fn like_video(store: &CachedStore, by: i64, of: i64) {
    let liked = store.mark_favorite(user(by), video(of), Mark::On, NOON);
    assert_eq!(liked.await.unwrap(), Change::Applied);
}

pub(crate) async fn feed(store: &CachedStore, viewer: Option<i64>) -> Page<Video> {
    store.feed(viewer.map(user), PAGE).await.unwrap()
}

/// How many likes the first video of the feed has.
pub(crate) async fn likes(store: &CachedStore, viewer: Option<i64>) -> i64 {
    feed(store, viewer).await.items[0].favorite_count
}

pub(crate) async fn profile(store: &CachedStore, viewer: Option<i64>, of: i64) -> User {
    let found = store.profile(viewer.map(user), user(of)).await;
    found.unwrap().expect("there is such a user")
}
