//! How large what happened was, counted in buckets.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts values by their size, without a lock. Whoever shows it to people or to machines takes a [`snapshot`](Self::snapshot):
/// what that is written as is no concern of who counts.
#[derive(Debug)]
pub struct Histogram {
    /// Ascending; a value is counted with the first bound that is not smaller than it.
    bounds: &'static [u64],
    /// One for each bound, and one for what is larger than all of them.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// What a [`Histogram`] has counted since it was made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistogramSnapshot {
    /// Ascending upper bounds, inclusive, and how many values were counted with each: larger than the bound before it.
    pub buckets: Vec<(u64, u64)>,
    /// How many were larger than the last bound.
    pub above: u64,
    /// The sum of all values.
    pub sum: u64,
}

impl Histogram {
    /// One with these upper bounds, which are ascending.
    #[must_use]
    pub fn new(bounds: &'static [u64]) -> Self {
        debug_assert!(bounds.is_sorted(), "bounds ascend");
        Self {
            bounds,
            counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0),
        }
    }

    /// Counts a value.
    pub fn record(&self, value: u64) {
        let bucket = self.bounds.partition_point(|bound| *bound < value);
        self.counts[bucket].fetch_add(1, Relaxed);
        self.sum.fetch_add(value, Relaxed);
    }

    /// Counts a time, in microseconds.
    pub fn record_micros(&self, time: std::time::Duration) {
        self.record(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    /// What was counted so far. The numbers are read one after the other: what is being counted meanwhile may be in one and
    /// not yet in another.
    #[must_use]
    pub fn snapshot(&self) -> HistogramSnapshot {
        let counts = self.counts.iter().map(|count| count.load(Relaxed));
        let bounds = self.bounds.iter().copied();
        HistogramSnapshot {
            buckets: bounds.zip(counts).collect(),
            above: self.counts[self.bounds.len()].load(Relaxed),
            sum: self.sum.load(Relaxed),
        }
    }
}

impl HistogramSnapshot {
    /// How many values were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|(_, count)| count).sum::<u64>() + self.above
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_value_is_counted_with_the_first_bound_that_is_not_smaller() {
        let histogram = Histogram::new(&[1, 10, 100]);
        for value in [0, 1, 2, 10, 11, 100, 101, 5_000] {
            histogram.record(value);
        }
        let snapshot = histogram.snapshot();
        assert_eq!(snapshot.buckets, [(1, 2), (10, 2), (100, 2)]);
        assert_eq!((snapshot.above, snapshot.count()), (2, 8));
        assert_eq!(snapshot.sum, 5_225);
    }

    #[test]
    fn a_time_is_counted_in_microseconds() {
        let histogram = Histogram::new(&[1_000]);
        histogram.record_micros(Duration::from_millis(1));
        histogram.record_micros(Duration::from_millis(2));
        let snapshot = histogram.snapshot();
        assert_eq!((snapshot.buckets[0], snapshot.above), ((1_000, 1), 1));
        assert_eq!(snapshot.sum, 3_000);
    }
}
