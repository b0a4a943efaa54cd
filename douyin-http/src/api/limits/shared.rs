use std::time::Duration;

use douyin_cache::redis::{Latest, Redis, Refused, SharedQuota, Unavailable};

use crate::api::throttle::{Allowance, TooOften};

/// The networks that accounts were signed in from, the latest of them: as many as each node remembers by itself.
const KNOWN_NETWORKS: Latest<'_> = Latest {
    name: "networks",
    most: 1 << 16,
    lasts: Duration::from_hours(30 * 24),
};

/// What all nodes count together, through Redis. Where it is away everything is allowed here: each process counts by itself as
/// well.
#[derive(Debug, Default)]
pub(crate) struct Shared(Option<Redis>);

/// What is counted of somebody.
#[derive(Debug)]
pub(crate) struct Tally {
    key: String,
    allowance: Allowance,
}

impl Tally {
    pub(crate) const fn new(key: String, allowance: Allowance) -> Self {
        Self { key, allowance }
    }

    fn quota(&self) -> SharedQuota<'_> {
        SharedQuota {
            key: &self.key,
            times: self.allowance.times,
            window: self.allowance.window,
        }
    }
}

impl Shared {
    pub(super) const fn through(redis: Redis) -> Self {
        Self(Some(redis))
    }

    pub(crate) const fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Takes a turn of each, at a steady rate.
    ///
    /// # Errors
    /// [`TooOften`].
    pub(super) async fn take(&self, tallies: &[Tally]) -> Result<(), TooOften> {
        match self.quotas(tallies) {
            Some((redis, quotas)) => refusal(redis.take(&quotas).await),
            None => Ok(()),
        }
    }

    /// Whether each has something left in its window.
    ///
    /// # Errors
    /// [`TooOften`].
    pub(crate) async fn peek(&self, tallies: &[Tally]) -> Result<(), TooOften> {
        match self.quotas(tallies) {
            Some((redis, quotas)) => refusal(redis.peek(&quotas).await),
            None => Ok(()),
        }
    }

    /// Counts one under each, in its window.
    pub(crate) async fn hit(&self, tallies: &[Tally]) {
        if let Some((redis, quotas)) = self.quotas(tallies) {
            // Uncounted where Redis is away: the process' own count stands.
            let _: Result<(), Unavailable> = redis.hit(&quotas).await;
        }
    }

    /// Whether a node remembered a network; where Redis is away, none did.
    pub(crate) async fn knows(&self, network: &str) -> bool {
        match &self.0 {
            Some(redis) => redis.remembers(KNOWN_NETWORKS, network).await == Ok(true),
            None => false,
        }
    }

    /// Remembers a network for all nodes.
    pub(crate) async fn remember(&self, network: &str) {
        if let Some(redis) = &self.0 {
            // Where Redis is away this node alone remembers it.
            let _: Result<(), Unavailable> = redis.remember(KNOWN_NETWORKS, network).await;
        }
    }

    fn quotas<'a>(&self, tallies: &'a [Tally]) -> Option<(&Redis, Vec<SharedQuota<'a>>)> {
        let redis = self.0.as_ref().filter(|_| !tallies.is_empty())?;
        Some((redis, tallies.iter().map(Tally::quota).collect()))
    }
}

fn refusal(outcome: Result<Result<(), Refused>, Unavailable>) -> Result<(), TooOften> {
    match outcome {
        Ok(Err(refused)) => Err(TooOften::within(refused.retry_after)),
        Ok(Ok(())) | Err(Unavailable) => Ok(()),
    }
}
