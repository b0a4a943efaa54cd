//! What can go wrong, on two levels: what a store can answer, and what a caller did.

use crate::text::InvalidText;

/// What a store can answer instead of a result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A row that the operation needs does not exist.
    #[error("{0} not found")]
    NotFound(Entity),
    /// A unique value, such as a user's name, belongs to another row.
    #[error("already taken")]
    Taken,
    /// Somebody would have stored more than they may.
    #[error("over quota")]
    OverQuota,
    /// What is stored cannot be read as what it should be.
    #[error("stored data is corrupt: {0}")]
    Corrupt(String),
    /// The store did not do it, or cannot say whether it did; try again later.
    #[error("store unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<crate::InvalidId> for StoreError {
    fn from(error: crate::InvalidId) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<crate::NoIds> for StoreError {
    fn from(error: crate::NoIds) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

/// A kind of row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Entity {
    /// A user.
    User,
    /// A video.
    Video,
    /// A comment.
    Comment,
    /// A job.
    Job,
}

impl std::fmt::Display for Entity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Video => "video",
            Self::Comment => "comment",
            Self::Job => "job",
        })
    }
}

/// Why a use case refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text does not keep its rules.
    #[error(transparent)]
    Text(#[from] InvalidText),
    /// The name belongs to somebody else.
    #[error("this user name is taken")]
    NameTaken,
    /// No such user, or not their password: which of the two is not said.
    #[error("wrong user name or password")]
    WrongCredentials,
    /// It is not the password that the user has.
    #[error("the old password is wrong")]
    WrongPassword,
    /// What the request speaks of does not exist, or no longer.
    #[error("{0} not found")]
    NotFound(Entity),
    /// Nobody follows themselves.
    #[error("nobody can follow themselves")]
    SelfFollow,
    /// Nobody writes to themselves.
    #[error("nobody can send a message to themselves")]
    SelfMessage,
    /// Only its author and the video's author may delete a comment.
    #[error("only its author or the video's author may delete a comment")]
    NotYourComment,
    /// Only its author may delete a video.
    #[error("only its author may delete a video")]
    NotYourVideo,
    /// The videos of the author would have more bytes than they may.
    #[error("the storage of this account is full")]
    OverQuota,
    /// The message policy allows messages between friends only.
    #[error("messages are for friends only")]
    NotFriends,
    /// Too much of the same is waiting; try again later.
    #[error("too busy")]
    Busy,
    /// A password could not be hashed, or a stored hash not be read.
    #[error("password hashing failed")]
    Hashing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(entity) => Self::NotFound(entity),
            StoreError::OverQuota => Self::OverQuota,
            other => Self::Store(other),
        }
    }
}
