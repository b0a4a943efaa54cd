use std::fmt;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{InsufficientCapacity, Quota, RateLimiter};

use crate::api::throttle::{Allowance, TooOften};

/// Keys are told apart by so many bits of a hash that nobody outside can know: whatever happens, no more are remembered, which
/// takes about 40 MB. With fewer keys than that in use at a time, few share what they are allowed with another.
const KEY_BITS: u32 = 20;

/// So many turns at least between two times that what has recovered is forgotten.
const TIDY_AFTER: usize = 1 << 12;

/// Allows each key so many turns at once, and one more each `window / times`, by the process' own clock.
///
/// A key takes about 40 bytes from its first turn until it has recovered all. A turn takes 60 ns
/// with 100 keys and 100 ns with 100,000, forgetting included: two million in a row.
pub(super) struct Limiter {
    allowance: Allowance,
    hasher: RandomState,
    turns: RateLimiter<
        u32,
        DashMapStateStore<u32>,
        MonotonicClock,
        NoOpMiddleware<std::time::Instant>,
    >,
    /// Turns until it is time to forget.
    untidy: AtomicUsize,
}

impl Limiter {
    pub(super) fn new(allowance: Allowance) -> Self {
        let times = NonZeroU32::new(allowance.times).unwrap_or(NonZeroU32::MIN);
        // The period of one turn is at least a nanosecond.
        let period = (allowance.window / times.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(period).expect("a period that is not zero");
        Self {
            allowance,
            hasher: RandomState::new(),
            turns: RateLimiter::dashmap_with_clock(quota.allow_burst(times), MonotonicClock),
            untidy: AtomicUsize::new(TIDY_AFTER),
        }
    }

    pub(super) const fn allowance(&self) -> Allowance {
        self.allowance
    }

    /// Takes a turn.
    pub(super) fn take(&self, key: impl Hash) -> Result<(), TooOften> {
        self.take_many(key, NonZeroU32::MIN)
    }

    /// Takes so many turns at once, or none. What would take more than there ever are takes all of them.
    pub(super) fn take_many(&self, key: impl Hash, turns: NonZeroU32) -> Result<(), TooOften> {
        // The upper bits: the table uses a hash of its own.
        let key = (self.hasher.hash_one(key) >> (u64::BITS - KEY_BITS)) as u32;
        if self.untidy.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.tidy();
        }
        let most = NonZeroU32::new(self.allowance.times).unwrap_or(NonZeroU32::MIN);
        match self.turns.check_key_n(&key, turns.min(most)) {
            Ok(Err(until)) => Err(TooOften::within(until.wait_time_from(MonotonicClock.now()))),
            // It is never more than there are.
            Ok(Ok(())) | Err(InsufficientCapacity(_)) => Ok(()),
        }
    }

    /// Forgets what has recovered. As many turns come between two times as there were keys left, so that a turn's share of the
    /// work stays the same.
    fn tidy(&self) {
        self.turns.retain_recent();
        self.turns.shrink_to_fit();
        let next = self.turns.len().max(TIDY_AFTER);
        self.untidy.store(next, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn keys(&self) -> usize {
        self.turns.len()
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("allowance", &self.allowance)
            .finish_non_exhaustive()
    }
}
