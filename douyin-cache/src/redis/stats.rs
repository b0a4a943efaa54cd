use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! stats {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// What has happened with a Redis server so far, in this process.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        #[non_exhaustive]
        pub struct RedisStats {
            /// Whether operations are tried: false while the circuit breaker is open.
            pub connected: bool,
            $($(#[doc = $doc])+ pub $name: u64,)+
        }

        #[derive(Debug, Default)]
        pub(super) struct Counters {
            $(pub(super) $name: Counter,)+
        }

        impl Counters {
            pub(super) fn read(&self, connected: bool) -> RedisStats {
                RedisStats {
                    connected,
                    $($name: self.$name.0.load(Ordering::Relaxed),)+
                }
            }
        }
    };
}

stats! {
    /// Connections that were made.
    connections,
    /// Attempts to connect that failed.
    failed_connections,
    /// Operations that were answered.
    answered,
    /// Operations that were not answered in time.
    timeouts,
    /// Operations that the server refused, or whose connection broke.
    failures,
    /// Writes of which all others were told.
    told,
    /// Writes of which others could not be told, and which waited instead.
    untold,
    /// Viewers who might be shown what is remembered.
    past_shown,
    /// Viewers who might not: they wrote just now.
    past_of_writers,
    /// Viewers who might not: Redis was away, or anew.
    past_uncertain,
    /// Revocations that this process was told of.
    revocations,
}

#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
