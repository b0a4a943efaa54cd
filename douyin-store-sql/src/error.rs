//! What can go wrong in here, and what core is told of it.

use std::sync::Arc;

use douyin_core::{Entity, InvalidId, StoreError};

use crate::engine::Engine;

/// Why an operation has no result. Cheap to copy, because a whole batch can fail of one cause.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0} not found")]
    Missing(Entity),
    #[error("already taken")]
    Taken,
    /// A unique value exists already, which the statement did not provide for.
    #[error("a row exists already")]
    Duplicate(#[source] Arc<sqlx::Error>),
    #[error("{0}")]
    Corrupt(String),
    #[error("the database is in use by another process")]
    Contention(#[source] Arc<sqlx::Error>),
    #[error("the database failed")]
    Database(#[source] Arc<sqlx::Error>),
    /// The commit failed, or its answer was lost: the transaction may stand.
    #[error("the database did not confirm a commit")]
    Unconfirmed(#[source] Arc<sqlx::Error>),
    #[error("too many writes are waiting")]
    QueueFull,
    #[error("the database did not answer in time")]
    TooSlow,
    #[error("the store is closed")]
    Closed,
    /// Nobody is left to answer; the write may stand.
    #[error("the writer gave up before it answered")]
    Abandoned,
}

impl Error {
    /// Sorts out what a driver says: the one place that does.
    pub(crate) fn of<E: Engine>(error: sqlx::Error) -> Self {
        match error {
            error if E::is_contention(&error) => Self::Contention(Arc::new(error)),
            error if E::is_corruption(&error) => Self::Corrupt(error.to_string()),
            sqlx::Error::Database(ref cause) if cause.is_unique_violation() => {
                Self::Duplicate(Arc::new(error))
            }
            error => Self::Database(Arc::new(error)),
        }
    }

    /// Whether the operation was refused for what it is, which leaves the transaction as it was.
    pub(crate) const fn is_refusal(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Taken)
    }
}

impl From<InvalidId> for Error {
    fn from(error: InvalidId) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::Missing(entity) => Self::NotFound(entity),
            Error::Taken => Self::Taken,
            Error::Corrupt(what) => Self::Corrupt(what),
            error => Self::Unavailable(Box::new(error)),
        }
    }
}
