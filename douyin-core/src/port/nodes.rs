//! Node numbers, leased from the store.

mod holder;
mod row;

use async_trait::async_trait;

use super::Result;
use crate::{NodeNumber, Timestamp};

pub use holder::{InvalidHolder, NodeHolder};
pub use row::{NoNumber, NodeRow};

/// Lends node numbers to processes, each with a range of milliseconds whose ids nobody else makes.
///
/// It is no part of [`Store`](crate::Store): a store that a single process uses can do without. [`LeasedIds`](crate::LeasedIds)
/// makes ids out of it.
///
/// # What keeps ids apart
///
/// **The ranges, and nothing else.** A lease is a number, its term, and the milliseconds `from..until` of that number. Before a
/// method answers a range, the store has durably moved the end of what is reserved of the number to `until`; every later term
/// of the number begins at or after it. So two processes that both believe to have a number, because a clock is wrong, a
/// process was frozen, somebody ended a lease by hand or copied a data folder, still make different ids.
///
/// A new term also begins after the newest id that is stored, whoever made it. Together with the reservation, no id is older
/// than one before it because a clock stepped back.
///
/// The holder and the instant of expiry only keep processes from sharing a number. Instants come from the caller: a store
/// looks at no clock.
///
/// # Writing a store
///
/// Keep a [`NodeRow`] for each number. Each method reads rows under a lock, lets `NodeRow` decide, and writes what it decided,
/// durably, before it answers. The suite for it is `nodes_conformance!` (feature `conformance`).
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Nodes: Send + Sync {
    /// Lends a number to a holder, in a new term: the `wanted` one, or else the holder's own if it has one, or one that nobody
    /// has, or the one that expired longest ago.
    ///
    /// A holder is one process at a time: one that asks again, such as a process that has been killed and started again, gets
    /// its number back at once, and its earlier term is over.
    ///
    /// # Errors
    /// `Corrupt` where no ids are left: after September 2093, or with an id stored that belongs there.
    async fn lease(
        &self,
        holder: &NodeHolder,
        wanted: Option<NodeNumber>,
        reach: Reach,
    ) -> Result<Grant>;

    /// Moves the end of a lease and the instant when it expires; `None` where its term is over, so that it is lost.
    ///
    /// One that has expired and that nobody has taken is extended like any other. An answer that was lost costs nothing: the
    /// range of a term has no gaps.
    async fn extend(&self, lease: &Lease, reach: Reach) -> Result<Option<Lease>>;

    /// Gives a number back, and with it the milliseconds of its range from `unused_from` on. The caller has made no id of them
    /// and will make none. Does nothing where the term of the lease is over.
    async fn release(&self, lease: &Lease, unused_from: Timestamp) -> Result<()>;
}

/// How far a lease is to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The present instant: says what has expired.
    pub now: Timestamp,
    /// The first millisecond that the process has made no ids of: later than `now` where its clock has stepped back, or it
    /// makes more ids than fit the time that goes by.
    pub not_before: Timestamp,
    /// So many milliseconds after the later of the two the range ends, and so many after `now` the lease expires.
    pub millis: i64,
}

/// A number for one holder, and the range that is its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The number.
    pub number: NodeNumber,
    /// Whose it is.
    pub holder: NodeHolder,
    /// Counts how often the number was lent.
    pub term: i64,
    /// The first millisecond of the range.
    pub from: Timestamp,
    /// The first millisecond after the range.
    pub until: Timestamp,
}

/// What a process that asks for a number is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// It has one.
    Leased(Lease),
    /// The wanted number, or every number, has a holder.
    Taken {
        /// Who has the one that expires first.
        holder: NodeHolder,
        /// When it expires, if it is not extended.
        until: Timestamp,
    },
}
