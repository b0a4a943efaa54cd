use async_trait::async_trait;
use douyin_core::{Audit, Drift, StoreError};

use super::SqlStore;
use crate::decode;
use crate::engine::{Columns, Engine, Row};
use crate::error::Error;
use crate::writer::{Operation, RowLocks, Work};

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

    async fn drift(&self) -> Result<Vec<Drift>, StoreError> {
        Ok(decode_all(
            &self.readers.rows(&self.statements.audit.drift, &[]).await?,
        )?)
    }

    async fn repair(&self) -> Result<Vec<Drift>, StoreError> {
        Ok(self.writer.perform(Repair).await?)
    }
}

fn decode_all<R: Row>(rows: &[R]) -> Result<Vec<Drift>, Error> {
    rows.iter()
        .map(|row| decode::drift(&mut Columns::of(row)))
        .collect()
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

/// Sets every counter to what its rows count.
struct Repair;

#[async_trait]
impl<E: Engine> Operation<E> for Repair {
    type Answer = Vec<Drift>;

    fn lock(&self, _locks: &mut RowLocks) {}

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Vec<Drift>, Error> {
        // Counts that other operations of this transaction changed are no drift.
        work.write_counters().await?;
        let drift = decode_all(&work.run(&work.statements.audit.drift, &[]).await?)?;
        for drift in &drift {
            work.counters.correct(drift);
        }
        work.write_counters().await?;
        Ok(drift)
    }
}
