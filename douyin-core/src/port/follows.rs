use async_trait::async_trait;

use super::Result;
use crate::{Change, Friend, Mark, Page, PageRequest, Timestamp, User, UserId};

/// Who follows whom. Friends are users who follow each other; that is not stored, it follows.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Follows: Send + Sync {
    /// Sets whether `follower` follows `followee`, and moves two counters by what changed: the one's `follow_count` and
    /// the other's `follower_count`. The two are never the same user: core sees to that.
    ///
    /// A follow that stands already keeps its instant. Of several marks at once each is answered as if they had happened
    /// one after the other, in some order.
    ///
    /// # Errors
    /// `NotFound(User)`, for either mark, where one of the two does not exist.
    async fn mark_follow(
        &self,
        follower: UserId,
        followee: UserId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change>;

    /// Whether the two follow each other.
    async fn are_friends(&self, one: UserId, other: UserId) -> Result<bool>;

    /// Whom `user` follows, latest follow first, by `(instant of the follow, id of the followed)`.
    async fn follows(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>>;

    /// Who follows `user`, latest follow first, by `(instant of the follow, id of the follower)`.
    async fn followers(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>>;

    /// The friends of `user`, in the order of [`follows`](Self::follows), each with the newest message between them and
    /// **the viewer** (not `user`: nobody reads what others wrote to each other).
    async fn friends(
        &self,
        viewer: UserId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Friend>>;
}
