use async_trait::async_trait;
use tokio::sync::oneshot;

use super::counters::Counters;
use super::locks::{Locked, Patience, RowLocks};
use super::taken::TakenInstants;
use crate::engine::{Columns, ConnectionOf, Engine, RowOf, Statement, Value, Write, run};
use crate::error::Error;
use crate::statements::Statements;
use crate::stats::Meter;

/// A transaction in progress.
pub(crate) struct Work<'t, E: Engine> {
    connection: &'t mut ConnectionOf<E>,
    /// The statements of the engine.
    pub(crate) statements: &'t Statements,
    meter: &'t Meter,
    pub(super) patience: Patience,
    /// What is locked, on engines that lock rows.
    pub(super) locked: Option<Locked>,
    /// Changes of counters that are not written yet.
    pub(crate) counters: Counters,
    /// Publication instants that are known to be taken.
    pub(crate) taken: TakenInstants,
}

impl<'t, E: Engine> Work<'t, E> {
    pub(super) fn new(
        connection: &'t mut ConnectionOf<E>,
        statements: &'t Statements,
        meter: &'t Meter,
        patience: Patience,
    ) -> Self {
        Self {
            connection,
            statements,
            meter,
            patience,
            locked: None,
            counters: Counters::default(),
            taken: TakenInstants::default(),
        }
    }

    /// Runs a statement.
    pub(crate) async fn run(
        &mut self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<RowOf<E>>, Error> {
        self.meter.count_write();
        run::<E>(self.connection, statement, values)
            .await
            .map_err(Error::of::<E>)
    }

    /// Runs a write; returns the rows that it answers.
    pub(crate) async fn write(
        &mut self,
        write: &Write,
        values: &[Value<'_>],
    ) -> Result<Vec<RowOf<E>>, Error> {
        match write {
            Write::Returning(statement) => self.run(statement, values).await,
            Write::Asking { ask, write } => {
                let rows = self.run(ask, values).await?;
                if !rows.is_empty() {
                    self.run(write, values).await?;
                }
                Ok(rows)
            }
        }
    }

    /// Runs a write whose answer is known.
    pub(crate) async fn write_only(
        &mut self,
        write: &Write,
        values: &[Value<'_>],
    ) -> Result<(), Error> {
        let (Write::Returning(statement)
        | Write::Asking {
            write: statement, ..
        }) = write;
        self.run(statement, values).await.map(drop)
    }

    /// Asks a yes-or-no question about an id.
    pub(crate) async fn is(&mut self, statement: &Statement, id: i64) -> Result<bool, Error> {
        let rows = self.run(statement, &[id.into()]).await?;
        rows.first()
            .map_or(Ok(false), |row| Columns::of(row).flag())
    }
}

/// Rows of two ids.
pub(super) fn id_pairs<E: Engine, C: FromIterator<(i64, i64)>>(
    rows: &[RowOf<E>],
) -> Result<C, Error> {
    rows.iter()
        .map(|row| {
            let mut columns = Columns::of(row);
            Ok((columns.integer()?, columns.integer()?))
        })
        .collect()
}

/// A write that runs in a transaction and may be retried in another one.
#[async_trait]
pub(crate) trait Operation<E: Engine>: Send + Sync + 'static {
    /// The result that its caller gets.
    type Answer: Send;

    /// Adds what it is going to change to the locks of its transaction.
    fn lock(&self, locks: &mut RowLocks);

    /// Performs it. If it returns a [refusal](Error::is_refusal) it has changed nothing.
    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Self::Answer, Error>;
}

/// An operation, and whoever waits for its answer.
pub(super) struct Pending<O, A> {
    pub(super) operation: O,
    outcome: Option<Result<A, Error>>,
    caller: oneshot::Sender<Result<A, Error>>,
}

impl<O, A> Pending<O, A> {
    pub(super) fn new(operation: O) -> (Self, oneshot::Receiver<Result<A, Error>>) {
        let (caller, answer) = oneshot::channel();
        let outcome = None;
        let pending = Self {
            operation,
            outcome,
            caller,
        };
        (pending, answer)
    }

    /// Keeps the result until it is committed.
    pub(super) fn keep(&mut self, outcome: Result<A, Error>) {
        self.outcome = Some(outcome);
    }

    /// Answers the caller, unless it was cancelled.
    pub(super) fn answer(self, failure: Option<&Error>) {
        let outcome = match (failure, self.outcome) {
            (Some(error), _) => Err(error.clone()),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(Error::Abandoned),
        };
        drop(self.caller.send(outcome));
    }
}

/// A [`Pending`] operation of whatever kind.
#[async_trait]
pub(super) trait AnyPending<E: Engine>: Send {
    /// See [`Operation::lock`].
    fn lock(&self, locks: &mut RowLocks);

    /// Applies the operation and keeps a result or a refusal; fails where the transaction cannot go on.
    async fn apply(&mut self, work: &mut Work<'_, E>) -> Result<(), Error>;

    /// See [`Pending::answer`].
    fn answer(self: Box<Self>, failure: Option<&Error>);
}

#[async_trait]
impl<E: Engine, O: Operation<E>> AnyPending<E> for Pending<O, O::Answer> {
    fn lock(&self, locks: &mut RowLocks) {
        self.operation.lock(locks);
    }

    async fn apply(&mut self, work: &mut Work<'_, E>) -> Result<(), Error> {
        match self.operation.apply(work).await {
            Err(error) if !error.is_refusal() => Err(error),
            outcome => {
                self.keep(outcome);
                Ok(())
            }
        }
    }

    fn answer(self: Box<Self>, failure: Option<&Error>) {
        Pending::answer(*self, failure);
    }
}
