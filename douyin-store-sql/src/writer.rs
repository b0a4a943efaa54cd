//! The one writer of a store: group commit.
//!
//! Writes that are queued while a transaction commits share the next one, and each caller gets its own result after the commit.
//! The cost of a commit is waiting for the disk, which takes as long for one write as for a thousand. A write that finds the
//! writer idle is committed at once: it never waits for others to join.
//!
//! Inside a batch, single operations come first, in the order of their arrival, then all likes, then all follows, each by set-based
//! statements, and last every counter that they changed, by one statement per table: [`counters`].
//! Any order is correct, because all operations of a batch are concurrent: none was answered before another began.
//!
//! On engines whose transactions write at the same time, a batch first locks all that it is going to change, in one order:
//! [`RowLocks`]. What then fails as a deadlock all the same is tried again.

mod batch;
mod counters;
mod group_commit;
mod locks;
mod marks;
mod operation;
mod taken;
#[cfg(all(test, feature = "sqlite"))]
mod tests;
mod transaction;

use std::sync::Arc;
use std::time::Duration;

use douyin_core::Change;
use tokio::sync::mpsc::error::{SendTimeoutError, TrySendError};
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument as _, Span};

pub(crate) use locks::{Queue, RowLocks};
pub(crate) use marks::Marking;
pub(crate) use operation::{Operation, Work};
pub(crate) use transaction::Transactions;

use self::batch::Request;
use self::group_commit::GroupCommit;
use self::operation::Pending;
use crate::connector::Connector;
use crate::engine::{ConnectionOf, Engine};
use crate::error::Error;
use crate::options::SqlOptions;
use crate::stats::Meter;

/// The handle of the writer task.
pub(crate) struct Writer<E: Engine> {
    queue: mpsc::Sender<Request<E>>,
    longest_wait: Duration,
    meter: Arc<Meter>,
}

impl<E: Engine> Writer<E> {
    /// Starts a writer, which ends when this is dropped and the queue is empty.
    pub(crate) fn start(
        connector: Arc<Connector<E>>,
        connection: ConnectionOf<E>,
        transactions: Transactions,
        options: &SqlOptions,
    ) -> Self {
        let (queue, requests) = mpsc::channel(options.write_queue.max(1));
        let meter = Arc::clone(transactions.meter());
        let group_commit = GroupCommit::new(connector, connection, transactions, options);
        tokio::spawn(group_commit.run(requests));
        Self {
            queue,
            longest_wait: options.lock_wait,
            meter,
        }
    }

    /// How many writes wait for the next transaction, and how many may.
    pub(crate) fn queue(&self) -> (usize, usize) {
        let places = self.queue.max_capacity();
        (places.saturating_sub(self.queue.capacity()), places)
    }

    /// Sets a like.
    pub(crate) async fn mark_favorite(&self, marking: Marking) -> Result<Change, Error> {
        let (pending, answer) = Pending::new(marking);
        let submitted = self.submit(Request::Favorite(pending), answer);
        submitted.instrument(span("like")).await
    }

    /// Sets a follow.
    pub(crate) async fn mark_follow(&self, marking: Marking) -> Result<Change, Error> {
        let (pending, answer) = Pending::new(marking);
        let submitted = self.submit(Request::Follow(pending), answer);
        submitted.instrument(span("follow")).await
    }

    /// Performs any other operation.
    pub(crate) async fn perform<O: Operation<E>>(&self, operation: O) -> Result<O::Answer, Error> {
        let (pending, answer) = Pending::new(operation);
        let submitted = self.submit(Request::Other(Box::new(pending)), answer);
        submitted.instrument(span("other")).await
    }

    /// Commits what is queued and ends the writer.
    pub(crate) async fn close(&self) -> Result<(), Error> {
        let (done, answer) = oneshot::channel();
        match self.submit(Request::Close(done), answer).await {
            // It was closed before.
            Err(Error::Closed) => Ok(()),
            other => other,
        }
    }

    async fn submit<T>(
        &self,
        request: Request<E>,
        answer: oneshot::Receiver<Result<T, Error>>,
    ) -> Result<T, Error> {
        match self.queue.try_send(request) {
            Ok(()) => {}
            Err(TrySendError::Closed(_)) => return Err(Error::Closed),
            Err(TrySendError::Full(request)) => self
                .queue
                .send_timeout(request, self.longest_wait)
                .await
                .map_err(|error| match error {
                    SendTimeoutError::Timeout(_) => {
                        self.meter.count_refused_write();
                        Error::QueueFull
                    }
                    SendTimeoutError::Closed(_) => Error::Closed,
                })?,
        }
        answer.await.map_err(|_| Error::Abandoned)?
    }
}

/// A write: from the queue to the end of the commit that it shares.
fn span(kind: &'static str) -> Span {
    tracing::trace_span!("database write", kind)
}
