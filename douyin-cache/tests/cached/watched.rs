//! A store that can be watched, held up and made to fail.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use douyin_core::{
    Audit, Change, Claim, Comment, CommentId, CommentOwnership, Comments, Completion, Counter,
    Credentials, Direction, Drift, EndedGenerations, EndedSession, Favorites, Follows, Friend,
    Generation, Job, JobCount, JobFailure, JobId, Jobs, Mark, Marks, Message, Messages, NewComment,
    NewJob, NewMessage, NewUser, NewVideo, Page, PageRequest, PasswordChange, PictureChange,
    PreparedMedia, ProfileEdit, Revocation, RevocationPosition, Sessions, Span, Store, StoreError,
    TaskKind, Timestamp, User, UserId, UsernameKey, Users, Video, VideoDeletion, VideoId, Videos,
};
use tokio::sync::{Notify, Semaphore};

/// Where a call of a method is held up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum At {
    /// Before the store below is asked.
    Door,
    /// With its answer.
    Exit,
}

/// Calls wait here.
#[derive(Debug)]
pub(crate) struct Gate {
    arrived: Notify,
    passes: Semaphore,
}

impl Gate {
    /// Waits until a call has come to the gate.
    pub(crate) async fn arrival(&self) {
        self.arrived.notified().await;
    }

    /// Lets everybody through from now on.
    pub(crate) fn open(&self) {
        self.passes.add_permits(Semaphore::MAX_PERMITS);
    }
}

/// Another store, watched.
pub(crate) struct Watched {
    below: Arc<dyn Store>,
    seen: Mutex<Seen>,
    /// What happened, in its order.
    pub(crate) log: Log,
}

#[derive(Default)]
struct Seen {
    calls: HashMap<&'static str, usize>,
    gates: HashMap<(&'static str, At), Arc<Gate>>,
    failing: HashSet<(&'static str, At)>,
}

/// What happened, in its order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn push(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Watched {
    pub(crate) fn new(below: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            below,
            seen: Mutex::default(),
            log: Log::default(),
        })
    }

    /// How often a method was called.
    pub(crate) fn calls(&self, method: &str) -> usize {
        self.seen().calls.get(method).copied().unwrap_or(0)
    }

    /// Holds the next call of a method up, and that one alone.
    pub(crate) fn hold(&self, method: &'static str, at: At) -> Arc<Gate> {
        let gate = Arc::new(Gate {
            arrived: Notify::new(),
            passes: Semaphore::new(0),
        });
        let mut seen = self.seen();
        seen.gates.insert((method, at), Arc::clone(&gate));
        gate
    }

    /// Makes the next call of a method fail: before it is done, or after.
    pub(crate) fn fail(&self, method: &'static str, at: At) {
        self.seen().failing.insert((method, at));
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    async fn pass(&self, method: &'static str, at: At) -> Result<(), StoreError> {
        let (gate, fails) = {
            let mut seen = self.seen();
            if at == At::Door {
                *seen.calls.entry(method).or_default() += 1;
            }
            let gate = seen.gates.remove(&(method, at));
            (gate, seen.failing.remove(&(method, at)))
        };
        if let Some(gate) = gate {
            gate.arrived.notify_one();
            let pass = gate.passes.acquire().await;
            pass.expect("nobody closes a gate").forget();
        }
        if at == At::Exit {
            self.log.push(format!("{method} done"));
        }
        if fails {
            return Err(StoreError::Unavailable("the test said so".into()));
        }
        Ok(())
    }
}

macro_rules! watch {
    ($($port:ident { $(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)* })*) => {
        $(#[async_trait]
        impl $port for Watched {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer, StoreError> {
                self.pass(stringify!($name), At::Door).await?;
                let answer = self.below.$name($($argument),*).await;
                self.pass(stringify!($name), At::Exit).await?;
                answer
            })*
        })*
    };
}

watch! {
    Users {
        fn register(user: NewUser) -> ();
        fn edit_profile(edit: ProfileEdit) -> Change;
        fn set_picture(change: PictureChange) -> Change;
        fn credentials(name: &UsernameKey) -> Option<Credentials>;
        fn credentials_of(user: UserId) -> Option<Credentials>;
        fn profile(viewer: Option<UserId>, user: UserId) -> Option<User>;
    }
    Sessions {
        fn end_session(session: EndedSession) -> ();
        fn end_all_sessions(ended: EndedGenerations) -> Generation;
        fn change_password(change: PasswordChange) -> Option<Generation>;
        fn revocations(after: RevocationPosition, limit: u32) -> Vec<Revocation>;
        fn forget_revocations(expire_before: Timestamp, limit: u32) -> u64;
    }
    Videos {
        fn publish(video: NewVideo) -> Timestamp;
        fn delete_video(deletion: VideoDeletion) -> Change;
        fn complete_preparation(claim: &Claim, media: PreparedMedia) -> Completion;
        fn stored_bytes(author: UserId) -> u64;
        fn video(viewer: Option<UserId>, video: VideoId) -> Option<Video>;
        fn feed(viewer: Option<UserId>, page: PageRequest) -> Page<Video>;
        fn published(viewer: Option<UserId>, author: UserId, page: PageRequest) -> Page<Video>;
    }
    Favorites {
        fn mark_favorite(user: UserId, video: VideoId, mark: Mark, at: Timestamp) -> Change;
        fn forget_favorites(video: VideoId, limit: u32) -> u32;
        fn favorites(viewer: Option<UserId>, user: UserId, page: PageRequest) -> Page<Video>;
        fn marks_of(viewer: UserId, videos: &[VideoId], users: &[UserId]) -> Marks;
    }
    Comments {
        fn add_comment(comment: NewComment) -> ();
        fn comment_ownership(video: VideoId, comment: CommentId) -> Option<CommentOwnership>;
        fn delete_comment(comment: CommentId, at: Timestamp) -> Change;
        fn comments(viewer: Option<UserId>, video: VideoId, page: PageRequest) -> Page<Comment>;
    }
    Follows {
        fn mark_follow(follower: UserId, whom: UserId, mark: Mark, at: Timestamp) -> Change;
        fn are_friends(one: UserId, other: UserId) -> bool;
        fn follows(viewer: Option<UserId>, user: UserId, page: PageRequest) -> Page<User>;
        fn followers(viewer: Option<UserId>, user: UserId, page: PageRequest) -> Page<User>;
        fn friends(viewer: UserId, user: UserId, page: PageRequest) -> Page<Friend>;
    }
    Messages {
        fn send(message: NewMessage) -> Timestamp;
        fn conversation(viewer: UserId, peer: UserId, span: Span, direction: Direction, limit: u32) -> Page<Message>;
    }
    Jobs {
        fn add_job(job: NewJob) -> Change;
        fn claim_job(kind: TaskKind, now: Timestamp, until: Timestamp) -> Option<Claim>;
        fn extend_claim(claim: &Claim, until: Timestamp) -> bool;
        fn finish_job(claim: &Claim) -> bool;
        fn fail_job(claim: &Claim, failure: JobFailure) -> bool;
        fn release_job(claim: &Claim, due: Timestamp) -> bool;
        fn retry_job(job: JobId, due: Timestamp) -> Change;
        fn jobs(page: PageRequest) -> Page<Job>;
        fn count_jobs(now: Timestamp) -> Vec<JobCount>;
    }
    Audit {
        fn ping() -> ();
        fn drift(counter: Counter) -> Vec<Drift>;
        fn repair(counter: Counter) -> Vec<Drift>;
    }
}
