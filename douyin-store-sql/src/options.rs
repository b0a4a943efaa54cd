//! How a store uses its database.

use std::time::Duration;

/// How a store uses its database. Each field tells its default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqlOptions {
    /// The number of connections that read. 4.
    pub readers: u32,
    /// How long an operation waits for a lock that another process holds, and a reader for a free connection. 5 seconds.
    pub lock_wait: Duration,
    /// The capacity of the queue of writes. 4096. A write that finds it full waits for [`lock_wait`](Self::lock_wait) and is
    /// then refused.
    pub write_queue: usize,
    /// The most writes that share a transaction. 1024.
    pub write_batch: usize,
    /// How long [`Audit::ping`](douyin_core::Audit::ping) waits. 2 seconds.
    pub ping_wait: Duration,
    /// A quota, of SQLite only: the most pages of 4 KiB that the database may grow to. A write that needs more fails with
    /// `Unavailable` and changes nothing, as on a full disk. No limit by default.
    pub max_pages: Option<u32>,
}

impl Default for SqlOptions {
    fn default() -> Self {
        Self {
            readers: 4,
            lock_wait: Duration::from_secs(5),
            write_queue: 4096,
            write_batch: 1024,
            ping_wait: Duration::from_secs(2),
            max_pages: None,
        }
    }
}
