//! How many requests work at once, and how long others wait for that.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use super::error::Failure;
use super::status::Status;

/// So long a request waits for a place where places were free a moment ago: a class that opens the app with the bell is served.
const PATIENCE: Duration = Duration::from_millis(500);

/// So long it waits where more comes than can be served: enough that no place is empty for a moment.
const PATIENCE_UNDER_OVERLOAD: Duration = Duration::from_millis(10);

/// One for so many places may wait then, for the same purpose. The others are refused at once, which is what costs least.
const PLACES_PER_WAITING: usize = 8;

/// Where no place was free for so long, more comes than can be served. A burst ends sooner.
const OVERLOAD: Duration = Duration::from_millis(100);

/// How often the log says that requests are refused.
const TOLD: Duration = Duration::from_secs(10);

/// Places for requests of one kind.
///
/// Who finds none waits in line. A line that does not end is no use to anybody: it makes everybody late. So those in it become
/// impatient as soon as no place was free for [`OVERLOAD`] (the "controlled delay" of queues, `CoDel`, with the time since the
/// queue was last empty as its measure).
#[derive(Debug)]
pub(crate) struct Gate {
    kind: &'static str,
    most: AtomicUsize,
    places: Arc<Semaphore>,
    /// Places that are to go when whoever has them leaves.
    surplus: Arc<AtomicUsize>,
    waiting: AtomicUsize,
    begun: Instant,
    /// When somebody last found a place without waiting, in milliseconds since it began.
    last_free: AtomicU64,
    refused: AtomicU64,
    /// When and after how many the log last said that some are refused.
    told: AtomicU64,
}

/// A place that is taken until it is dropped.
#[derive(Debug)]
#[must_use]
pub(crate) struct Place {
    permit: Option<OwnedSemaphorePermit>,
    surplus: Arc<AtomicUsize>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let one_less = |surplus: usize| surplus.checked_sub(1);
        let goes = self
            .surplus
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        if let (Some(permit), Ok(_)) = (self.permit.take(), goes) {
            permit.forget();
        }
    }
}

/// Somebody who waits.
struct Line<'a> {
    waiting: &'a AtomicUsize,
    /// How many were there already.
    before: usize,
}

impl<'a> Line<'a> {
    fn join(waiting: &'a AtomicUsize) -> Self {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        Self { waiting, before }
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What the places of a kind are at, and how many requests were refused since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateStats {
    /// `reads`, `writes`, `sign-ins` or `media`.
    pub kind: &'static str,
    /// How many places there are.
    pub places: usize,
    /// How many of them are taken.
    pub taken: usize,
    /// How many requests were answered 503 for want of one.
    pub refused: u64,
}

impl Gate {
    /// With so many places, at least one.
    pub(crate) fn new(kind: &'static str, most: usize) -> Self {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            kind,
            most: AtomicUsize::new(most),
            places: Arc::new(Semaphore::new(most)),
            surplus: Arc::default(),
            waiting: AtomicUsize::new(0),
            begun: Instant::now(),
            last_free: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            told: AtomicU64::new(0),
        }
    }

    /// Has so many places from now on; who has one too many keeps it until leaving. One call at a time.
    pub(crate) fn resize(&self, most: usize) {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        let before = self.most.swap(most, Ordering::Relaxed);
        if let Some(fewer) = before.checked_sub(most) {
            let gone = self.places.forget_permits(fewer);
            self.surplus.fetch_add(fewer - gone, Ordering::Relaxed);
        } else {
            let mut more = most - before;
            // Those that were to go may stay.
            let stay = |surplus: usize| Some(surplus.saturating_sub(more));
            let surplus = self
                .surplus
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, stay);
            more -= surplus.unwrap_or(0).min(more);
            self.places.add_permits(more);
        }
    }

    pub(crate) fn stats(&self) -> GateStats {
        let places = self.most.load(Ordering::Relaxed);
        let surplus = self.surplus.load(Ordering::Relaxed);
        GateStats {
            kind: self.kind,
            places,
            taken: (places + surplus).saturating_sub(self.places.available_permits()),
            refused: self.refused.load(Ordering::Relaxed),
        }
    }

    fn place(&self, permit: OwnedSemaphorePermit) -> Place {
        Place {
            permit: Some(permit),
            surplus: Arc::clone(&self.surplus),
        }
    }

