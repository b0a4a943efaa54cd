//! A store of mocks.

use async_trait::async_trait;

use super::{
    Audit, Comments, Counter, Direction, Drift, Favorites, Follows, Messages, MockAudit,
    MockComments, MockFavorites, MockFollows, MockMessages, MockSessions, MockUsers, MockVideos,
    Result, Sessions, Span, Users, Videos,
};
use crate::{
    Change, Comment, CommentId, CommentOwnership, Credentials, EndedGenerations, EndedSession,
    Friend, Generation, Mark, Marks, Message, NewComment, NewMessage, NewUser, NewVideo, Page,
    PageRequest, PasswordChange, ProfileEdit, Revocation, RevocationPosition, Timestamp, User,
    UserId, UsernameKey, Video, VideoId,
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
    fn video(viewer: Option<UserId>, video: VideoId) -> Option<Video>;
    fn feed(viewer: Option<UserId>, page: PageRequest) -> Page<Video>;
    fn published(viewer: Option<UserId>, author: UserId, page: PageRequest) -> Page<Video>;
} }

forward! { Favorites to favorites {
    fn mark_favorite(user: UserId, video: VideoId, mark: Mark, at: Timestamp) -> Change;
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

forward! { Audit to audit {
    fn ping() -> ();
    fn drift(counter: Counter) -> Vec<Drift>;
    fn repair(counter: Counter) -> Vec<Drift>;
} }
