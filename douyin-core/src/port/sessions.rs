use async_trait::async_trait;

use super::Result;
use crate::{
    EndedGenerations, EndedSession, Generation, PasswordChange, Revocation, RevocationPosition,
    Timestamp,
};

/// Which sessions have ended.
///
/// A session is no row: whoever accepts its tokens asks nobody. What is kept is what has ended, until nothing of it can be valid any
/// more, in an order that every process can follow from its last place on.
///
/// # The order
///
/// Positions increase in the order in which revocations become visible: once one is seen, none appears with a smaller position, on any
/// handle of the store. So whoever reads what is after the last position that they have seen misses none.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Ends a session. One that has ended already stays so, until the later of the two instants.
    ///
    /// # Errors
    /// `NotFound(User)` where the user does not exist.
    async fn end_session(&self, session: EndedSession) -> Result<()>;

    /// Ends every session of a user up to a generation, and answers the generation that new ones are of: the one after it, or the
    /// user's own where that is later, so that asking again ends nothing that began in between.
    ///
    /// # Errors
    /// `NotFound(User)` where the user does not exist.
    async fn end_all_sessions(&self, ended: EndedGenerations) -> Result<Generation>;

    /// Sets a new password and ends every session of the user, and answers the generation that new ones are of. `None`, and nothing
    /// is done, where the password is no longer checked against what is expected: of two changes at once one is done.
    ///
    /// # Errors
    /// `NotFound(User)` where the user does not exist.
    async fn change_password(&self, change: PasswordChange) -> Result<Option<Generation>>;

    /// The first `limit` revocations after a position, in order. Of a session, and of all sessions of a user, only the latest is
    /// kept.
    async fn revocations(&self, after: RevocationPosition, limit: u32) -> Result<Vec<Revocation>>;

    /// Removes at most `limit` of the revocations that expire before an instant, by `(expiry, position)`, and answers how many. Positions
    /// are never used again.
    async fn forget_revocations(&self, expire_before: Timestamp, limit: u32) -> Result<u64>;
}