    /// Takes a place, after a little while if need be.
    ///
    /// # Errors
    /// [`Status::Busy`]: there was none in time.
    pub(crate) async fn enter(&self) -> Result<Place, Failure> {
        if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
            self.last_free.store(self.millis(), Ordering::Relaxed);
            return Ok(self.place(permit));
        }
        let line = Line::join(&self.waiting);
        let patience = if !self.is_overloaded() {
            PATIENCE
        } else if line.before
            < self
                .most
                .load(Ordering::Relaxed)
                .div_ceil(PLACES_PER_WAITING)
        {
            PATIENCE_UNDER_OVERLOAD
        } else {
            return Err(self.refuse());
        };
        match timeout(patience, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(self.place(permit)),
            _ => Err(self.refuse()),
        }
    }

    /// Takes a place however long that takes: for what has cost too much already to be refused.
    pub(crate) async fn wait(&self) -> Option<Place> {
        let permit = Arc::clone(&self.places).acquire_owned().await.ok()?;
        Some(self.place(permit))
    }

    /// Nothing where there is a fair chance of a place.
    ///
    /// # Errors
    /// [`Status::Busy`]: there is none, before anything was read of the request that a place would be needed for.
    pub(crate) fn look(&self) -> Result<(), Failure> {
        if self.places.available_permits() == 0 && self.is_overloaded() {
            return Err(self.refuse());
        }
        Ok(())
    }

    fn is_overloaded(&self) -> bool {
        let since = self.millis() - self.last_free.load(Ordering::Relaxed).min(self.millis());
        u128::from(since) >= OVERLOAD.as_millis()
    }

    fn refuse(&self) -> Failure {
        let refused = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        // A line for each would be one more load.
        let (now, told) = (self.millis(), self.told.load(Ordering::Relaxed));
        let is_due = told == 0 || u128::from(now - told.min(now)) >= TOLD.as_millis();
        let ours = || {
            self.told
                .compare_exchange(told, now.max(1), Ordering::Relaxed, Ordering::Relaxed)
        };
        if is_due && ours().is_ok() {
            tracing::warn!(
                kind = self.kind,
                places = self.most.load(Ordering::Relaxed),
                refused,
                "more requests come than can be served; some are refused"
            );
        }
        Failure::new(Status::Busy).retry_after(1)
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, sleep};

    use super::*;

    async fn waits(gate: &Gate) -> Duration {
        let begun = Instant::now();
        assert!(gate.enter().await.is_err());
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_waits_and_is_served() {
        let gate = Arc::new(Gate::new("reads", 4));
        let served = (0..40).map(|_| {
            let gate = Arc::clone(&gate);
            tokio::spawn(async move {
                let place = gate.enter().await;
                // All of them together take 200 ms.
                sleep(Duration::from_millis(20)).await;
                place.is_ok()
            })
        });
        for served in served.collect::<Vec<_>>() {
            assert!(served.await.unwrap());
        }
        let stats = gate.stats();
        assert_eq!((stats.taken, stats.refused), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn under_overload_nobody_waits_for_long_until_a_place_is_free_again() {
        let gate = Gate::new("reads", 2);
        let (one, other) = (gate.enter().await.unwrap(), gate.enter().await.unwrap());
        assert!(gate.look().is_ok());
        assert_eq!(waits(&gate).await, PATIENCE);
        assert!(gate.look().is_err());
        assert_eq!(waits(&gate).await, PATIENCE_UNDER_OVERLOAD);
        let both = tokio::join!(waits(&gate), waits(&gate));
        assert_eq!(both, (PATIENCE_UNDER_OVERLOAD, Duration::ZERO));
        drop(one);
        let one = gate.enter().await.unwrap();
        assert!(gate.look().is_ok());
        assert_eq!(waits(&gate).await, PATIENCE);
        assert_eq!(gate.stats().refused, 6);
        drop((one, other));
    }

    #[tokio::test(start_paused = true)]
    async fn a_gate_that_nobody_came_to_for_long_is_not_overloaded() {
        let gate = Gate::new("reads", 1);
        advance(Duration::from_hours(1)).await;
        let _place = gate.enter().await.unwrap();
        assert_eq!(waits(&gate).await, PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_waiting_takes_no_place() {
        let gate = Gate::new("reads", 1);
        let place = gate.enter().await.unwrap();
        assert!(
            timeout(Duration::from_millis(1), gate.enter())
                .await
                .is_err()
        );
        assert!(
            timeout(Duration::from_millis(1), gate.wait())
                .await
                .is_err()
        );
        drop(place);
        assert_eq!(gate.stats().taken, 0);
        assert!(gate.wait().await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn places_can_become_fewer_and_more_while_they_are_taken() {
        let gate = Gate::new("reads", 4);
        let mut taken = Vec::new();
        for _ in 0..3 {
            taken.push(gate.enter().await.unwrap());
        }
        let now = |gate: &Gate| (gate.stats().places, gate.stats().taken);
        gate.resize(1);
        assert_eq!(now(&gate), (1, 3));
        taken.pop();
        taken.pop();
        assert_eq!(now(&gate), (1, 1));
        assert!(gate.enter().await.is_err());
        taken.pop();
        taken.push(gate.enter().await.unwrap());
        gate.resize(2);
        taken.push(gate.enter().await.unwrap());
        assert!(gate.enter().await.is_err());
        // Two that are to go, of which one may stay after all.
        gate.resize(4);
        taken.push(gate.enter().await.unwrap());
        taken.push(gate.enter().await.unwrap());
        gate.resize(2);
        gate.resize(3);
        assert_eq!(now(&gate), (3, 4));
        taken.clear();
        assert_eq!(now(&gate), (3, 0));
        for _ in 0..3 {
            taken.push(gate.enter().await.unwrap());
        }
        assert!(gate.enter().await.is_err());
    }
}
