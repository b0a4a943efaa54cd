use async_trait::async_trait;

use super::Result;
use crate::{Change, Credentials, NewUser, PictureChange, ProfileEdit, User, UserId, UsernameKey};

/// Accounts and profiles.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Users: Send + Sync {
    /// Adds a user.
    ///
    /// # Errors
    /// `Taken` where a user has a name of the same [key](crate::Username::key), also when both register at once.
    async fn register(&self, user: NewUser) -> Result<()>;

    /// Changes a user's name, their signature, or both; `Unchanged` where they have been so already. From then on every list shows the
    /// new ones, a login finds the user under the new name alone, and the old name is free.
    ///
    /// # Errors
    /// `NotFound(User)` where the user does not exist. `Taken`, and nothing is changed, where another user has a name of the same
    /// [key](crate::Username::key), also when both take it at once, be it by registering. A name of one's own key is not taken.
    async fn edit_profile(&self, edit: ProfileEdit) -> Result<Change>;

    /// Changes a picture of a user; `Unchanged` where it is so already. Where there was one before, a job to
    /// [remove](crate::Task::RemoveFile) it is added.
    ///
    /// # Errors
    /// `NotFound(User)` where the user does not exist.
    async fn set_picture(&self, change: PictureChange) -> Result<Change>;

    /// What a login under this name is checked against; `None` where nobody has it.
    async fn credentials(&self, name: &UsernameKey) -> Result<Option<Credentials>>;

    /// What the password of a user is checked against; `None` where there is none.
    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>>;

    /// A user as `viewer` sees them; `None` where there is none.
    async fn profile(&self, viewer: Option<UserId>, user: UserId) -> Result<Option<User>>;
}
