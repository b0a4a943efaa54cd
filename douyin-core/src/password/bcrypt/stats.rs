use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use crate::{Histogram, HistogramSnapshot};

/// Upper bounds in microseconds: cost 10 takes about 50 ms, and each cost more twice as long.
const BOUNDS: &[u64] = &[
    1_000, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000,
];

/// What a [`BcryptHasher`](super::BcryptHasher) is doing, and what it has done since it was made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct HashingStats {
    /// How many passwords can be hashed or checked at a time.
    pub threads: usize,
    /// How many are being hashed or checked.
    pub running: usize,
    /// How many callers wait for their turn.
    pub waiting: usize,
    /// How many callers were told [`Error::Busy`](crate::Error::Busy).
    pub refused: u64,
    /// How long each took in microseconds, without the time that it waited.
    pub micros: HistogramSnapshot,
}

/// What is counted as it happens.
#[derive(Debug)]
pub(super) struct Meter {
    refused: AtomicU64,
    micros: Histogram,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            refused: AtomicU64::new(0),
            micros: Histogram::new(BOUNDS),
        }
    }
}

impl Meter {
    pub(super) fn count_refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    /// Does a piece of work and counts how long it takes.
    pub(super) fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let done = work();
        self.micros.record_micros(begun.elapsed());
        done
    }

    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    pub(super) fn micros(&self) -> HistogramSnapshot {
        self.micros.snapshot()
    }
}
