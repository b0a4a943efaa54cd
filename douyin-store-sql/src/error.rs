//! Errors of this crate, and how they map to core's.

use std::sync::Arc;

use douyin_core::{Entity, InvalidId, NoNumber, StoreError};

use crate::engine::{Engine, Failure};

/// Why an operation failed. Cheap to clone, because one failure can be that of a whole batch.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0} not found")]
    Missing(Entity),
    #[error("already taken")]
    Taken,
    #[error("over quota")]
    OverQuota,
    /// A unique constraint that the statement does not handle.
    #[error("a row exists already")]
    Duplicate(#[source] Arc<sqlx::Error>),
    #[error("{0}")]
    Corrupt(String),
    #[error("the database is in use by another process")]
    Contention(#[source] Arc<sqlx::Error>),
    /// The engine gave up this transaction in favour of another one; it may succeed when it is tried again.
    #[error("the transaction was in conflict with another one")]
    Conflict(#[source] Arc<sqlx::Error>),
    #[error("the database gave up a statement that took too long")]
    Overrun(#[source] Arc<sqlx::Error>),
    #[error("the database is away")]
    Outage(#[source] Arc<sqlx::Error>),
    #[error("the database failed")]
    Database(#[source] Arc<sqlx::Error>),
    /// The commit failed, or its answer was lost: the transaction may have been committed.
    #[error("the database did not confirm a commit")]
    Unconfirmed(#[source] Box<Error>),
    #[error("too many reads are waiting")]
    TooManyReads,
    #[error("too many writes are waiting")]
    QueueFull,
    /// Nobody knows what has become of the connection.
    #[error("the database did not answer in time")]
    TooSlow,
    #[error("the store is closed")]
    Closed,
    #[error("another repair began, whose counts are newer")]
    Superseded,
    /// The writer panicked or its runtime ended; the write may have been committed.
    #[error("the writer gave up before it answered")]
    Abandoned,
}

impl Error {
    /// Classifies an error of the driver.
    pub(crate) fn of<E: Engine>(error: sqlx::Error) -> Self {
        match Failure::of::<E>(&error) {
            Failure::Contention => Self::Contention(Arc::new(error)),
            Failure::Conflict => Self::Conflict(Arc::new(error)),
            Failure::Overrun => Self::Overrun(Arc::new(error)),
            Failure::Outage | Failure::NoDatabase => Self::Outage(Arc::new(error)),
            Failure::Corruption => Self::Corrupt(error.to_string()),
            Failure::RefusedText | Failure::Statement => {
                let duplicate = error
                    .as_database_error()
                    .is_some_and(sqlx::error::DatabaseError::is_unique_violation);
                let error = Arc::new(error);
                if duplicate {
                    Self::Duplicate(error)
                } else {
                    Self::Database(error)
                }
            }
        }
    }

    /// Whether it says nothing about the operations of a transaction, so that parts of it would fail as the whole did. A lock that
    /// is not to be had is about everything where there is one for the whole database.
    pub(crate) fn is_about_everything<E: Engine>(&self) -> bool {
        matches!(self, Self::Contention(_) if !E::LOCKS_ROWS)
            || matches!(
                self,
                Self::Conflict(_)
                    | Self::Overrun(_)
                    | Self::Outage(_)
                    | Self::TooSlow
                    | Self::Unconfirmed(_)
            )
    }

    /// Whether the connection that it happened on is of no further use.
    pub(crate) const fn breaks_connection(&self) -> bool {
        matches!(self, Self::Outage(_) | Self::TooSlow | Self::Unconfirmed(_))
    }

    /// Whether the domain refused the operation, which leaves the transaction usable.
    pub(crate) const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Missing(_) | Self::Taken | Self::OverQuota | Self::Superseded
        )
    }
}

impl From<InvalidId> for Error {
    fn from(error: InvalidId) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<NoNumber> for Error {
    fn from(error: NoNumber) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::Missing(entity) => Self::NotFound(entity),
            Error::Taken => Self::Taken,
            Error::OverQuota => Self::OverQuota,
            Error::Corrupt(what) => Self::Corrupt(what),
            error => Self::Unavailable(Box::new(error)),
        }
    }
}
