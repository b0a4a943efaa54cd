//! How many requests work at once, and how long others wait for that.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use super::error::Failure;
use super::status::Status;

/// Who would wait for longer is refused at once: a delay that people do not notice, and that a burst, such as a class that opens the
/// app with the bell, need not reach.
const BEARABLE: Duration = Duration::from_millis(100);

/// So long a request waits at most, where it was thought that it would not.
const PATIENCE: Duration = Duration::from_millis(500);

/// One for so many places may wait whatever is thought: somebody has to find out that it goes faster again.
const PLACES_PER_SCOUT: usize = 8;

/// How often the log says that requests are refused.
const TOLD: Duration = Duration::from_secs(10);

/// Places for requests of one kind.
///
/// Who finds none waits in line. A line that is as long as it may become makes everybody late and nobody better off, so it is no
/// longer than what is served in [`BEARABLE`], by how long those took who waited last.
#[derive(Debug)]
pub(crate) struct Gate {
    kind: &'static str,
    most: AtomicUsize,
    places: Arc<Semaphore>,
    /// Places that are to go when whoever has them leaves.
    surplus: Arc<AtomicUsize>,
    waiting: AtomicUsize,
    /// How long somebody waits for each who is before, in microseconds.
    pace: AtomicU64,
    begun: Instant,
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
            pace: AtomicU64::new(0),
            begun: Instant::now(),
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
            return Ok(self.place(permit));
        }
        let line = Line::join(&self.waiting);
        if self.is_hopeless(line.before) {
            return Err(self.refuse());
        }
        let begun = Instant::now();
        let permit = timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await;
        let pace = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX)
            / (line.before as u64 + 1);
        if let Ok(Ok(permit)) = permit {
            self.learn(pace);
            return Ok(self.place(permit));
        }
        // Who waited in vain knows only that it took longer than that.
        if pace > self.pace.load(Ordering::Relaxed) {
            self.learn(pace);
        }
        Err(self.refuse())
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
        let before = self.waiting.load(Ordering::Relaxed);
        if self.places.available_permits() == 0 && self.is_hopeless(before) {
            return Err(self.refuse());
        }
        Ok(())
    }

    /// Whether somebody with so many before would wait for too long.
    fn is_hopeless(&self, before: usize) -> bool {
        let scouts = self.most.load(Ordering::Relaxed).div_ceil(PLACES_PER_SCOUT);
        let wait = self
            .pace
            .load(Ordering::Relaxed)
            .saturating_mul(before as u64 + 1);
        before >= scouts && u128::from(wait) > BEARABLE.as_micros()
    }

    /// Somebody has found out what the pace is. Of two who do at once one is not heard, which does no harm.
    fn learn(&self, pace: u64) {
        let old = self.pace.load(Ordering::Relaxed);
        let new = old - old.div_ceil(8) + pace.div_ceil(8);
        self.pace.store(new, Ordering::Relaxed);
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
    use tokio::time::sleep;

    use super::*;

    /// So many requests at once, each of which has its place for so long; answers how many were served, and how long those took
    /// that were not.
    async fn at_once(gate: &Arc<Gate>, many: usize, each: Duration) -> (usize, Vec<Duration>) {
        let asking: Vec<_> = (0..many)
            .map(|_| {
                let gate = Arc::clone(gate);
                tokio::spawn(async move {
                    let begun = Instant::now();
                    let place = gate.enter().await.map_err(|_| begun.elapsed())?;
                    sleep(each).await;
                    drop(place);
                    Ok::<_, Duration>(())
                })
            })
            .collect();
        let (mut served, mut refused) = (0, Vec::new());
        for asking in asking {
            match asking.await.unwrap() {
                Ok(()) => served += 1,
                Err(after) => refused.push(after),
            }
        }
        (served, refused)
    }

    const MILLISECOND: Duration = Duration::from_millis(1);

    #[tokio::test(start_paused = true)]
    async fn a_burst_waits_and_is_served() {
        let gate = Arc::new(Gate::new("reads", 4));
        for _ in 0..3 {
            let (served, refused) = at_once(&gate, 40, 9 * MILLISECOND).await;
            assert_eq!((served, refused.len()), (40, 0));
        }
        assert_eq!((gate.stats().taken, gate.stats().refused), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_would_take_too_long_is_not_joined() {
        let gate = Arc::new(Gate::new("reads", 4));
        // It learns what things take, at the cost of those who wait in vain.
        let (_, refused) = at_once(&gate, 400, 20 * MILLISECOND).await;
        assert!(refused.contains(&PATIENCE));
        let (served, refused) = at_once(&gate, 400, 20 * MILLISECOND).await;
        // Four at a time, for 100 ms, or a little more.
        assert!((20..40).contains(&served), "{served}");
        assert!(refused.iter().all(Duration::is_zero), "{refused:?}");
        assert_eq!(refused.len(), 400 - served);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_found_out_that_it_goes_faster_again() {
        let gate = Arc::new(Gate::new("reads", 8));
        let _ = at_once(&gate, 100, Duration::from_secs(1)).await;
        assert!(at_once(&gate, 100, MILLISECOND).await.0 < 20);
        for _ in 0..100 {
            let _ = at_once(&gate, 100, MILLISECOND).await;
        }
        assert_eq!(at_once(&gate, 100, MILLISECOND).await.0, 100);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_begun_for_what_would_wait_for_too_long() {
        let gate = Arc::new(Gate::new("writes", 1));
        let place = gate.enter().await.unwrap();
        for _ in 0..20 {
            assert!(gate.enter().await.is_err());
        }
        // One may wait, to find out whether it goes faster again; no other one has to be begun with.
        assert!(gate.look().is_ok());
        let looked = async {
            sleep(MILLISECOND).await;
            gate.look()
        };
        let (scout, looked) = tokio::join!(gate.enter(), looked);
        assert!(scout.is_err() && looked.is_err());
        drop(place);
        assert!(gate.look().is_ok());
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
