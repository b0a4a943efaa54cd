use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use douyin_core::{Histogram, HistogramSnapshot, JobCount, TaskKind};

use super::attempt::Ended;

/// What was done, and what there is to do.
#[derive(Debug, Clone, Default)]
pub(crate) struct WorkStats {
    /// How many attempts ended how, of each kind.
    pub(crate) attempts: Vec<(TaskKind, &'static str, u64)>,
    /// How long the preparations took that were done, in microseconds.
    pub(crate) prepared_micros: HistogramSnapshot,
    /// How many jobs there are, of all servers together; `None` where the store did not tell.
    pub(crate) jobs: Option<Vec<JobCount>>,
}

/// Counts what is done.
#[derive(Debug)]
pub(super) struct WorkMeter {
    attempts: Mutex<BTreeMap<(TaskKind, &'static str), u64>>,
    prepared_micros: Histogram,
    jobs: Mutex<Option<Vec<JobCount>>>,
}

impl Default for WorkMeter {
    fn default() -> Self {
        /// From a small file that is cut to a long one that is transcoded.
        const BOUNDS: &[u64] = &[
            100_000,
            300_000,
            1_000_000,
            3_000_000,
            10_000_000,
            30_000_000,
            100_000_000,
            300_000_000,
            1_000_000_000,
            3_000_000_000,
        ];
        let outcomes = |kind| Ended::ALL.map(|ended| ((kind, ended.name()), 0));
        Self {
            attempts: Mutex::new(TaskKind::ALL.into_iter().flat_map(outcomes).collect()),
            prepared_micros: Histogram::new(BOUNDS),
            jobs: Mutex::default(),
        }
    }
}

impl WorkMeter {
    pub(super) fn ended(&self, kind: TaskKind, ended: Ended, took: Duration) {
        *locked(&self.attempts)
            .entry((kind, ended.name()))
            .or_default() += 1;
        if (kind, ended) == (TaskKind::Prepare, Ended::Done) {
            self.prepared_micros.record_micros(took);
        }
    }

    pub(super) fn counted(&self, jobs: Option<Vec<JobCount>>) {
        *locked(&self.jobs) = jobs;
    }

    pub(super) fn stats(&self) -> WorkStats {
        let attempts = locked(&self.attempts);
        WorkStats {
            attempts: attempts
                .iter()
                .map(|((kind, outcome), count)| (*kind, *outcome, *count))
                .collect(),
            prepared_micros: self.prepared_micros.snapshot(),
            jobs: locked(&self.jobs).clone(),
        }
    }
}

/// Numbers that a panic would leave as they are.
fn locked<T>(numbers: &Mutex<T>) -> MutexGuard<'_, T> {
    numbers.lock().unwrap_or_else(PoisonError::into_inner)
}
