use async_trait::async_trait;
use douyin_core::{
    Grant, Lease, NodeHolder, NodeNumber, NodeRow, Nodes, Reach, StoreError, Timestamp,
};

use super::SqlStore;
use crate::decode;
use crate::engine::{Columns, Engine};
use crate::error::Error;
use crate::writer::{Operation, RowLocks, Work};

#[async_trait]
impl<E: Engine> Nodes for SqlStore<E> {
    async fn lease(
        &self,
        holder: &NodeHolder,
        wanted: Option<NodeNumber>,
        reach: Reach,
    ) -> Result<Grant, StoreError> {
        let holder = holder.clone();
        let lending = Lending {
            holder,
            wanted,
            reach,
        };
        Ok(self.writer.perform(lending).await?)
    }

    async fn extend(&self, lease: &Lease, reach: Reach) -> Result<Option<Lease>, StoreError> {
        let lease = lease.clone();
        Ok(self.writer.perform(Extending { lease, reach }).await?)
    }

    async fn release(&self, lease: &Lease, unused_from: Timestamp) -> Result<(), StoreError> {
        let lease = lease.clone();
        let releasing = Releasing { lease, unused_from };
        Ok(self.writer.perform(releasing).await?)
    }
}

struct Lending {
    holder: NodeHolder,
    wanted: Option<NodeNumber>,
    reach: Reach,
}

#[async_trait]
impl<E: Engine> Operation<E> for Lending {
    type Answer = Grant;

    fn lock(&self, locks: &mut RowLocks) {
        match self.wanted {
            Some(number) => locks.nodes.extend([number]),
            None => locks.nodes.extend(NodeNumber::all()),
        }
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Grant, Error> {
        let rows = work.nodes().await?;
        let largest_id = work.largest_id().await?;
        let (grant, row) = NodeRow::lent(&rows, &self.holder, self.wanted, self.reach, largest_id)?;
        if let Some(row) = row {
            work.write_node(&row).await?;
        }
        Ok(grant)
    }
}

struct Extending {
    lease: Lease,
    reach: Reach,
}

#[async_trait]
impl<E: Engine> Operation<E> for Extending {
    type Answer = Option<Lease>;

    fn lock(&self, locks: &mut RowLocks) {
        locks.nodes.insert(self.lease.number);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Option<Lease>, Error> {
        let row = work.node(self.lease.number).await?;
        let Some((lease, row)) = row.extended(&self.lease, self.reach) else {
            return Ok(None);
        };
        work.write_node(&row).await?;
        Ok(Some(lease))
    }
}

struct Releasing {
    lease: Lease,
    unused_from: Timestamp,
}

#[async_trait]
impl<E: Engine> Operation<E> for Releasing {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        locks.nodes.insert(self.lease.number);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        let row = work.node(self.lease.number).await?;
        match row.released(&self.lease, self.unused_from) {
            Some(row) => work.write_node(&row).await,
            None => Ok(()),
        }
    }
}

impl<E: Engine> Work<'_, E> {
    async fn nodes(&mut self) -> Result<Vec<NodeRow>, Error> {
        let rows = self.run(&self.statements.nodes.all, &[]).await?;
        rows.iter()
            .map(|row| decode::node(&mut Columns::of(row)))
            .collect()
    }

    async fn node(&mut self, number: NodeNumber) -> Result<NodeRow, Error> {
        let rows = self
            .run(&self.statements.nodes.one, &[number.into()])
            .await?;
        let row = rows
            .first()
            .ok_or_else(|| Error::Corrupt(format!("node {number} has no row")))?;
        decode::node(&mut Columns::of(row))
    }

    async fn largest_id(&mut self) -> Result<i64, Error> {
        let rows = self.run(&self.statements.nodes.largest_id, &[]).await?;
        let largest = rows.first().map(|row| Columns::of(row).optional_integer());
        Ok(largest.transpose()?.flatten().unwrap_or(0))
    }

    async fn write_node(&mut self, row: &NodeRow) -> Result<(), Error> {
        let values = [
            row.number.into(),
            row.holder.as_ref().map_or("", NodeHolder::as_str).into(),
            row.term.into(),
            row.reserved_until.into(),
            row.expires_at.into(),
        ];
        self.run(&self.statements.nodes.write, &values)
            .await
            .map(drop)
    }
}
