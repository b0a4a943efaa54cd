//! What cases are told with: users, videos and what they do, on a store that was empty.

use std::collections::hash_map::DefaultHasher;
use std::future::Future;
use std::hash::{Hash, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::Barrier;

use crate::port::Result;
use crate::{
    Change, Comment, CommentId, CommentText, InvalidId, MAX_ID, Mark, Marks, MediaKey, Message,
    MessageId, MessageText, NewComment, NewMessage, NewUser, NewVideo, Page, PageRequest,
    PasswordHash, Signature, Store, Task, Timestamp, Title, User, UserId, Username, Video,
    VideoDeletion, VideoId,
};

/// The instant so many milliseconds into the story.
pub(super) const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + millis)
}

/// More than any list of the suite holds.
pub(super) const ALL: PageRequest = PageRequest::newest(1_000);

#[derive(Clone)]
pub(super) struct Scene {
    pub(super) store: Arc<dyn Store>,
    last_id: Arc<AtomicI64>,
}

impl Scene {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        let last_id = Arc::new(AtomicI64::new(0));
        Self { store, last_id }
    }

    /// An id that nothing has.
    pub(super) fn id<T: TryFrom<i64, Error = InvalidId>>(&self) -> T {
        id(self.last_id.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub(super) async fn register(&self, user: UserId, name: &str) -> Result<()> {
        self.store.register(new_user(user, name)).await
    }

    pub(super) async fn user(&self, name: &str) -> UserId {
        let user = self.id();
        self.register(user, name).await.expect("the name is free");
        user
    }

    /// Users whose ids increase.
    pub(super) async fn users<const N: usize>(&self) -> [UserId; N] {
        let mut users = [id(1); N];
        for (number, user) in users.iter_mut().enumerate() {
            *user = self.user(&format!("user {number}")).await;
        }
        users
    }

    pub(super) async fn publish(
        &self,
        author: UserId,
        at: Timestamp,
    ) -> Result<(VideoId, Timestamp)> {
        let id = self.id();
        let published = self.store.publish(new_video(id, author, at)).await?;
        Ok((id, published))
    }

    /// A video at an instant that no other video has.
    pub(super) async fn video(&self, author: UserId, at: Timestamp) -> VideoId {
        let (video, published) = self.publish(author, at).await.expect("the author exists");
        assert_eq!(published, at, "a free instant is kept");
        video
    }

    pub(super) async fn delete_video(&self, video: VideoId) -> Change {
        let deletion = VideoDeletion {
            video,
            at: at(500),
            jobs: Vec::new(),
        };
        let change = self.store.delete_video(deletion).await;
        change.expect("there was such a video")
    }

    pub(super) async fn forget_likes(&self, video: VideoId, limit: u32) -> u32 {
        let forgotten = self.store.forget_favorites(video, limit).await;
        forgotten.expect("likes can be forgotten")
    }

    /// What is to be done, in order of the tasks' texts.
    pub(super) async fn tasks(&self) -> Vec<Task> {
        let jobs = self.store.jobs(ALL).await.expect("jobs can be read");
        let mut tasks: Vec<Task> = jobs.items.into_iter().map(|job| job.task).collect();
        tasks.sort_by_key(Task::to_string);
        tasks
    }

    pub(super) async fn mark(
        &self,
        user: UserId,
        video: VideoId,
        mark: Mark,
        at: Timestamp,
    ) -> Change {
        let change = self.store.mark_favorite(user, video, mark, at).await;
        change.expect("the user and the video exist")
    }

    pub(super) async fn like(&self, user: UserId, video: VideoId, at: Timestamp) {
        let change = self.mark(user, video, Mark::On, at).await;
        assert_eq!(change, Change::Applied, "a new like changes something");
    }

    pub(super) async fn unlike(&self, user: UserId, video: VideoId, at: Timestamp) {
        let change = self.mark(user, video, Mark::Off, at).await;
        assert_eq!(
            change,
            Change::Applied,
            "taking a like back changes something"
        );
    }

    pub(super) async fn relate(
        &self,
        user: UserId,
        other: UserId,
        mark: Mark,
        at: Timestamp,
    ) -> Change {
        let change = self.store.mark_follow(user, other, mark, at).await;
        change.expect("both users exist")
    }

    pub(super) async fn follow(&self, user: UserId, other: UserId, at: Timestamp) {
        let change = self.relate(user, other, Mark::On, at).await;
        assert_eq!(change, Change::Applied, "a new follow changes something");
    }

    pub(super) async fn unfollow(&self, user: UserId, other: UserId, at: Timestamp) {
        let change = self.relate(user, other, Mark::Off, at).await;
        assert_eq!(change, Change::Applied, "ending a follow changes something");
    }

    pub(super) async fn befriend(&self, one: UserId, other: UserId, at: Timestamp) {
        self.follow(one, other, at).await;
        self.follow(other, one, at).await;
    }

    pub(super) async fn comment(&self, author: UserId, video: VideoId, at: Timestamp) -> CommentId {
        let comment = self.id();
        let new = new_comment(comment, author, video, at);
        self.store
            .add_comment(new)
            .await
            .expect("the author and the video exist");
        comment
    }

    pub(super) async fn send(
        &self,
        from: UserId,
        to: UserId,
        text: &str,
        at: Timestamp,
    ) -> Timestamp {
        let sent = self
            .store
            .send(new_message(self.id(), from, to, text, at))
            .await;
        sent.expect("both users exist")
    }

    pub(super) async fn profile(&self, viewer: Option<UserId>, user: UserId) -> User {
        let user = self.store.profile(viewer, user).await;
        user.expect("profiles can be read")
            .expect("the user exists")
    }

    pub(super) async fn marks(
        &self,
        viewer: UserId,
        videos: &[VideoId],
        users: &[UserId],
    ) -> Marks {
        let marks = self.store.marks_of(viewer, videos, users).await;
        marks.expect("marks can be read")
    }

    pub(super) async fn seen(&self, viewer: Option<UserId>, video: VideoId) -> Video {
        let video = self.store.video(viewer, video).await;
        video
            .expect("videos can be read")
            .expect("the video exists")
    }
}

pub(super) fn id<T: TryFrom<i64, Error = InvalidId>>(number: i64) -> T {
    T::try_from(number).expect("a positive number below 2^53")
}

/// An id that no case gives to anything.
pub(super) fn unknown<T: TryFrom<i64, Error = InvalidId>>() -> T {
    id(MAX_ID - 7)
}

pub(super) fn new_user(id: UserId, name: &str) -> NewUser {
    NewUser {
        id,
        name: Username::parse(name).expect("a name"),
        password: PasswordHash::new(format!("hash of {id}")),
        signature: Signature::parse("").expect("none is fine"),
        at: at(0),
    }
}

pub(super) fn new_video(id: VideoId, author: UserId, at: Timestamp) -> NewVideo {
    NewVideo {
        id,
        author,
        title: Title::parse(&format!("title of {id}")).expect("a title"),
        play: MediaKey::new(format!("videos/{id}.mp4")),
        cover: MediaKey::new(format!("covers/{id}.jpg")),
        at,
        bytes: 0,
        quota: None,
        job: None,
    }
}

pub(super) fn new_comment(
    id: CommentId,
    author: UserId,
    video: VideoId,
    at: Timestamp,
) -> NewComment {
    NewComment {
        id,
        video,
        author,
        text: CommentText::parse(&format!("text of {id}")).expect("a comment"),
        at,
    }
}

pub(super) fn new_message(
    id: MessageId,
    from: UserId,
    to: UserId,
    text: &str,
    at: Timestamp,
) -> NewMessage {
    NewMessage {
        id,
        from,
        to,
        text: MessageText::parse(text).expect("a message"),
        at,
    }
}

/// Runs tasks that start together; answers in their order.
pub(super) async fn together<F>(tasks: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let tasks: Vec<F> = tasks.into_iter().collect();
    let start = Arc::new(Barrier::new(tasks.len()));
    let running: Vec<_> = tasks
        .into_iter()
        .map(|task| {
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                task.await
            })
        })
        .collect();
    let mut answers = Vec::with_capacity(running.len());
    for task in running {
        answers.push(task.await.expect("no task of the case panics"));
    }
    answers
}

