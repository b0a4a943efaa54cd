//! Counts what a store asks of its database.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use douyin_core::{Histogram, HistogramSnapshot};

/// What a store asks of its database, and has asked since it was opened.
///
/// The numbers are read one after the other, so that two of them may be of slightly different instants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StoreStats {
    /// Statements that read, outside of write transactions. One that is run again, because its connection broke, counts again.
    pub read_statements: u64,
    /// Statements within write transactions, without those that begin and end them.
    pub write_statements: u64,
    /// Write transactions that were begun; each holds all writes that had queued up.
    pub write_transactions: u64,
    /// The reading connections, without the one that audits.
    pub readers: ReaderStats,
    /// The writer.
    pub writer: WriterStats,
    /// Attempts to connect, also the successful ones.
    pub connects: u64,
    /// Attempts to connect that failed.
    pub failed_connects: u64,
}

/// The connections that read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ReaderStats {
    /// How many there may be.
    pub size: usize,
    /// How many are running a statement.
    pub in_use: usize,
    /// How many reads wait for one that is free.
    pub waiting: usize,
    /// How many reads were refused because too many were waiting, or because they had waited for too long.
    pub refused: u64,
}

/// The one that writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct WriterStats {
    /// Writes that wait for the next transaction.
    pub queued: usize,
    /// How many may wait.
    pub queue: usize,
    /// Writes that found the queue full for too long.
    pub refused: u64,
    /// How many writes were taken from the queue together.
    pub batches: HistogramSnapshot,
    /// How long each transaction that was committed took in microseconds, from its beginning to the end of its commit.
    pub committed_micros: HistogramSnapshot,
    /// Transactions that were undone, or could not be begun. Their writes were tried again one by one, or failed.
    pub failed: u64,
    /// Transactions of which nobody knows whether they were committed. Their writes failed.
    pub unconfirmed: u64,
    /// How often a transaction was tried again after a conflict with somebody else's, or for want of a lock.
    pub retries: u64,
}

/// Upper bounds of writes per batch, up to the largest that a setting allows.
const BATCH_BOUNDS: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 4_096, 16_384];

/// Upper bounds in microseconds. A commit waits for the disk: well under a millisecond on a good one, some on others.
const TRANSACTION_BOUNDS: &[u64] = &[
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 10_000_000,
];

/// What is counted as it happens.
#[derive(Debug)]
pub(crate) struct Meter {
    read_statements: AtomicU64,
    write_statements: AtomicU64,
    write_transactions: AtomicU64,
    connects: AtomicU64,
    failed_connects: AtomicU64,
    refused_reads: AtomicU64,
    refused_writes: AtomicU64,
    batches: Histogram,
    committed_micros: Histogram,
    failed_transactions: AtomicU64,
    unconfirmed_transactions: AtomicU64,
    retried_transactions: AtomicU64,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            read_statements: AtomicU64::new(0),
            write_statements: AtomicU64::new(0),
            write_transactions: AtomicU64::new(0),
            connects: AtomicU64::new(0),
            failed_connects: AtomicU64::new(0),
            refused_reads: AtomicU64::new(0),
            refused_writes: AtomicU64::new(0),
            batches: Histogram::new(BATCH_BOUNDS),
            committed_micros: Histogram::new(TRANSACTION_BOUNDS),
            failed_transactions: AtomicU64::new(0),
            unconfirmed_transactions: AtomicU64::new(0),
            retried_transactions: AtomicU64::new(0),
        }
    }
}

impl Meter {
    pub(crate) fn count_read(&self) {
        self.read_statements.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_refused_read(&self) {
        self.refused_reads.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_write(&self) {
        self.write_statements.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_refused_write(&self) {
        self.refused_writes.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_transaction(&self) {
        self.write_transactions.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_batch(&self, writes: usize) {
        self.batches.record(writes as u64);
    }

    pub(crate) fn count_committed(&self, took: Duration) {
        self.committed_micros.record_micros(took);
    }

    pub(crate) fn count_failed(&self) {
        self.failed_transactions.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_unconfirmed(&self) {
        self.unconfirmed_transactions.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_retry(&self) {
        self.retried_transactions.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_connect(&self, succeeded: bool) {
        self.connects.fetch_add(1, Relaxed);
        self.failed_connects
            .fetch_add(u64::from(!succeeded), Relaxed);
    }

    /// All of it, with what the queues say of themselves: the readers' numbers but for what was refused, and those of the
    /// writer's queue.
    pub(crate) fn stats(&self, readers: ReaderStats, queued: usize, queue: usize) -> StoreStats {
        StoreStats {
            read_statements: self.read_statements.load(Relaxed),
            write_statements: self.write_statements.load(Relaxed),
            write_transactions: self.write_transactions.load(Relaxed),
            connects: self.connects.load(Relaxed),
            failed_connects: self.failed_connects.load(Relaxed),
            readers: ReaderStats {
                refused: self.refused_reads.load(Relaxed),
                ..readers
            },
            writer: WriterStats {
                queued,
                queue,
                refused: self.refused_writes.load(Relaxed),
                batches: self.batches.snapshot(),
                committed_micros: self.committed_micros.snapshot(),
                failed: self.failed_transactions.load(Relaxed),
                unconfirmed: self.unconfirmed_transactions.load(Relaxed),
                retries: self.retried_transactions.load(Relaxed),
            },
        }
    }
}
