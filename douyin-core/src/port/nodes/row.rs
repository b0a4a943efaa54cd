//! What a store keeps of a node number, and how it changes: decided here once, for every store.

use super::{Grant, Lease, NodeHolder, Reach};
use crate::id_source::{END_OF_IDS, instant_of};
use crate::{NodeNumber, StoreError, Timestamp};

/// What a store keeps of a node number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRow {
    /// The number.
    pub number: NodeNumber,
    /// Who has it; `None` where nobody ever had it, or it was given back.
    pub holder: Option<NodeHolder>,
    /// How often it was lent.
    pub term: i64,
    /// No id of this number and of a millisecond before this will be made in a later term.
    pub reserved_until: Timestamp,
    /// When others may take it.
    pub expires_at: Timestamp,
}

/// Why no number can be lent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoNumber {
    /// The store does not have a row for each number.
    #[error("the store has lost rows of node numbers")]
    RowMissing,
    /// Ids end in September 2093.
    #[error("no ids are left for node {number} after {largest_id}, the largest that is stored")]
    NoIdsLeft {
        /// The number.
        number: NodeNumber,
        /// What they would have to come after.
        largest_id: i64,
    },
}

impl From<NoNumber> for StoreError {
    fn from(error: NoNumber) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl NodeRow {
    /// That of a number which nobody ever had.
    #[must_use]
    pub const fn unused(number: NodeNumber) -> Self {
        Self {
            number,
            holder: None,
            term: 0,
            reserved_until: Timestamp::from_millis(0),
            expires_at: Timestamp::from_millis(0),
        }
    }

    /// What [`Nodes::lease`](super::Nodes::lease) does, out of the rows of all numbers and the largest id that is stored, or 0:
    /// what to answer, and the row to write before, durably, where a number is lent.
    ///
    /// # Errors
    /// [`NoNumber`].
    pub fn lent(
        rows: &[Self],
        holder: &NodeHolder,
        wanted: Option<NodeNumber>,
        reach: Reach,
        largest_id: i64,
    ) -> Result<(Grant, Option<Self>), NoNumber> {
        let row = Self::chosen(rows, holder, wanted).ok_or(NoNumber::RowMissing)?;
        match &row.holder {
            Some(other) if other != holder && row.expires_at > reach.now => {
                let (holder, until) = (other.clone(), row.expires_at);
                Ok((Grant::Taken { holder, until }, None))
            }
            _ => {
                let (lease, row) = row.lent_to(holder, reach, largest_id)?;
                Ok((Grant::Leased(lease), Some(row)))
            }
        }
    }

    /// The row of the wanted number; or the holder's own, or one that nobody has, or the one that expires first.
    fn chosen<'r>(
        rows: &'r [Self],
        holder: &NodeHolder,
        wanted: Option<NodeNumber>,
    ) -> Option<&'r Self> {
        let eligible = rows
            .iter()
            .filter(|row| wanted.is_none_or(|number| row.number == number));
        eligible.min_by_key(|row| match &row.holder {
            Some(own) if own == holder => (0, Timestamp::from_millis(0), row.number),
            None => (1, Timestamp::from_millis(0), row.number),
            Some(_) => (2, row.expires_at, row.number),
        })
    }

    fn lent_to(
        &self,
        holder: &NodeHolder,
        reach: Reach,
        largest_id: i64,
    ) -> Result<(Lease, Self), NoNumber> {
        let from = (reach.now)
            .max(reach.not_before)
            .max(self.reserved_until)
            .max(instant_of(largest_id).plus_millis(1));
        if from >= END_OF_IDS {
            let number = self.number;
            return Err(NoNumber::NoIdsLeft { number, largest_id });
        }
        let lease = Lease {
            number: self.number,
            holder: holder.clone(),
            term: self.term + 1,
            from,
            until: from.plus_millis(reach.millis).min(END_OF_IDS),
        };
        let row = Self {
            number: self.number,
            holder: Some(holder.clone()),
            term: lease.term,
            reserved_until: lease.until,
            expires_at: reach.now.plus_millis(reach.millis),
        };
        Ok((lease, row))
    }

    /// What [`Nodes::extend`](super::Nodes::extend) does: what to answer, and the row to write before, durably; `None` where the
    /// lease is lost.
    #[must_use]
    pub fn extended(&self, lease: &Lease, reach: Reach) -> Option<(Lease, Self)> {
        if !self.is_lent_by(lease) {
            return None;
        }
        let wanted = reach.now.max(reach.not_before).plus_millis(reach.millis);
        let row = Self {
            // A database that was restored from a backup may remember less than the lease does.
            reserved_until: wanted
                .min(END_OF_IDS)
                .max(self.reserved_until)
                .max(lease.until),
            expires_at: reach.now.plus_millis(reach.millis),
            ..self.clone()
        };
        // All that was reserved since the term began is the lease's, whether it has heard of it or not.
        let lease = Lease {
            until: row.reserved_until,
            ..lease.clone()
        };
        Some((lease, row))
    }

    /// What [`Nodes::release`](super::Nodes::release) does: write the row, where there is one.
    #[must_use]
    pub fn released(&self, lease: &Lease, unused_from: Timestamp) -> Option<Self> {
        self.is_lent_by(lease).then(|| Self {
            holder: None,
            reserved_until: unused_from.max(lease.from).min(self.reserved_until),
            expires_at: Timestamp::from_millis(0),
            ..self.clone()
        })
    }

    /// Whether the term of a lease still lasts. The holder is compared too: a database that is restored from a backup counts
    /// terms a second time.
    fn is_lent_by(&self, lease: &Lease) -> bool {
        self.term == lease.term && self.holder.as_ref() == Some(&lease.holder)
    }
}
