//! Where what stands in an id: 41 bits of milliseconds since 2024-01-01, 5 bits of node, 7 bits of sequence.
//!
//! A *tick* is the milliseconds and the sequence without the node between them: what the ids of one node count.

use super::NodeNumber;
use crate::Timestamp;

/// 2024-01-01 UTC, the instant that ids count from.
const EPOCH_MILLIS: i64 = 1_704_067_200_000;
const MILLIS_BITS: u32 = 41;
const NODE_BITS: u32 = 5;
const SEQUENCE_BITS: u32 = 7;

/// The first instant that has no ids, in September 2093.
pub(crate) const END_OF_IDS: Timestamp = Timestamp::from_millis(EPOCH_MILLIS + (1 << MILLIS_BITS));

/// The first tick of a millisecond. A clock before 2024 counts from the first millisecond, so that no id is 0.
pub(super) fn first_tick(at: Timestamp) -> i64 {
    let millis = at.as_millis().saturating_sub(EPOCH_MILLIS);
    millis.clamp(1, 1 << MILLIS_BITS) << SEQUENCE_BITS
}

/// The first millisecond whose ticks are all later than this one.
pub(super) fn instant_after(tick: i64) -> Timestamp {
    Timestamp::from_millis(EPOCH_MILLIS + (tick >> SEQUENCE_BITS) + 1)
}

/// The id of a node at a tick.
pub(super) fn id(tick: i64, node: NodeNumber) -> i64 {
    let (millis, sequence) = (tick >> SEQUENCE_BITS, tick & ((1 << SEQUENCE_BITS) - 1));
    (millis << (NODE_BITS + SEQUENCE_BITS)) | (i64::from(node.get()) << SEQUENCE_BITS) | sequence
}

/// The millisecond that an id was made in.
pub(crate) fn instant_of(id: i64) -> Timestamp {
    Timestamp::from_millis(EPOCH_MILLIS + (id >> (NODE_BITS + SEQUENCE_BITS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_its_millisecond_and_what_comes_after_its_tick() {
        let at = Timestamp::from_millis(1_790_000_000_123);
        let last_of_millisecond = first_tick(at) + 127;
        let id = id(last_of_millisecond, NodeNumber::new(31).unwrap());
        assert_eq!(instant_of(id), at);
        assert_eq!(instant_after(last_of_millisecond), at.plus_millis(1));
        assert_eq!(instant_after(first_tick(at)), at.plus_millis(1));
    }

    #[test]
    fn the_largest_id_is_of_the_last_millisecond() {
        assert_eq!(instant_of(crate::MAX_ID), END_OF_IDS.plus_millis(-1));
    }
}
