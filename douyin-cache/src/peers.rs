use std::fmt::Debug;

use async_trait::async_trait;
use douyin_core::UserId;

/// The processes that remember what one database answered, as one of them sees the others.
///
/// Everything that is remembered is younger than an age which all of them agree on. What somebody wrote is visible to others after
/// that age at the latest; to themselves it is at once, whichever process they ask, because of the two methods here.
#[async_trait]
pub trait Peers: Debug + Send + Sync {
    /// Sees to it that from now on no process shows `writers` anything older than what they wrote. Called after a write was
    /// committed and before it is acknowledged.
    ///
    /// Where the others cannot be told, it waits until nothing older can be remembered any more: for the age that all agree on.
    async fn wrote(&self, writers: &[UserId]);

    /// Whether `viewer` may be shown what is remembered: not where they wrote less than the agreed age ago, and not where
    /// that cannot be found out.
    async fn may_be_shown_the_past(&self, viewer: UserId) -> bool;
}
