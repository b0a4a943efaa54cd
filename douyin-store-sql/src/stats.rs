//! Counts what a store asks of its database.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a store has asked of its database since it was opened; every number only grows.
///
/// The numbers are read one after the other, so that two of them may be of slightly different instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StoreStats {
    /// Statements that read, outside of write transactions. One that is run again, because its connection broke, counts again.
    pub read_statements: u64,
    /// Statements within write transactions, without those that begin and end them.
    pub write_statements: u64,
    /// Write transactions that were begun; each holds all writes that had queued up.
    pub write_transactions: u64,
}

/// What is counted as it happens.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    read_statements: AtomicU64,
    write_statements: AtomicU64,
    write_transactions: AtomicU64,
}

impl Meter {
    pub(crate) fn count_read(&self) {
        self.read_statements.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_write(&self) {
        self.write_statements.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_transaction(&self) {
        self.write_transactions.fetch_add(1, Relaxed);
    }

    pub(crate) fn stats(&self) -> StoreStats {
        StoreStats {
            read_statements: self.read_statements.load(Relaxed),
            write_statements: self.write_statements.load(Relaxed),
            write_transactions: self.write_transactions.load(Relaxed),
        }
    }
}
