use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::FutureExt as _;
use sqlx::{Connection, SqlStr};
use tokio::sync::mpsc;

use super::batch::{Batch, Request};
use super::operation::Work;
use crate::engine::{ConnectionOf, Engine, Role};
use crate::error::Error;
use crate::statements::Statements;

/// The writer task: commits what is queued, batch after batch.
pub(super) struct GroupCommit<E: Engine> {
    engine: Arc<E>,
    statements: Arc<Statements>,
    /// `None` after a failure that may have broken it, until the next batch reconnects.
    connection: Option<ConnectionOf<E>>,
    largest_batch: usize,
}

impl<E: Engine> GroupCommit<E> {
    pub(super) fn new(
        engine: Arc<E>,
        connection: ConnectionOf<E>,
        statements: Arc<Statements>,
        largest_batch: usize,
    ) -> Self {
        Self {
            engine,
            statements,
            connection: Some(connection),
            largest_batch: largest_batch.max(1),
        }
    }

    /// Runs until it is asked to close or every handle is dropped.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Request<E>>) {
        let mut requests = Vec::new();
        let mut closers = Vec::new();
        while queue.recv_many(&mut requests, self.largest_batch).await > 0 {
            let mut batch = Batch::default();
            for request in requests.drain(..) {
                match request {
                    Request::Favorite(marking) => batch.push_favorite(marking),
                    Request::Follow(marking) => batch.push_follow(marking),
                    Request::Other(operation) => batch.push_other(operation),
                    Request::Close(caller) => {
                        // What is queued already is still committed.
                        queue.close();
                        closers.push(caller);
                    }
                }
            }
            // A bug in one operation must not end all writing: its batch is dropped, whose callers get `Error::Abandoned`, and
            // the next batch gets a new connection.
            if let Err(panic) = AssertUnwindSafe(self.commit(batch)).catch_unwind().await {
                self.connection = None;
                tracing::error!(
                    panic = panic_message(&*panic),
                    "the writer panicked and goes on with a new connection"
                );
            }
        }
        let end = match self.connection.take() {
            Some(connection) => E::finish(connection).await.map_err(Error::of::<E>),
            None => Ok(()),
        };
        if let Err(error) = &end {
            tracing::warn!(%error, "the database was not closed in good order");
        }
        for caller in closers {
            drop(caller.send(end.clone()));
        }
    }

    /// Commits a batch and answers everybody in it. Where the batch fails, every operation gets a transaction of its own, so that
    /// only those fail that cannot be done.
    async fn commit(&mut self, mut batch: Batch<E>) {
        let Err(error) = self.attempt_through_conflicts(&mut batch).await else {
            return batch.answer(None);
        };
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            operations = batch.len(),
            "a transaction failed"
        );
        // A lock that the whole batch did not get, a part of it will not get either. And what may have been committed must not be
        // run again: a video would conflict with its own row.
        if batch.len() == 1 || error.is_about_everything() {
            return batch.answer(Some(&error));
        }
        for mut single in batch.into_singles() {
            let failure = self.attempt_through_conflicts(&mut single).await.err();
            single.answer(failure.as_ref());
        }
    }

    /// Performs a batch, again if the engine gave it up in favour of another transaction, which by then has ended.
    async fn attempt_through_conflicts(&mut self, batch: &mut Batch<E>) -> Result<(), Error> {
        const ATTEMPTS: u32 = 8;
        const PAUSE: Duration = Duration::from_millis(1);
        let mut attempt = 0;
        loop {
            match self.attempt(batch).await {
                Err(Error::Conflict(error)) if attempt + 1 < ATTEMPTS => {
                    tracing::debug!(
                        error = &*error as &dyn std::error::Error,
                        "a transaction is tried again"
                    );
                    tokio::time::sleep(PAUSE * 2_u32.pow(attempt)).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    /// Performs a batch in one transaction, which is rolled back if anything fails.
    async fn attempt(&mut self, batch: &mut Batch<E>) -> Result<(), Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self
                .engine
                .connect(Role::Writer)
                .await
                .map_err(Error::of::<E>)?,
        };
        let (result, sound) = transact(&mut connection, &self.statements, batch).await;
        if sound {
            self.connection = Some(connection);
        }
        result
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("of no text")
}

/// Returns also whether the connection is usable: after a failed commit or rollback it may still be inside the transaction, and
/// everything that follows would fail too.
async fn transact<E: Engine>(
    connection: &mut ConnectionOf<E>,
    statements: &Statements,
    batch: &mut Batch<E>,
) -> (Result<(), Error>, bool) {
    let mut transaction = match connection
        .begin_with(SqlStr::from_static(E::BEGIN_WRITE))
        .await
    {
        Ok(transaction) => transaction,
        Err(error) => {
            let error = Error::of::<E>(error);
            let sound = matches!(error, Error::Contention(_));
            return (Err(error), sound);
        }
    };
    let mut work = Work::new(&mut *transaction, statements);
    match batch.apply(&mut work).await {
        Ok(()) => {
            let unconfirmed = |error| Error::Unconfirmed(Arc::new(error));
            let result = transaction.commit().await.map_err(unconfirmed);
            let sound = result.is_ok();
            (result, sound)
        }
        Err(error) => {
            let sound = transaction.rollback().await.is_ok();
            (Err(error), sound)
        }
    }
}
