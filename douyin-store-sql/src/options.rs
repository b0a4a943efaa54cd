//! How a store uses its database.

use std::time::Duration;

/// How a store uses its database. Each field tells its default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqlOptions {
    /// The number of connections that read. By default 4 on a file, 16 on a server, where a read spends most of its time on the
    /// way there and back.
    pub readers: Option<u32>,
    /// The most reads that wait for one of these connections. 4096. The next is refused at once.
    pub read_queue: usize,
    /// How long an operation waits for a lock that another process holds, and a reader for a free connection. 5 seconds.
    ///
    /// On a server, whose rows are locked one by one, a writer that did not get a lock waits for none until so long after the last
    /// time: who needs that row fails at once, and nobody else waits with them.
    pub lock_wait: Duration,
    /// How long connecting to a server may take. 3 seconds.
    pub connect_wait: Duration,
    /// How long a server may take for a statement that reads, and for a transaction that writes. 10 seconds. Its answer is waited
    /// for a second longer, so that a server that is merely slow has the time to say so. There is no such limit for audits and
    /// migrations, nor on a file.
    pub statement_wait: Duration,
    /// How long a connection to a server may be idle and still be used. One minute. Firewalls and load balancers forget silent
    /// connections after a few minutes, and tell nobody.
    pub idle_wait: Duration,
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
            readers: None,
            read_queue: 4096,
            lock_wait: Duration::from_secs(5),
            connect_wait: Duration::from_secs(3),
            statement_wait: Duration::from_secs(10),
            idle_wait: Duration::from_mins(1),
            write_queue: 4096,
            write_batch: 1024,
            ping_wait: Duration::from_secs(2),
            max_pages: None,
        }
    }
}
