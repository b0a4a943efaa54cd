//! Errors of this crate, and how they map to core's.

use std::sync::Arc;

use douyin_core::{Entity, InvalidId, StoreError};

use crate::engine::Engine;

/// Why an operation failed. Cheap to clone, because one failure can be that of a whole batch.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0} not found")]
    Missing(Entity),
    #[error("already taken")]
    Taken,
    /// A unique constraint that the statement does not handle.
    #[error("a row exists already")]
    Duplicate(#[source] Arc<sqlx::Error>),
    #[error("{0}")]
    Corrupt(String),
    #[error("the database is in use by another process")]
    Contention(#[source] Arc<sqlx::Error>),
    #[error("the database failed")]
    Database(#[source] Arc<sqlx::Error>),
    /// The commit failed, or its answer was lost: the transaction may have been committed.
    #[error("the database did not confirm a commit")]
    Unconfirmed(#[source] Arc<sqlx::Error>),
    #[error("too many writes are waiting")]
    QueueFull,
    #[error("the database did not answer in time")]
    TooSlow,
    #[error("the store is closed")]
    Closed,
    /// The writer panicked or its runtime ended; the write may have been committed.
    #[error("the writer gave up before it answered")]
    Abandoned,
}

impl Error {
    /// Classifies an error of the driver.
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

    /// Whether the domain refused the operation, which leaves the transaction usable.
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
