//! Passwords at rest.

#[cfg(feature = "bcrypt")]
mod bcrypt;

use async_trait::async_trait;

#[cfg(feature = "bcrypt")]
pub use self::bcrypt::{BcryptHasher, HashingStats, InvalidCost};
use crate::{Error, Password};

/// What a password is checked against: a text that the hasher made and understands. Shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps what a hasher made, or what a store kept: at most 1024 characters and no NUL, which not every database can hold.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// Hashes passwords and checks them.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Makes what a password is checked against from now on.
    ///
    /// # Errors
    /// [`Error::Busy`] where too many are waiting, [`Error::Hashing`] where it failed.
    async fn hash(&self, password: Password) -> Result<PasswordHash, Error>;

    /// Whether `hash` was made from `password`. Without a hash (there is no such account) the answer is no, and takes as
    /// long as with one, so that nobody learns from it which names exist.
    ///
    /// # Errors
    /// [`Error::Busy`] where too many are waiting, [`Error::Hashing`] where the hash cannot be read.
    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Error>;
}
