//! What processes on one database tell each other through a Redis server, which may be away at any moment.
//!
//! Nothing that a store answers is kept there: who wrote just now ([`RedisPeers`]), how often something happened
//! ([`Redis::take`], [`Redis::hit`]), what was seen lately ([`Redis::remember`]), and that a session was revoked
//! ([`Redis::tell_revoked`]). All of it can be lost without a wrong answer.
//!
//! There is one connection, over which everything is pipelined. Every operation ends within [`RedisOptions::timeout`]. The
//! circuit breaker is that connection itself: one that breaks, or on which a few operations in a row were not answered, is given
//! up; from then on operations fail at once, until a probe in the background has connected and was answered in time. A
//! connection is never mended silently, because with a new one everything that was written over the old one may be gone.
//!
//! # What the server has to be
//!
//! One primary Redis 6 or later (for RESP3), or what speaks its protocol, with `maxmemory-policy noeviction` and the command `INFO`
//! allowed; no cluster, and no replica that answers reads. A proxy in between has to close its connections when another server
//! takes over behind it, as a failover by Sentinel does. An old primary that only some processes still reach is not covered. Its
//! wall clock may be wrong, but must not step forward by more than 100 ms at a time: marks would end early. A process that is
//! suspended as a whole, as with its virtual machine, may go on with older answers for the rest of an age.

mod connection;
mod error;
mod latest;
mod limits;
mod link;
mod peers;
mod stats;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::IntoConnectionInfo as _;
use tokio::task::JoinHandle;

pub use self::error::{InvalidRedisUrl, Unavailable};
pub use self::latest::Latest;
pub use self::limits::{Refused, SharedQuota};
use self::link::Link;
pub use self::peers::RedisPeers;
pub use self::stats::RedisStats;

/// How a Redis server is used.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RedisOptions {
    /// What every key and channel begins with, so that several deployments can share a server; `douyin:` by default.
    pub prefix: String,
    /// How long an operation may take; 100 ms by default.
    pub timeout: Duration,
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self {
            prefix: "douyin:".to_owned(),
            timeout: Duration::from_millis(100),
        }
    }
}

/// A Redis server, there or not. Clones are the same; the connection ends with the last of them.
#[derive(Clone)]
pub struct Redis {
    link: Arc<Link>,
    /// Held for its drop.
    _keeper: Arc<Keeper>,
}

struct Keeper(JoinHandle<()>);

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Redis {
    /// Begins to connect in the background, within a Tokio runtime: `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`,
    /// `rediss://` for TLS with the certificates that the system trusts, or `redis+unix:///PATH`. Whether a server is there
    /// makes no difference to it.
    ///
    /// # Errors
    /// [`InvalidRedisUrl`], which does not quote it.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn open(url: &str, options: &RedisOptions) -> Result<Self, InvalidRedisUrl> {
        let server = url.into_connection_info()?;
        let link = Arc::new(Link::new(connection::resp3(server)?, options));
        let keeper = tokio::spawn(link::keep(Arc::clone(&link)));
        Ok(Self {
            link,
            _keeper: Arc::new(Keeper(keeper)),
        })
    }

    /// The other processes on the same database, which remember nothing for longer than `age`. All of them have to agree on it.
    #[must_use]
    pub fn peers(&self, age: Duration) -> RedisPeers {
        RedisPeers::new(self.clone(), age)
    }

    /// Wakes whoever waits in [`Redis::revoked`], in every process. Called after a revocation was committed. Where Redis is away
    /// nobody is woken.
    pub async fn tell_revoked(&self) {
        let Ok(session) = self.link.session() else {
            return;
        };
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(&self.link.channel).arg("");
        let mut connection = session.connection();
        let answer = publish.query_async(&mut connection);
        // Whoever is not woken looks by themselves before long.
        let _: Result<(), Unavailable> = self.link.bounded(&session, answer).await;
    }

    /// Waits until something may have been revoked in any process since it was last asked: after [`Redis::tell_revoked`], and
    /// after each new connection, before which something may have been missed. For one caller at a time.
    pub async fn revoked(&self) {
        self.link.revoked.notified().await;
    }

    /// What has happened so far.
    #[must_use]
    pub fn stats(&self) -> RedisStats {
        self.link.stats.read(self.link.session().is_ok())
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("server", &self.link.server())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
