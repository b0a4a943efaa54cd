//! When what was last written.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use douyin_core::{UserId, VideoId};

/// Something that a write changes and that an answer shows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Topic {
    /// Which videos are the newest.
    Feed,
    /// A user's card.
    User(UserId),
    /// A video's card, without its author's.
    Video(VideoId),
    /// Which comments stand below a video.
    CommentsBelow(VideoId),
    /// What a user likes and follows.
    MarksOf(UserId),
}

/// How many topics are told apart: 128 KiB of versions. Topics that share a slot cost each other a miss, and no more.
const SLOTS: usize = 1 << 14;

/// The place of a topic's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot(u16);

/// A moment in the order of writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(u64);

/// Which topics were touched when, in the order of a clock that every touch moves.
#[derive(Debug)]
pub(super) struct Versions {
    clock: AtomicU64,
    everything: AtomicU64,
    slots: Box<[AtomicU64]>,
}

impl Topic {
    pub(super) fn slot(self) -> Slot {
        let (kind, id) = match self {
            Self::Feed => (0, 0),
            Self::User(user) => (1, user.get()),
            Self::Video(video) => (2, video.get()),
            Self::CommentsBelow(video) => (3, video.get()),
            Self::MarksOf(user) => (4, user.get()),
        };
        Slot::of(kind << 56 | id.unsigned_abs())
    }
}

impl Slot {
    /// Spreads numbers that differ in any of their bits: Fibonacci hashing, whose upper bits depend on all.
    pub(super) fn of(number: u64) -> Self {
        let spread = (number ^ number >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let upper = spread >> (u64::BITS - SLOTS.trailing_zeros());
        Self(u16::try_from(upper).expect("there are fewer slots than that"))
    }

    pub(super) const COUNT: usize = SLOTS;

    pub(super) fn index(self) -> usize {
        self.0.into()
    }
}

impl Default for Versions {
    fn default() -> Self {
        Self {
            clock: AtomicU64::new(0),
            everything: AtomicU64::new(0),
            slots: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Versions {
    /// The present moment: what begins now sees every write whose touch is not later.
    pub(super) fn now(&self) -> Version {
        Version(self.clock.load(SeqCst))
    }

    /// Says that these were written. What began before may not have seen it.
    pub(super) fn touch(&self, slots: &[Slot]) {
        let now = self.tick();
        for slot in slots {
            self.slots[slot.index()].fetch_max(now, SeqCst);
        }
    }

    /// Says that nobody knows what was written.
    pub(super) fn touch_everything(&self) {
        let now = self.tick();
        self.everything.fetch_max(now, SeqCst);
    }

    /// Whether what was read at a moment is what would be read now.
    pub(super) fn are_untouched_since(&self, then: Version, slots: &[Slot]) -> bool {
        let untouched = |version: &AtomicU64| version.load(SeqCst) <= then.0;
        untouched(&self.clock)
            || (untouched(&self.everything)
                && slots
                    .iter()
                    .all(|slot| untouched(&self.slots[slot.index()])))
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, SeqCst) + 1
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn what_was_read_before_a_touch_stands_unless_it_shows_what_was_touched() {
        let versions = Versions::default();
        let [one, other] = [1, 2].map(|id| Topic::User(UserId::new(id).unwrap()).slot());
        assert_ne!(one, other);
        let before = versions.now();
        assert!(versions.are_untouched_since(before, &[one, other]));
        versions.touch(&[one]);
        assert!(versions.are_untouched_since(before, &[other]));
        assert!(!versions.are_untouched_since(before, &[other, one]));
        assert!(versions.are_untouched_since(versions.now(), &[one]));
        let between = versions.now();
        versions.touch_everything();
        assert!(!versions.are_untouched_since(between, &[other]));
        assert!(!versions.are_untouched_since(between, &[]));
    }

    #[test]
    fn topics_are_spread_over_the_slots() {
        let ids = (1..=1000).map(|at| UserId::new(at << 12).unwrap());
        let slots: HashSet<u16> = ids.map(|id| Topic::User(id).slot().0).collect();
        assert!(slots.len() > 900, "{}", slots.len());
    }
}
