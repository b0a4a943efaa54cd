//! Ids out of a leased node number, while the store is there and while it is away.

use std::future::Future as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use douyin_core::{
    Clock as _, Douyin, Error, Extension, Grant, IdSource as _, Lease, LeasedIds, ManualClock,
    NoIds, NodeHolder, NodeNumber, Nodes, Reach, StoreError, Timestamp,
};
use douyin_store_mem::MemStore;

const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);
const RESERVE: i64 = LeasedIds::RESERVE_MILLIS;

/// A store that can go away.
#[derive(Default)]
struct Remote {
    store: MemStore,
    is_away: AtomicBool,
}

impl Remote {
    fn reached(&self) -> Result<&MemStore, StoreError> {
        if self.is_away.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable("nobody answers".into()));
        }
        Ok(&self.store)
    }
}

#[async_trait::async_trait]
impl Nodes for Remote {
    async fn lease(
        &self,
        holder: &NodeHolder,
        wanted: Option<NodeNumber>,
        reach: Reach,
    ) -> Result<Grant, StoreError> {
        self.reached()?.lease(holder, wanted, reach).await
    }

    async fn extend(&self, lease: &Lease, reach: Reach) -> Result<Option<Lease>, StoreError> {
        self.reached()?.extend(lease, reach).await
    }

    async fn release(&self, lease: &Lease, unused_from: Timestamp) -> Result<(), StoreError> {
        self.reached()?.release(lease, unused_from).await
    }
}

struct Process {
    remote: Arc<Remote>,
    clock: Arc<ManualClock>,
    ids: Arc<LeasedIds>,
}

impl Process {
    /// One that has no lease yet.
    fn new() -> Self {
        Self::beside(&Arc::default(), START)
    }

    fn beside(remote: &Arc<Remote>, now: Timestamp) -> Self {
        let clock = Arc::new(ManualClock::new(now));
        let nodes = Arc::<Remote>::clone(remote);
        let ids = LeasedIds::new(nodes, Arc::<ManualClock>::clone(&clock), RESERVE);
        Self {
            remote: Arc::clone(remote),
            clock,
            ids: Arc::new(ids),
        }
    }

    async fn leased() -> Self {
        let process = Self::new();
        assert!(matches!(process.lease("a").await, Grant::Leased(_)));
        process
    }

    async fn lease(&self, holder: &str) -> Grant {
        let holder = NodeHolder::parse(holder).unwrap();
        self.ids.lease(&holder, None).await.unwrap()
    }

    fn next_id(&self) -> Result<i64, NoIds> {
        self.ids.next_id(self.clock.now())
    }

    fn is_running_low(&self) -> bool {
        let low = std::pin::pin!(self.ids.running_low());
        low.poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }
}

#[tokio::test]
async fn without_a_lease_every_caller_is_told_to_try_again() {
    let process = Process::new();
    let douyin = Douyin::builder(Arc::new(MemStore::new()))
        .ids(Arc::<LeasedIds>::clone(&process.ids))
        .build();
    let refused = douyin.new_video_id();
    assert!(
        matches!(refused, Err(Error::Store(StoreError::Unavailable(_)))),
        "{refused:?}"
    );
    assert!(!process.ids.is_ready());
    assert_eq!(process.ids.extend().await.unwrap(), Extension::Lost);
}

#[tokio::test]
async fn while_the_store_is_away_ids_end_with_the_range_and_go_on_when_it_is_back() {
    let process = Process::leased().await;
    process.remote.is_away.store(true, Ordering::Relaxed);
    process.clock.advance_millis(RESERVE - 1);
    assert!(process.ids.extend().await.is_err());
    let last = process.next_id().unwrap();
    process.clock.advance_millis(1);
    assert_eq!(process.next_id(), Err(NoIds));
    assert!(!process.ids.is_ready());
    process.clock.advance_millis(3_600_000);
    process.remote.is_away.store(false, Ordering::Relaxed);
    assert_eq!(process.ids.extend().await.unwrap(), Extension::Extended);
    assert!(process.next_id().unwrap() > last);
    assert!(process.ids.is_ready());
}

#[tokio::test]
async fn a_clock_from_before_the_first_id_makes_ids_like_any_other() {
    let process = Process::beside(&Arc::default(), Timestamp::from_millis(0));
    process.lease("a").await;
    let first = process.next_id().unwrap();
    assert!(first > 0);
    assert_eq!(process.ids.extend().await.unwrap(), Extension::Extended);
    assert!(process.next_id().unwrap() > first);
}

#[tokio::test]
async fn a_lost_lease_ends_at_once_and_another_one_goes_on_after_it() {
    let process = Process::leased().await;
    let last = process.next_id().unwrap();
    let copy = Process::beside(&process.remote, START);
    copy.lease("a").await;
    assert_eq!(process.ids.extend().await.unwrap(), Extension::Lost);
    assert_eq!(process.next_id(), Err(NoIds));
    assert_eq!(process.ids.number(), None);
    process.lease("another-name").await;
    assert_ne!(process.ids.number(), copy.ids.number());
    assert!(process.next_id().unwrap() > last);
    assert_eq!(copy.ids.extend().await.unwrap(), Extension::Extended);
}

#[tokio::test]
async fn where_every_number_is_taken_the_lease_that_there_is_goes_on() {
    let process = Process::leased().await;
    for other in 1..32 {
        let other_process = Process::beside(&process.remote, START);
        other_process.lease(&format!("other-{other}")).await;
    }
    let grant = process.lease("a-second-name").await;
    assert!(matches!(grant, Grant::Taken { .. }), "{grant:?}");
    assert!(process.next_id().is_ok());
}

#[tokio::test]
async fn a_released_range_makes_no_ids_and_the_next_process_goes_on_where_it_ended() {
    let process = Process::leased().await;
    let last = process.next_id().unwrap();
    process.ids.release().await.unwrap();
    assert_eq!(process.next_id(), Err(NoIds));
    let next = Process::beside(&process.remote, START.plus_millis(-3_600_000));
    next.lease("b").await;
    let id = next.next_id().unwrap();
    assert!(id > last);
    assert_eq!(id >> 12, (last >> 12) + 1, "the next millisecond");
    assert_eq!(next.ids.number().unwrap().get(), 0);
}

#[tokio::test]
async fn a_range_that_is_used_faster_than_time_goes_by_is_low_before_it_ends() {
    let process = Process::leased().await;
    assert!(!process.is_running_low());
    let range = RESERVE * 128;
    for _ in 0..range / 2 {
        process.next_id().unwrap();
    }
    assert!(!process.is_running_low(), "half is left");
    for _ in range / 2..range {
        process.next_id().unwrap();
    }
    assert!(process.is_running_low());
    assert!(!process.is_running_low(), "it was told");
    assert_eq!(process.next_id(), Err(NoIds));
    assert!(process.is_running_low(), "a refusal is told again");
    assert_eq!(process.ids.extend().await.unwrap(), Extension::Extended);
    assert!(!process.is_running_low());
    assert!(process.next_id().is_ok());
}

#[tokio::test]
async fn whoever_waits_for_a_low_range_is_woken_by_the_id_that_makes_it_low() {
    let process = Process::leased().await;
    let ids = Arc::clone(&process.ids);
    let waiting = tokio::spawn(async move { ids.running_low().await });
    // On the one thread of this test it waits now, or finds the range low when it starts.
    tokio::task::yield_now().await;
    process.clock.advance_millis(RESERVE);
    assert_eq!(process.next_id(), Err(NoIds));
    waiting.await.unwrap();
}