/// A number that looks random and is the same in every run.
pub(super) fn scrambled(seed: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    hasher.finish()
}

/// On or off, as a coin falls.
pub(super) fn coin(seed: impl Hash) -> Mark {
    if scrambled(seed).is_multiple_of(2) {
        Mark::On
    } else {
        Mark::Off
    }
}

/// A whole list, page by page.
pub(super) async fn walk<T, F>(limit: u32, fetch: impl Fn(PageRequest) -> F) -> Vec<T>
where
    F: Future<Output = Result<Page<T>>>,
{
    let (mut list, mut after) = (Vec::new(), None);
    loop {
        let page = fetch(PageRequest { after, limit })
            .await
            .expect("lists can be read");
        assert!(
            page.items.len() <= limit as usize,
            "no page is longer than its limit"
        );
        list.extend(page.items);
        assert!(list.len() <= 10_000, "the list does not end");
        let Some(place) = page.next else {
            return list;
        };
        assert_ne!(
            Some(place),
            after,
            "a page goes on from another place than it began at"
        );
        after = Some(place);
    }
}

pub(super) fn video_ids(videos: &[Video]) -> Vec<VideoId> {
    videos.iter().map(|video| video.id).collect()
}

pub(super) fn user_ids(users: &[User]) -> Vec<UserId> {
    users.iter().map(|user| user.id).collect()
}

pub(super) fn comment_ids(comments: &[Comment]) -> Vec<CommentId> {
    comments.iter().map(|comment| comment.id).collect()
}

pub(super) fn texts(messages: &[Message]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message.text.as_str())
        .collect()
}
