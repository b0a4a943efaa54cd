//! How often something may happen.

use std::collections::hash_map::{Entry, HashMap};
use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use douyin_core::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many times within so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How often, at least once.
    pub times: u32,
    /// The time that it counts in, from the first time on.
    pub window: Duration,
}

/// As many keys are remembered at once, about 100 bytes each. What is counted costs a password hash each: nobody makes as
/// many within the minutes that a window lasts, and where somebody does, the oldest are forgotten.
const MOST_KEYS: usize = 1 << 16;

/// Counts per key, within windows that begin with the key's first turn.
///
/// A turn that is given back does not count. While the turns that are taken might use up what is left, further ones wait
/// until it is known whether those count: guesses made at once are no more than guesses made one after the other, and nobody is
/// refused for what did not count.
#[derive(Debug)]
pub(crate) struct Throttle {
    times: u32,
    window_millis: i64,
    hasher: RandomState,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    windows: HashMap<u64, Window>,
    /// Every window by when it began, which is also the order in which they end.
    order: VecDeque<(Timestamp, u64)>,
}

#[derive(Debug)]
struct Window {
    began: Timestamp,
    quota: Arc<Quota>,
}

#[derive(Debug)]
struct Quota {
    left: Arc<Semaphore>,
    used: AtomicU32,
    times: u32,
}

/// One of the times that are allowed; given back when dropped, unless it [counts](Turn::count).
#[derive(Debug)]
pub(crate) struct Turn {
    permit: OwnedSemaphorePermit,
    quota: Arc<Quota>,
}

/// It happened too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooOften {
    pub(crate) retry_after_seconds: u64,
}

impl TooOften {
    fn until(end: Timestamp, now: Timestamp) -> Self {
        let millis = end.as_millis().saturating_sub(now.as_millis());
        let seconds = u64::try_from(millis).unwrap_or(0).div_ceil(1_000);
        Self {
            retry_after_seconds: seconds.max(1),
        }
    }
}

impl Throttle {
    pub(crate) fn new(allowance: Allowance) -> Self {
        Self {
            times: allowance.times.max(1),
            window_millis: i64::try_from(allowance.window.as_millis()).unwrap_or(i64::MAX),
            hasher: RandomState::new(),
            table: Mutex::default(),
        }
    }

    /// Takes a turn of this key's.
    ///
    /// # Errors
    /// [`TooOften`] where all of the present window counted.
    pub(crate) async fn turn(&self, key: impl Hash, now: Timestamp) -> Result<Turn, TooOften> {
        let (ends, quota) = self.quota(self.hasher.hash_one(key), now);
        let permit = Arc::clone(&quota.left).acquire_owned().await;
        permit
            .map(|permit| Turn { permit, quota })
            .map_err(|_closed| TooOften::until(ends, now))
    }

    /// The window of a key at an instant, and when it ends.
    fn quota(&self, key: u64, now: Timestamp) -> (Timestamp, Arc<Quota>) {
        let mut table = lock(&self.table);
        table.forget(|began| began.plus_millis(self.window_millis) <= now);
        let Table { windows, order } = &mut *table;
        let window = match windows.entry(key) {
            Entry::Occupied(occupied) => occupied.into_mut(),
            Entry::Vacant(vacant) => {
                order.push_back((now, key));
                vacant.insert(Window {
                    began: now,
                    quota: Arc::new(Quota {
                        left: Arc::new(Semaphore::new(self.times as usize)),
                        used: AtomicU32::new(0),
                        times: self.times,
                    }),
                })
            }
        };
        (
            window.began.plus_millis(self.window_millis),
            Arc::clone(&window.quota),
        )
    }
}

impl Table {
    /// Drops the windows that are over, and the oldest where there are too many.
    fn forget(&mut self, is_over: impl Fn(Timestamp) -> bool) {
        while let Some(&(began, key)) = self.order.front() {
            if !is_over(began) && self.order.len() < MOST_KEYS {
                break;
            }
            self.order.pop_front();
            self.windows.remove(&key);
        }
    }
}

