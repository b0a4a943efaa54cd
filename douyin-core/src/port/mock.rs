//! A store of mocks.

use async_trait::async_trait;

use super::{
    Audit, Comments, Counter, Direction, Drift, Favorites, Follows, Jobs, Messages, MockAudit,
    MockComments, MockFavorites, MockFollows, MockJobs, MockMessages, MockSessions, MockUsers,
    MockVideos, Result, Sessions, Span, Users, Videos,
};
use crate::{
    Change, Claim, Comment, CommentId, CommentOwnership, Completion, Credentials, EndedGenerations,
    EndedSession, Friend, Generation, Job, JobCount, JobFailure, JobId, Mark, Marks, Message,
    NewComment, NewJob, NewMessage, NewUser, NewVideo, Page, PageRequest, PasswordChange,
    PictureChange, PreparedMedia, ProfileEdit, Revocation, RevocationPosition, TaskKind, Timestamp,
    User, UserId, UsernameKey, Video, VideoDeletion, VideoId,
};

/// A [`Store`](crate::Store) of the mocks of every port, to build a [`Douyin`](crate::Douyin) over.
///
/// Say in the field of a port what is expected of it; a call that was not expected panics. It is for what a real store cannot
/// be made to do, such as failing: ordinary tests are shorter over the store in memory.
#[derive(Debug, Default)]
pub struct MockStore {
    /// Accounts and profiles.
    pub users: MockUsers,
    /// Which sessions have ended.
    pub sessions: MockSessions,
    /// Videos.
    pub videos: MockVideos,
    /// Likes.
    pub favorites: MockFavorites,
    /// Comments.
    pub comments: MockComments,
    /// Who follows whom.
    pub follows: MockFollows,
    /// Conversations.
    pub messages: MockMessages,
    /// Work that outlives requests.
    pub jobs: MockJobs,
    /// Whether the store is there and tells the truth.
    pub audit: MockAudit,
}

macro_rules! forward {
    ($port:ident to $field:ident { $(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)* }) => {
        #[async_trait]
        impl $port for MockStore {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer> {
                self.$field.$name($($argument),*).await
            })*
        }
    };
}

forward! { Users to users {
    fn register(user: NewUser) -> ();
    fn edit_profile(edit: ProfileEdit) -> Change;
    fn set_picture(change: PictureChange) -> Change;
    fn credentials(name: &UsernameKey) -> Option<Credentials>;
    fn credentials_of(user: UserId) -> Option<Credentials>;
    fn profile(viewer: Option<UserId>, user: UserId) -> Option<User>;
} }

forward! { Sessions to sessions {
    fn end_session(session: EndedSession) -> ();
    fn end_all_sessions(ended: EndedGenerations) -> Generation;
    fn change_password(change: PasswordChange) -> Option<Generation>;
    fn revocations(after: RevocationPosition, limit: u32) -> Vec<Revocation>;
    fn forget_revocations(expire_before: Timestamp, limit: u32) -> u64;
} }

forward! { Videos to videos {
    fn publish(video: NewVideo) -> Timestamp;
    fn delete_video(deletion: VideoDeletion) -> Change;
    fn complete_preparation(claim: &Claim, media: PreparedMedia) -> Completion;
    fn stored_bytes(author: UserId) -> u64;
    fn video(viewer: Option<UserId>, video: VideoId) -> Option<Video>;
    fn feed(viewer: Option<UserId>, page: PageRequest) -> Page<Video>;
    fn published(viewer: Option<UserId>, author: UserId, page: PageRequest) -> Page<Video>;
} }

forward! { Favorites to favorites {
    fn mark_favorite(user: UserId, video: VideoId, mark: Mark, at: Timestamp) -> Change;
    fn forget_favorites(video: VideoId, limit: u32) -> u32;
    fn favorites(viewer: Option<UserId>, user: UserId, page: PageRequest) -> Page<Video>;
    fn marks_of(viewer: UserId, videos: &[VideoId], users: &[UserId]) -> Marks;
} }

forward! { Comments to comments {
    fn add_comment(comment: NewComment) -> ();
    fn comment_ownership(video: VideoId, comment: CommentId) -> Option<CommentOwnership>;
    fn delete_comment(comment: CommentId, at: Timestamp) -> Change;
    fn comments(viewer: Option<UserId>, video: VideoId, page: PageRequest) -> Page<Comment>;
} }

forward! { Follows to follows {
    fn mark_follow(follower: UserId, other: UserId, mark: Mark, at: Timestamp) -> Change;
    fn are_friends(one: UserId, other: UserId) -> bool;
    fn follows(viewer: Option<UserId>, user: UserId, page: PageRequest) -> Page<User>;
    fn followers(viewer: Option<UserId>, user: UserId, page: PageRequest) -> Page<User>;
    fn friends(viewer: UserId, user: UserId, page: PageRequest) -> Page<Friend>;
} }

forward! { Messages to messages {
    fn send(message: NewMessage) -> Timestamp;
    fn conversation(viewer: UserId, peer: UserId, span: Span, direction: Direction, limit: u32) -> Page<Message>;
} }

forward! { Jobs to jobs {
    fn add_job(job: NewJob) -> Change;
    fn claim_job(kind: TaskKind, now: Timestamp, until: Timestamp) -> Option<Claim>;
    fn extend_claim(claim: &Claim, until: Timestamp) -> bool;
    fn finish_job(claim: &Claim) -> bool;
    fn fail_job(claim: &Claim, failure: JobFailure) -> bool;
    fn release_job(claim: &Claim, due: Timestamp) -> bool;
    fn retry_job(job: JobId, due: Timestamp) -> Change;
    fn jobs(page: PageRequest) -> Page<Job>;
    fn count_jobs(now: Timestamp) -> Vec<JobCount>;
} }

forward! { Audit to audit {
    fn ping() -> ();
    fn drift(counter: Counter) -> Vec<Drift>;
    fn repair(counter: Counter) -> Vec<Drift>;
} }
