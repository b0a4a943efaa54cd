use async_trait::async_trait;
use douyin_core::{Audit, Counter, Drift, StoreError};

use super::SqlStore;
use crate::decode;
use crate::engine::{Columns, Engine};
use crate::error::Error;
use crate::writer::{Operation, Queue, RowLocks, Work};

/// So many counters are corrected in one transaction, so that others do not wait for long.
const CORRECTED_AT_ONCE: usize = 10_000;

#[async_trait]
impl<E: Engine> Audit for SqlStore<E> {
    async fn ping(&self) -> Result<(), StoreError> {
        let both_ways = async {
            self.readers
                .rows(&self.statements.audit.read_probe, &[])
                .await?;
            self.writer.perform(Ping).await
        };
        Ok(tokio::time::timeout(self.ping_wait, both_ways)
            .await
            .map_err(|_| Error::TooSlow)??)
    }

    async fn drift(&self, counter: Counter) -> Result<Vec<Drift>, StoreError> {
        let statement = self.statements.audit.drift(counter);
        let decode = |mut columns: Columns<'_, _>| decode::drift(counter, &mut columns);
        let mut drift = self.auditors.collect(statement, decode).await?;
        drift.sort_unstable();
        Ok(drift)
    }

    /// The counting is no part of the transactions that write, which are short: rows and counters move together, so what a counter lacked
    /// when it was counted it still lacks afterwards, whatever was written in between. Unless somebody else corrected it: only the
    /// newest repair may correct anything, and it counts after every correction of those before it.
    async fn repair(&self, counter: Counter) -> Result<Vec<Drift>, StoreError> {
        let number = self.writer.perform(BeginRepair).await?;
        let drift = self.drift(counter).await?;
        for drift in drift.chunks(CORRECTED_AT_ONCE) {
            let drift = drift.to_vec();
            self.writer.perform(Correct { number, drift }).await?;
        }
        Ok(drift)
    }
}

/// A write transaction that changes nothing.
struct Ping;

#[async_trait]
impl<E: Engine> Operation<E> for Ping {
    type Answer = ();

    fn lock(&self, _locks: &mut RowLocks) {}

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        work.run(&work.statements.audit.write_probe, &[])
            .await
            .map(drop)
    }
}

/// Begins a repair, which ends every other. Answers its number.
struct BeginRepair;

#[async_trait]
impl<E: Engine> Operation<E> for BeginRepair {
    type Answer = i64;

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Repairs);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<i64, Error> {
        work.run(&work.statements.audit.next_repair, &[]).await?;
        newest_repair(work).await
    }
}

/// Moves counters to what was counted, as part of the repair of this number.
struct Correct {
    number: i64,
    drift: Vec<Drift>,
}

#[async_trait]
impl<E: Engine> Operation<E> for Correct {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Repairs);
        for drift in &self.drift {
            match drift.counter {
                Counter::VideoFavorites | Counter::VideoComments => locks.videos.insert(drift.of),
                _ => locks.users.insert(drift.of),
            };
        }
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        if newest_repair(work).await? != self.number {
            return Err(Error::Superseded);
        }
        for drift in &self.drift {
            work.counters.correct(drift);
        }
        Ok(())
    }
}

async fn newest_repair<E: Engine>(work: &mut Work<'_, E>) -> Result<i64, Error> {
    let rows = work.run(&work.statements.audit.newest_repair, &[]).await?;
    let row = rows
        .first()
        .ok_or_else(|| Error::Corrupt("the number of repairs is missing".to_owned()))?;
    Columns::of(row).integer()
}
