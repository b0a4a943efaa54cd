//! How often something may happen.

mod known_networks;

use std::collections::VecDeque;
use std::collections::hash_map::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use douyin_core::Timestamp;
use tokio::sync::{Semaphore, SemaphorePermit};

pub(super) use self::known_networks::KnownNetworks;

/// So many times within so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How often, at least once.
    pub times: u32,
    /// The time that it counts in, from the first time on.
    pub window: Duration,
}

impl Allowance {
    /// So many times as much in the same time.
    pub(super) const fn times(self, factor: u32) -> Self {
        Self {
            times: self.times.saturating_mul(factor),
            ..self
        }
    }
}

/// As many keys are remembered at once, about 100 bytes each. What is counted costs a password hash each: nobody makes as
/// many within the minutes that a window lasts, and where somebody does, the oldest are forgotten.
const MOST_KEYS: usize = 1 << 16;

/// Counts per key, within windows that begin when the first turn that counts was asked for, however long it took.
///
/// A turn that is given back does not count, and a key of which nothing counted is forgotten with its last turn. While the
/// turns that are taken might use up what is left, further ones wait until it is known whether those count: guesses made at
/// once are no more than guesses made one after the other, and nobody is refused for what did not count.
#[derive(Debug)]
pub(crate) struct Throttle {
    allowance: Allowance,
    hasher: RandomState,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    quotas: HashMap<u64, Arc<Quota>>,
    /// Those of which something counted, in the order in which they end.
    counted: VecDeque<(Timestamp, u64)>,
}

/// What a key has in one window. Its numbers change under the table's lock only.
#[derive(Debug)]
struct Quota {
    left: Semaphore,
    counted: AtomicU32,
    /// Turns that are taken or waited for.
    claims: AtomicU32,
    ends: OnceLock<Timestamp>,
}

/// A turn that is waited for or taken: the table keeps the quota meanwhile.
#[derive(Debug)]
struct Claim<'a> {
    throttle: &'a Throttle,
    key: u64,
    quota: Arc<Quota>,
}

/// One of the times that are allowed; given back when dropped, unless it [counts](Turn::count).
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    claim: Claim<'a>,
    /// When it was asked for.
    since: Timestamp,
    counts: bool,
}

/// It happened too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooOften {
    pub(crate) retry_after_seconds: u64,
}

impl TooOften {
    /// To be tried again after this time, and not earlier.
    pub(crate) fn within(wait: Duration) -> Self {
        let seconds = wait.as_millis().div_ceil(1_000);
        Self {
            retry_after_seconds: u64::try_from(seconds).unwrap_or(u64::MAX).max(1),
        }
    }
}

impl Throttle {
    pub(crate) fn new(allowance: Allowance) -> Self {
        let times = allowance.times.max(1);
        Self {
            allowance: Allowance { times, ..allowance },
            hasher: RandomState::new(),
            table: Mutex::default(),
        }
    }

    pub(crate) fn allowance(&self) -> Allowance {
        self.allowance
    }

    fn window_millis(&self) -> i64 {
        i64::try_from(self.allowance.window.as_millis()).unwrap_or(i64::MAX)
    }

    /// Takes a turn of this key's.
    ///
    /// # Errors
    /// [`TooOften`] where all of the present window counted.
    pub(crate) async fn turn(&self, key: impl Hash, now: Timestamp) -> Result<Turn<'_>, TooOften> {
        let claim = self.claim(self.hasher.hash_one(key), now);
        let taken = claim.quota.left.acquire().await;
        match taken.map(SemaphorePermit::forget) {
            Ok(()) => Ok(Turn {
                claim,
                since: now,
                counts: false,
            }),
            Err(_closed) => Err(claim.quota.too_often(now)),
        }
    }

    fn claim(&self, key: u64, now: Timestamp) -> Claim<'_> {
        let mut table = lock(&self.table);
        table.forget(|ends, _| ends <= now);
        let fresh = || {
            Arc::new(Quota {
                left: Semaphore::new(self.allowance.times as usize),
                counted: AtomicU32::new(0),
                claims: AtomicU32::new(0),
                ends: OnceLock::new(),
            })
        };
        let quota = Arc::clone(table.quotas.entry(key).or_insert_with(fresh));
        quota.claims.fetch_add(1, Ordering::Relaxed);
        Claim {
            throttle: self,
            key,
            quota,
        }
    }
}

impl Table {
    /// Drops the oldest windows for as long as their end and the number of windows are reason to.
    fn forget(&mut self, is_over: impl Fn(Timestamp, usize) -> bool) {
        while let Some(&(ends, key)) = self.counted.front()
            && is_over(ends, self.counted.len())
        {
            self.counted.pop_front();
            self.quotas.remove(&key);
        }
    }
}

impl Quota {
    fn too_often(&self, now: Timestamp) -> TooOften {
        let ends = self.ends.get().map_or(0, |ends| ends.as_millis());
        let millis = ends.saturating_sub(now.as_millis());
        let seconds = u64::try_from(millis).unwrap_or(0).div_ceil(1_000);
        TooOften {
            retry_after_seconds: seconds.max(1),
        }
    }
}

impl Turn<'_> {
    /// Keeps it: it happened.
    pub(crate) fn count(mut self) {
        self.counts = true;
        let Claim {
            throttle,
            key,
            quota,
        } = &self.claim;
        let mut table = lock(&throttle.table);
        let counted = quota.counted.fetch_add(1, Ordering::Relaxed) + 1;
        if counted == 1 {
            let ends = *quota
                .ends
                .get_or_init(|| self.since.plus_millis(throttle.window_millis()));
            // Turns that began earlier may take longer.
            let place = table.counted.partition_point(|(end, _)| *end <= ends);
            table.counted.insert(place, (ends, *key));
            table.forget(|_, windows| windows > MOST_KEYS);
        }
        if counted == throttle.allowance.times {
            quota.left.close();
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.counts {
            self.claim.quota.left.add_permits(1);
        }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut table = lock(&self.throttle.table);
        let last = self.quota.claims.fetch_sub(1, Ordering::Relaxed) == 1;
        // What never counted is in no window that could have ended: it is the one that the table has.
        if last && self.quota.counted.load(Ordering::Relaxed) == 0 {
            table.quotas.remove(&self.key);
        }
    }
}

/// Nothing under these locks can leave them half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
