//! Answers of one kind.

use std::future::Future;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use douyin_core::StoreError;
use moka::ops::compute::Op;
use moka::sync::Cache;
use tokio::time::Instant;

use super::flight::{Flight, Found};
use super::stats::{ShelfStats, Tally};
use super::versions::Versions;

/// Answers of one kind, each read once for all who ask at the same time: bounded, young, and never older than an acknowledged
/// write of this process. See [the argument](super) for that.
pub(super) struct Shelf<K, V> {
    flights: Cache<K, Arc<Flight<V>>>,
    versions: Arc<Versions>,
    tally: Arc<Tally>,
    max_age: Duration,
}

/// An answer off a shelf.
pub(super) struct Kept<V>(Arc<Flight<V>>);

impl<V> Kept<V> {
    /// Whether whoever asked at an instant may still be shown it where others write elsewhere: it was read since, or is young.
    pub(super) fn is_recent(&self, asked: Instant) -> bool {
        self.0.began_since(asked) || self.0.is_young(Instant::now())
    }
}

impl<V> Deref for Kept<V> {
    type Target = V;

    fn deref(&self) -> &V {
        let found = self.0.found();
        &found.expect("only what has landed is given out").value
    }
}

impl<K, V> Shelf<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(super) fn new(
        versions: Arc<Versions>,
        tally: Arc<Tally>,
        max_age: Duration,
        entries: u64,
    ) -> Self {
        let weight = |_: &K, flight: &Arc<Flight<V>>| {
            let weight = flight.found().and_then(|found| found.weight);
            weight.unwrap_or(1)
        };
        let flights = Cache::builder()
            .max_capacity(entries)
            .weigher(weight)
            // Only cleans up: what may be shown is younger than that.
            .time_to_live(max_age)
            .build();
        Self {
            flights,
            versions,
            tally,
            max_age,
        }
    }

    /// What is remembered, if it may be shown; reads nothing.
    pub(super) fn peek(&self, key: &K) -> Option<Kept<V>> {
        let flight = self.flights.get(key)?;
        flight.is_usable(&self.versions).then_some(Kept(flight))
    }

    /// What is remembered, or what `load` reads now.
    pub(super) async fn get<F, L>(&self, key: &K, load: F) -> Result<Kept<V>, StoreError>
    where
        F: Fn() -> L,
        L: Future<Output = Result<Found<V>, StoreError>>,
    {
        let asked = self.versions.now();
        if let Some(kept) = self.peek(key) {
            self.tally.count_hit();
            return Ok(kept);
        }
        // Twice at most: what begins after a load that did not serve has landed, began after this was asked.
        loop {
            let worn_out = |flight: &Arc<Flight<V>>| !flight.is_worth_joining(&self.versions);
            let begin = || Arc::new(Flight::begin(&self.versions, self.max_age));
            let entry = self
                .flights
                .entry_by_ref(key)
                .or_insert_with_if(begin, worn_out);
            let is_ours = entry.is_fresh();
            let flight = entry.into_value();

            let mut loaded = false;
            let counted = async {
                loaded = true;
                self.tally.count_miss();
                load().await
            };
            let landed = if is_ours {
                flight.land(counted).await
            } else {
                match flight.join(counted).await {
                    Some(landed) => landed,
                    None => continue,
                }
            };
            let weight = landed.as_ref().ok().and_then(|found| found.weight);
            let failure = landed.err();
            if loaded {
                self.settle(key, &flight, weight);
            }
            if let Some(failure) = failure {
                return Err(failure);
            }
            if flight.serves(asked, &self.versions) {
                if !loaded {
                    self.tally.count_hit();
                }
                return Ok(Kept(flight));
            }
        }
    }

    /// Counts a load for what it found, or forgets it.
    fn settle(&self, key: &K, flight: &Arc<Flight<V>>, weight: Option<u32>) {
        if weight == Some(1) {
            return;
        }
        let entry = self.flights.entry_by_ref(key);
        entry.and_compute_with(|entry| match (entry, weight) {
            (Some(entry), _) if !Arc::ptr_eq(entry.value(), flight) => Op::Nop,
            (Some(_), None) => Op::Remove,
            (_, Some(_)) => Op::Put(Arc::clone(flight)),
            (None, None) => Op::Nop,
        });
    }

    pub(super) fn bypass(&self) {
        self.tally.count_bypass();
    }

    pub(super) fn stats(&self) -> ShelfStats {
        self.tally.stats(self.flights.entry_count())
    }
}
