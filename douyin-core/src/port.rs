//! What the domain asks of a store: one small trait per aggregate, and [`Store`], which is all of them.
//!
//! # The contract of every method
//!
//! - **One method, one operation**: it happens whole or not at all, whatever else happens at the same time.
//! - **Acknowledged is durable**: a write that answers `Ok` survives the end of the process and, on a durable store, the
//!   loss of power. A write that answers `Err` did nothing, but for [`StoreError::Unavailable`], after which it may have
//!   been done.
//! - **A caller who goes away** (drops the future) leaves a write either done or not done, never half.
//! - **Read your writes**: what starts after a write was acknowledged sees it, on every handle of the same store.
//! - **Counters** agree with the rows they count whenever nothing is being written: [`Audit::drift`] is empty.
//! - **No clock**: instants come from the caller.
//! - **Lists** are newest first, ordered by `(instant, id)`; a [`PageRequest`] is answered with at most its `limit`
//!   entries, all strictly after its place, and [`Page::next`] is `Some` exactly if there are more. The list of an owner
//!   who does not exist is empty.
//! - **Viewer**: who looks, `None` for anonymous; it decides [`User::is_follow`](crate::User::is_follow) and
//!   [`Video::is_favorite`](crate::Video::is_favorite) and nothing else.
//!
//! The suite in `conformance` (feature of the same name) checks all of it; a store is right when it passes.
//!
//! [`StoreError::Unavailable`]: crate::StoreError::Unavailable
//! [`PageRequest`]: crate::PageRequest
//! [`Page::next`]: crate::Page::next

mod audit;
mod comments;
mod favorites;
mod follows;
mod jobs;
mod messages;
#[cfg(feature = "mock")]
mod mock;
mod nodes;
mod sessions;
mod users;
mod videos;

pub use audit::{Audit, Counter, Drift, drift_of_all};
pub use comments::Comments;
pub use favorites::Favorites;
pub use follows::Follows;
pub use jobs::Jobs;
pub use messages::{Direction, Messages, Span};
pub use nodes::{Grant, InvalidHolder, Lease, NoNumber, NodeHolder, NodeRow, Nodes, Reach};
pub use sessions::Sessions;
pub use users::Users;
pub use videos::Videos;

#[cfg(feature = "mock")]
pub use self::{
    audit::MockAudit, comments::MockComments, favorites::MockFavorites, follows::MockFollows,
    jobs::MockJobs, messages::MockMessages, mock::MockStore, nodes::MockNodes,
    sessions::MockSessions, users::MockUsers, videos::MockVideos,
};

/// Everything that the domain asks of a store; used as `Arc<dyn Store>`.
pub trait Store:
    Users + Sessions + Videos + Favorites + Comments + Follows + Messages + Jobs + Audit
{
}

impl<S> Store for S where
    S: Users
        + Sessions
        + Videos
        + Favorites
        + Comments
        + Follows
        + Messages
        + Jobs
        + Audit
        + ?Sized
{
}

/// What every port method answers.
pub(crate) type Result<T> = std::result::Result<T, crate::StoreError>;