impl Turn {
    /// Keeps it: it happened.
    pub(crate) fn count(self) {
        self.permit.forget();
        if self.quota.used.fetch_add(1, Ordering::Relaxed) + 1 == self.quota.times {
            self.quota.left.close();
        }
    }
}

/// The networks that accounts were signed in from, the latest of them.
#[derive(Debug, Default)]
pub(crate) struct KnownNetworks {
    hasher: RandomState,
    known: Mutex<(HashSet<u64>, VecDeque<u64>)>,
}

impl KnownNetworks {
    /// Remembers one.
    pub(crate) fn remember(&self, account_and_network: impl Hash) {
        let key = self.hasher.hash_one(account_and_network);
        let mut known = lock(&self.known);
        let (set, order) = &mut *known;
        if set.insert(key) {
            order.push_back(key);
        }
        if order.len() > MOST_KEYS
            && let Some(oldest) = order.pop_front()
        {
            set.remove(&oldest);
        }
    }

    /// Whether one is remembered.
    pub(crate) fn knows(&self, account_and_network: impl Hash) -> bool {
        lock(&self.known)
            .0
            .contains(&self.hasher.hash_one(account_and_network))
    }
}

/// Nothing under these locks can leave them half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    fn three_in_ten_seconds() -> Throttle {
        Throttle::new(Allowance {
            times: 3,
            window: Duration::from_secs(10),
        })
    }

    #[tokio::test]
    async fn what_counts_too_often_is_refused_until_the_window_ends() {
        let throttle = three_in_ten_seconds();
        for second in 0..3 {
            throttle
                .turn("alice", NOW.plus_millis(second * 1_000))
                .await
                .unwrap()
                .count();
        }
        let refused = throttle
            .turn("alice", NOW.plus_millis(2_500))
            .await
            .unwrap_err();
        assert_eq!(refused.retry_after_seconds, 8);
        assert!(
            throttle.turn("bob", NOW.plus_millis(2_500)).await.is_ok(),
            "others are not concerned"
        );
        assert!(
            throttle
                .turn("alice", NOW.plus_millis(9_999))
                .await
                .is_err()
        );
        for _ in 0..3 {
            throttle
                .turn("alice", NOW.plus_millis(10_000))
                .await
                .unwrap()
                .count();
        }
        assert!(
            throttle
                .turn("alice", NOW.plus_millis(10_000))
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn what_is_given_back_does_not_count() {
        let throttle = three_in_ten_seconds();
        for _ in 0..100 {
            drop(throttle.turn("alice", NOW).await.unwrap());
        }
    }

    #[tokio::test]
    async fn turns_beyond_what_is_left_wait_for_those_that_are_taken() {
        let throttle = three_in_ten_seconds();
        let mut taken = Vec::new();
        for _ in 0..3 {
            taken.push(throttle.turn("alice", NOW).await.unwrap());
        }
        let mut fourth = std::pin::pin!(throttle.turn("alice", NOW));
        assert!(futures_util::poll!(&mut fourth).is_pending());
        taken.pop().unwrap().count();
        assert!(futures_util::poll!(&mut fourth).is_pending());
        drop(taken.pop());
        fourth.await.unwrap().count();
        let mut fifth = std::pin::pin!(throttle.turn("alice", NOW));
        assert!(futures_util::poll!(&mut fifth).is_pending());
        taken.pop().unwrap().count();
        assert!(fifth.await.is_err(), "the last one counted as well");
    }

    #[tokio::test]
    async fn many_keys_take_bounded_memory() {
        let throttle = three_in_ten_seconds();
        for key in 0..MOST_KEYS * 2 {
            throttle.turn(key, NOW).await.unwrap().count();
        }
        let table = lock(&throttle.table);
        assert!(table.windows.len() <= MOST_KEYS);
        assert_eq!(table.windows.len(), table.order.len());
    }

    #[test]
    fn the_latest_known_networks_are_remembered() {
        let known = KnownNetworks::default();
        for key in 0..=MOST_KEYS as u64 {
            known.remember(key);
            known.remember(key);
        }
        assert!(!known.knows(0_u64));
        assert!(known.knows(1_u64) && known.knows(MOST_KEYS as u64));
    }
}
