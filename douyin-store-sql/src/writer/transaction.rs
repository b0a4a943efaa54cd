use std::sync::Arc;

use futures_util::TryFutureExt as _;
use sqlx::{Connection as _, SqlStr};

use super::batch::Batch;
use super::locks::Patience;
use super::operation::Work;
use crate::connector::TimeLimit;
use crate::engine::{ConnectionOf, Engine};
use crate::error::Error;
use crate::options::SqlOptions;
use crate::statements::Statements;
use crate::stats::Meter;

/// How batches become transactions.
pub(crate) struct Transactions {
    statements: Arc<Statements>,
    meter: Arc<Meter>,
    limit: TimeLimit,
}

/// How a transaction ended.
pub(super) enum Ended {
    /// Nothing was sent but the statement that begins it.
    BeforeItBegan(Error),
    /// It was rolled back for this, or will be as soon as the server sees that the connection is gone.
    Undone {
        error: Error,
        /// Whether the connection is out of the transaction. Otherwise all that follows on it would fail too.
        confirmed: bool,
    },
    /// Nobody knows whether it was committed.
    Unconfirmed(Error),
    /// It was committed.
    Committed,
}

impl Transactions {
    pub(crate) fn new<E: Engine>(
        statements: Arc<Statements>,
        meter: Arc<Meter>,
        options: &SqlOptions,
    ) -> Self {
        Self {
            statements,
            meter,
            limit: TimeLimit::of_statements::<E>(options),
        }
    }

    /// What counts them.
    pub(super) const fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// Performs a batch in one transaction. A server that falls silent before it is told to commit is taken for gone, and nothing was
    /// done; one that falls silent then may have committed.
    pub(super) async fn perform<E: Engine>(
        &self,
        connection: &mut ConnectionOf<E>,
        batch: &mut Batch<E>,
        patience: Patience,
    ) -> Ended {
        let begun = connection.begin_with(SqlStr::from_static(E::BEGIN_WRITE));
        let mut transaction = match self.limit.on(begun.map_err(Error::of::<E>)).await {
            Ok(transaction) => transaction,
            Err(error) => return Ended::BeforeItBegan(error),
        };
        self.meter.count_transaction();
        let mut work = Work::new(&mut *transaction, &self.statements, &self.meter, patience);
        match self.limit.on(batch.apply(&mut work)).await {
            Ok(()) => {
                let committed = transaction.commit().map_err(Error::of::<E>);
                match self.limit.on(committed).await {
                    Ok(()) => Ended::Committed,
                    // A cluster whose nodes compare what they have written when they commit.
                    Err(error @ Error::Conflict(_)) => Ended::Undone {
                        error,
                        confirmed: false,
                    },
                    Err(error) => Ended::Unconfirmed(error),
                }
            }
            Err(error) if error.breaks_connection() => Ended::Undone {
                error,
                confirmed: false,
            },
            Err(error) => {
                let rolled_back = transaction.rollback().map_err(Error::of::<E>);
                let confirmed = self.limit.on(rolled_back).await.is_ok();
                Ended::Undone { error, confirmed }
            }
        }
    }
}

impl Ended {
    pub(super) const fn leaves_connection_sound(&self) -> bool {
        match self {
            Self::Committed => true,
            // Waiting for the lock of a whole database took too long.
            Self::BeforeItBegan(error) => matches!(error, Error::Contention(_)),
            Self::Undone { confirmed, .. } => *confirmed,
            Self::Unconfirmed(_) => false,
        }
    }

    pub(super) fn result(self) -> Result<(), Error> {
        match self {
            Self::Committed => Ok(()),
            // A standby, or a server that is full: it will not begin another one either.
            Self::BeforeItBegan(Error::Database(cause)) => Err(Error::Outage(cause)),
            Self::BeforeItBegan(error) | Self::Undone { error, .. } => Err(error),
            Self::Unconfirmed(error) => Err(Error::Unconfirmed(Box::new(error))),
        }
    }
}
