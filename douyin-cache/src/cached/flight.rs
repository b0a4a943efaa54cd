//! A load of something, from its beginning until what it found is too old.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use douyin_core::StoreError;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::failure;
use super::versions::{Slot, Version, Versions};

/// What a load found.
#[derive(Debug)]
pub(super) struct Found<V> {
    pub(super) value: V,
    /// Everything that it shows.
    pub(super) topics: Box<[Slot]>,
    /// How many entries it counts for; `None` if it is not to be kept.
    pub(super) weight: Option<u32>,
}

/// One load, which everybody waits for who asks for the same.
#[derive(Debug)]
pub(super) struct Flight<V> {
    /// When it began. Whoever takes it over from a caller who went away begins later, which makes it only newer than it says.
    version: Version,
    started: Instant,
    expires: Instant,
    landed: OnceCell<Result<Found<V>, Arc<StoreError>>>,
}

/// Nobody waits for a load of somebody else for longer: its connection may hang, and theirs need not.
const PATIENCE: Duration = Duration::from_secs(1);

impl<V> Flight<V> {
    pub(super) fn begin(versions: &Versions, max_age: Duration) -> Self {
        let started = Instant::now();
        // A tenth less at random, so that what was read together is not too old together.
        let age = max_age.mul_f64(1.0 - 0.1 * fastrand::f64());
        Self {
            version: versions.now(),
            started,
            expires: started + age,
            landed: OnceCell::new(),
        }
    }

    pub(super) fn is_young(&self, now: Instant) -> bool {
        now < self.expires
    }

    /// Whether it began at or after an instant.
    pub(super) fn began_since(&self, instant: Instant) -> bool {
        self.started >= instant
    }

    /// What it found, once it has landed in good order.
    pub(super) fn found(&self) -> Option<&Found<V>> {
        self.landed.get()?.as_ref().ok()
    }

    /// Whether what it found may be shown to whoever asks now.
    pub(super) fn is_usable(&self, versions: &Versions) -> bool {
        let stands = |found: &Found<V>| {
            found.weight.is_some() && versions.are_untouched_since(self.version, &found.topics)
        };
        self.found().is_some_and(stands) && self.is_young(Instant::now())
    }

    /// Whether it is right for somebody who waited for it and asked at a moment: it began since, or shows nothing that was written since
    /// it began.
    pub(super) fn serves(&self, asked: Version, versions: &Versions) -> bool {
        self.version >= asked
            || self
                .found()
                .is_none_or(|found| versions.are_untouched_since(self.version, &found.topics))
    }

    /// Whether whoever asks now should wait for it, or take what it found.
    pub(super) fn is_worth_joining(&self, versions: &Versions) -> bool {
        if self.landed.initialized() {
            return self.is_usable(versions);
        }
        let now = Instant::now();
        self.is_young(now) && now < self.started + PATIENCE
    }

    /// Loads, if nobody does, and waits. Where the one who loads goes away, one of those who wait goes on.
    pub(super) async fn land<F>(&self, load: F) -> Result<&Found<V>, StoreError>
    where
        F: Future<Output = Result<Found<V>, StoreError>>,
    {
        let landed = self
            .landed
            .get_or_init(|| async { load.await.map_err(Arc::new) });
        landed.await.as_ref().map_err(failure::again)
    }

    /// The same for a load of somebody else's; `None` where that takes too long.
    pub(super) async fn join<F>(&self, load: F) -> Option<Result<&Found<V>, StoreError>>
    where
        F: Future<Output = Result<Found<V>, StoreError>>,
    {
        if self.landed.initialized() {
            return Some(self.land(load).await);
        }
        let deadline = self.expires.min(self.started + PATIENCE);
        tokio::time::timeout_at(deadline, self.land(load))
            .await
            .ok()
    }
}
