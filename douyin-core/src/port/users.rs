use async_trait::async_trait;

use super::Result;
use crate::{Credentials, NewUser, User, UserId, UsernameKey};

/// Accounts and profiles.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Users: Send + Sync {
    /// Adds a user.
    ///
    /// # Errors
    /// `Taken` where a user has a name of the same [key](crate::Username::key), also when both register at once.
    async fn register(&self, user: NewUser) -> Result<()>;

    /// What a login under this name is checked against; `None` where nobody has it.
    async fn credentials(&self, name: &UsernameKey) -> Result<Option<Credentials>>;

    /// What the password of a user is checked against; `None` where there is none.
    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>>;

    /// A user as `viewer` sees them; `None` where there is none.
    async fn profile(&self, viewer: Option<UserId>, user: UserId) -> Result<Option<User>>;
}
