use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::FutureExt as _;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::batch::{Batch, Request};
use super::locks::Patience;
use super::transaction::{Ended, Transactions};
use crate::connector::{Connector, IdleLimit};
use crate::engine::{ConnectionOf, Engine, Role};
use crate::error::Error;
use crate::options::SqlOptions;

/// The writer task: commits what is queued, batch after batch.
pub(super) struct GroupCommit<E: Engine> {
    connector: Arc<Connector<E>>,
    transactions: Transactions,
    /// And since when it has been idle. `None` after a failure that may have broken it, until the next batch reconnects.
    connection: Option<(Instant, ConnectionOf<E>)>,
    idle_limit: IdleLimit,
    largest_batch: usize,
    /// Until when no batch waits for a lock: see [`patience`](Self::patience).
    contended_until: Option<Instant>,
    lock_wait: Duration,
}

impl<E: Engine> GroupCommit<E> {
    pub(super) fn new(
        connector: Arc<Connector<E>>,
        connection: ConnectionOf<E>,
        transactions: Transactions,
        options: &SqlOptions,
    ) -> Self {
        Self {
            connector,
            transactions,
            connection: Some((Instant::now(), connection)),
            idle_limit: IdleLimit::of::<E>(options),
            largest_batch: options.write_batch.max(1),
            contended_until: None,
            lock_wait: options.lock_wait,
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
            if batch.len() > 0 {
                self.transactions.meter().count_batch(batch.len());
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
            Some((_, connection)) => E::finish(connection).await.map_err(Error::of::<E>),
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
        let patience = self.patience();
        let Err(error) = self.attempt_through_conflicts(&mut batch, patience).await else {
            return batch.answer(None);
        };
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            operations = batch.len(),
            "a transaction failed"
        );
        // What may have been committed must not be run again: a video would conflict with its own row.
        if batch.len() == 1 || error.is_about_everything::<E>() {
            return batch.answer(Some(&error));
        }
        for mut single in batch.into_singles() {
            // The batch has waited for all of them. One that now finds its rows locked must not keep the others waiting.
            let attempt = self.attempt_through_conflicts(&mut single, Patience::None);
            let failure = attempt.await.err();
            single.answer(failure.as_ref());
        }
    }

    /// A row that was locked for too long stays so for a while, as that of a transaction that was forgotten in some console. Who
    /// needs it keeps coming, and the others would wait with them each time: so for as long as a lock may be waited for, nobody
    /// waits for one, from the last time on that one was not to be had.
    fn patience(&self) -> Patience {
        let contended = |until| Instant::now() < until;
        if E::LOCKS_ROWS && self.contended_until.is_some_and(contended) {
            Patience::None
        } else {
            Patience::Waits
        }
    }

    /// Performs a batch, again if the engine gave it up in favour of another transaction, which by then has ended, or if it did not
    /// wait for one.
    async fn attempt_through_conflicts(
        &mut self,
        batch: &mut Batch<E>,
        patience: Patience,
    ) -> Result<(), Error> {
        const ATTEMPTS: u32 = 8;
        const PAUSE: Duration = Duration::from_millis(1);
        let mut attempt = 0;
        loop {
            let result = self.attempt(batch, patience).await;
            let contended = matches!(result, Err(Error::Contention(_)));
            if contended {
                self.contended_until = Some(Instant::now() + self.lock_wait);
            }
            let once_more = contended && patience == Patience::None && batch.len() == 1;
            match result {
                Err(error)
                    if attempt + 1 < ATTEMPTS
                        && (once_more || matches!(error, Error::Conflict(_))) =>
                {
                    tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "a transaction is tried again"
                    );
                    self.transactions.meter().count_retry();
                    tokio::time::sleep(PAUSE * 2_u32.pow(attempt)).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    /// Performs a batch in one transaction, which is rolled back if anything fails.
    async fn attempt(&mut self, batch: &mut Batch<E>, patience: Patience) -> Result<(), Error> {
        let kept = self.connection.take();
        if let Some((_, connection)) = kept.filter(|(since, _)| self.idle_limit.allows(*since)) {
            match self.transact(connection, batch, patience).await {
                // It broke while it was idle, and nothing was done on it that could have been committed.
                Ended::BeforeItBegan(Error::Outage(_)) => {}
                ended => return ended.result(),
            }
        }
        let connection = self.connector.connect(Role::Writer).await?;
        let ended = self.transact(connection, batch, patience).await;
        ended.result()
    }

    /// Performs a batch on a connection, which is kept unless it broke.
    async fn transact(
        &mut self,
        mut connection: ConnectionOf<E>,
        batch: &mut Batch<E>,
        patience: Patience,
    ) -> Ended {
        let begun = Instant::now();
        let performing = self.transactions.perform(&mut connection, batch, patience);
        let ended = performing.await;
        let meter = self.transactions.meter();
        match &ended {
            Ended::Committed => meter.count_committed(begun.elapsed()),
            Ended::BeforeItBegan(_) | Ended::Undone { .. } => meter.count_failed(),
            Ended::Unconfirmed(_) => meter.count_unconfirmed(),
        }
        if ended.leaves_connection_sound() {
            self.connection = Some((Instant::now(), connection));
        }
        ended
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("of no text")
}
