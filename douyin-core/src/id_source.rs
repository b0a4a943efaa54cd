//! Makes ids that are unique over all nodes and increase with time.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::Timestamp;

/// Makes the numbers behind every id.
pub trait IdSource: Send + Sync {
    /// A number in `1..=2^53 - 1` that this source has not answered before, larger than all that it has.
    fn next_id(&self, now: Timestamp) -> i64;
}

/// 2024-01-01 UTC, the instant that ids count from.
const EPOCH_MILLIS: i64 = 1_704_067_200_000;
const NODE_BITS: u32 = 5;
const SEQUENCE_BITS: u32 = 7;

/// Time-ordered ids: 41 bits of milliseconds since 2024-01-01, 5 bits of node, 7 bits of sequence.
///
/// It never waits: where one millisecond is used up (128 ids), or the clock has stepped back, it counts on in the
/// milliseconds after the last one it used. Two sources with different node numbers never make the same id.
/// The default is node 0.
#[derive(Debug, Default)]
pub struct TimeOrderedIds {
    node: i64,
    /// Milliseconds and sequence of the last id, without the node between them.
    last: AtomicI64,
}

/// A node number over 31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("node {0} is out of range: nodes are numbered 0 to 31")]
pub struct InvalidNode(pub u8);

impl TimeOrderedIds {
    /// A source for one node.
    ///
    /// # Errors
    /// [`InvalidNode`] where `node` is over 31.
    pub fn new(node: u8) -> Result<Self, InvalidNode> {
        if u32::from(node) >= 1 << NODE_BITS {
            return Err(InvalidNode(node));
        }
        Ok(Self {
            node: i64::from(node),
            ..Self::default()
        })
    }
}

impl IdSource for TimeOrderedIds {
    fn next_id(&self, now: Timestamp) -> i64 {
        // A clock before 2024 counts from the first millisecond, so that no id is 0.
        let tick = now.as_millis().saturating_sub(EPOCH_MILLIS).max(1) << SEQUENCE_BITS;
        let next = |last: i64| tick.max(last + 1);
        let last = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                Some(next(last))
            });
        let ticks = next(last.unwrap_or_else(|last| last));
        let (millis, sequence) = (ticks >> SEQUENCE_BITS, ticks & ((1 << SEQUENCE_BITS) - 1));
        (millis << (NODE_BITS + SEQUENCE_BITS)) | (self.node << SEQUENCE_BITS) | sequence
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    #[test]
    fn ids_increase_within_a_millisecond_past_its_end_and_when_the_clock_steps_back() {
        let ids = TimeOrderedIds::new(3).unwrap();
        let made: Vec<i64> = (0..1_000)
            .map(|_| ids.next_id(NOW))
            .chain((0..1_000).map(|_| ids.next_id(NOW.plus_millis(-3_600_000))))
            .collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            made.iter().all(|id| (id >> SEQUENCE_BITS) & 31 == 3),
            "each carries its node"
        );
    }

    #[test]
    fn ids_of_parallel_callers_and_of_other_nodes_differ() {
        let (one, other) = (
            TimeOrderedIds::new(0).unwrap(),
            TimeOrderedIds::new(31).unwrap(),
        );
        let made: Vec<i64> = std::thread::scope(|scope| {
            let callers: Vec<_> = [&one, &one, &other, &other]
                .map(|ids| scope.spawn(|| (0..5_000).map(|_| ids.next_id(NOW)).collect::<Vec<_>>()))
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
        let ids = TimeOrderedIds::new(0).unwrap();
        assert!(ids.next_id(Timestamp::from_millis(i64::MIN)) > 0);
        let last_day_of_the_range = Timestamp::from_millis(EPOCH_MILLIS + (1 << 41) - 1);
        assert!(ids.next_id(last_day_of_the_range) <= crate::MAX_ID);
    }

    #[test]
    fn nodes_are_0_to_31() {
        assert_eq!(TimeOrderedIds::new(32).err(), Some(InvalidNode(32)));
    }
}
