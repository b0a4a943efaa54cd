//! Makes ids that are unique over all nodes and increase with time.

mod granted;
mod layout;
mod leased;
mod node_number;

use std::sync::atomic::{AtomicI64, Ordering};

use crate::Timestamp;

pub(crate) use self::layout::{END_OF_IDS, instant_of};
pub use self::leased::{Extension, LeasedIds};
pub use self::node_number::{InvalidNode, NodeNumber};

/// Makes the numbers behind every id.
pub trait IdSource: Send + Sync {
    /// A number in `1..=2^53 - 1` that this source has not answered before, larger than all that it has.
    ///
    /// # Errors
    /// [`NoIds`] where the source cannot be sure that nobody else makes the same one.
    fn next_id(&self, now: Timestamp) -> Result<i64, NoIds>;
}

/// There is no id that is certainly nobody else's; try again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no ids can be made: the lease of a node number was lost, or not extended in time")]
pub struct NoIds;

/// Time-ordered ids: 41 bits of milliseconds since 2024-01-01, 5 bits of node, 7 bits of sequence.
///
/// It never waits and never refuses: where one millisecond is used up (128 ids), or the clock has stepped back, it counts on
/// in the milliseconds after the last one it used. Two sources with different node numbers never make the same id; that the
/// numbers differ, and that the clock does not step back between two runs, is up to the caller. [`LeasedIds`] sees to both.
/// The default is node 0.
#[derive(Debug, Default)]
pub struct TimeOrderedIds {
    node: NodeNumber,
    /// The tick of the last id.
    last: AtomicI64,
}

impl TimeOrderedIds {
    /// A source for one node.
    #[must_use]
    pub const fn new(node: NodeNumber) -> Self {
        let last = AtomicI64::new(0);
        Self { node, last }
    }
}

impl IdSource for TimeOrderedIds {
    fn next_id(&self, now: Timestamp) -> Result<i64, NoIds> {
        let first = layout::first_tick(now);
        let next = |last: i64| first.max(last + 1);
        let last = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                Some(next(last))
            });
        let tick = next(last.unwrap_or_else(|last| last));
        Ok(layout::id(tick, self.node))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    fn source(node: u8) -> TimeOrderedIds {
        TimeOrderedIds::new(NodeNumber::new(node).unwrap())
    }

    #[test]
    fn ids_increase_within_a_millisecond_past_its_end_and_when_the_clock_steps_back() {
        let ids = source(3);
        let made: Vec<i64> = (0..1_000)
            .map(|_| ids.next_id(NOW).unwrap())
            .chain((0..1_000).map(|_| ids.next_id(NOW.plus_millis(-3_600_000)).unwrap()))
            .collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            made.iter().all(|id| (id >> 7) & 31 == 3),
            "each carries its node"
        );
    }

    #[test]
    fn ids_of_parallel_callers_and_of_other_nodes_differ() {
        let (one, other) = (source(0), source(31));
        let make_many = |ids: &TimeOrderedIds| -> Vec<i64> {
            (0..5_000).map(|_| ids.next_id(NOW).unwrap()).collect()
        };
        let made: Vec<i64> = std::thread::scope(|scope| {
            let callers: Vec<_> = [&one, &one, &other, &other]
                .map(|ids| scope.spawn(|| make_many(ids)))
                .into_iter()
                .collect();
            callers
                .into_iter()
                .flat_map(|caller| caller.join().unwrap())
                .collect()
        });
        assert_eq!(made.iter().collect::<HashSet<_>>().len(), 20_000);
    }

    #[test]
    fn ids_are_in_range_whatever_the_clock_says() {
        let ids = source(0);
        assert!(ids.next_id(Timestamp::from_millis(i64::MIN)).unwrap() > 0);
        let last_instant = END_OF_IDS.plus_millis(-1);
        assert!(ids.next_id(last_instant).unwrap() <= crate::MAX_ID);
        // What comes after is refused where the number is made an id.
        assert!(ids.next_id(Timestamp::MAX).unwrap() > crate::MAX_ID);
    }
}
