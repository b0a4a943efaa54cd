//! The one writer of a store: group commit.
//!
//! Whatever waits for its turn while a transaction commits shares the next one, and each caller is answered after the commit
//! with the result that is its own. What makes a commit dear is waiting for the disk, and that wait is the same for one
//! write as for a thousand. Idle, a write goes straight through: nothing ever waits for company.
//!
//! Inside a batch, operations that stand for themselves come first, in the order of their arrival, then likes, then follows, each
//! set-based, and then every counter that they moved, by one statement per table: [`counters`](crate::writer::counters).
//! Any order is right, as all of them wait at the same time: only an answer tells a caller that an operation came before another.
//!
//! Rows are written in one order, rows that are counted before counters, videos before users, each by key: engines that lock
//! rows need one.

mod batch;
mod counters;
mod group_commit;
mod marks;
mod operation;
mod taken;
#[cfg(all(test, feature = "sqlite"))]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use douyin_core::Change;
use tokio::sync::mpsc::error::{SendTimeoutError, TrySendError};
use tokio::sync::{mpsc, oneshot};

pub(crate) use marks::Marking;
pub(crate) use operation::{Operation, Work};

use self::batch::Request;
use self::group_commit::GroupCommit;
use self::operation::Pending;
use crate::engine::{ConnectionOf, Engine};
use crate::error::Error;
use crate::open::SqlOptions;
use crate::statements::Statements;

/// Where writes go.
pub(crate) struct Writer<E: Engine> {
    queue: mpsc::Sender<Request<E>>,
    longest_wait: Duration,
}

impl<E: Engine> Writer<E> {
    /// Starts a writer, which ends when this is dropped and the queue is empty.
    pub(crate) fn start(
        engine: Arc<E>,
        connection: ConnectionOf<E>,
        statements: Arc<Statements>,
        options: &SqlOptions,
    ) -> Self {
        let (queue, requests) = mpsc::channel(options.write_queue.max(1));
        let group_commit = GroupCommit::new(engine, connection, statements, options.write_batch);
        tokio::spawn(group_commit.run(requests));
        Self {
            queue,
            longest_wait: options.lock_wait,
        }
    }

    /// Sets a like.
    pub(crate) async fn mark_favorite(&self, marking: Marking) -> Result<Change, Error> {
        let (pending, answer) = Pending::new(marking);
        self.submit(Request::Favorite(pending), answer).await
    }

    /// Sets a follow.
    pub(crate) async fn mark_follow(&self, marking: Marking) -> Result<Change, Error> {
        let (pending, answer) = Pending::new(marking);
        self.submit(Request::Follow(pending), answer).await
    }

    /// Performs any other operation.
    pub(crate) async fn perform<O: Operation<E>>(&self, operation: O) -> Result<O::Answer, Error> {
        let (pending, answer) = Pending::new(operation);
        self.submit(Request::Other(Box::new(pending)), answer).await
    }

    /// Commits what waits and ends the writer.
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
                    SendTimeoutError::Timeout(_) => Error::QueueFull,
                    SendTimeoutError::Closed(_) => Error::Closed,
                })?,
        }
        answer.await.map_err(|_| Error::Abandoned)?
    }
}
