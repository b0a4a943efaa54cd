use std::sync::atomic::{AtomicBool, Ordering};

use douyin_core::port::MockNodes;
use douyin_core::{IdSource as _, ManualClock, NoIds};
use douyin_store_mem::MemStore;
use futures_util::FutureExt as _;
use tempfile::TempDir;

use super::*;

const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// A store, a data folder, and a clock that goes with the runtime's.
struct Scene {
    store: Arc<MemStore>,
    clock: Arc<ManualClock>,
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self {
            store: Arc::default(),
            clock: Arc::new(ManualClock::new(START)),
            folder: tempfile::tempdir().unwrap(),
        };
        let clock = Arc::clone(&scene.clock);
        tokio::spawn(async move {
            loop {
                sleep(Duration::from_millis(500)).await;
                clock.advance_millis(500);
            }
        });
        scene
    }

    async fn lease_in(&self, folder: &Path, wanted: Wanted) -> Result<Node, OpenError> {
        let nodes = Arc::<MemStore>::clone(&self.store);
        let clock = Arc::<ManualClock>::clone(&self.clock);
        Node::lease(nodes, clock, folder, wanted, 0).await
    }

    /// Its store, as long as that is not away.
    fn nodes_unless(&self, is_away: &Arc<AtomicBool>) -> MockNodes {
        let mut nodes = MockNodes::new();
        let (store, away) = (Arc::clone(&self.store), Arc::clone(is_away));
        nodes
            .expect_lease()
            .returning(move |holder, wanted, reach| {
                assert!(!away.load(Ordering::Relaxed), "it was not lost");
                let leased = store.lease(holder, wanted, reach).now_or_never();
                leased.expect("memory waits for nothing")
            });
        let (store, away) = (Arc::clone(&self.store), Arc::clone(is_away));
        nodes.expect_extend().returning(move |lease, reach| {
            if away.load(Ordering::Relaxed) {
                return Err(StoreError::Unavailable("nobody answers".into()));
            }
            let extended = store.extend(lease, reach).now_or_never();
            extended.expect("memory waits for nothing")
        });
        nodes
    }

    async fn lease(&self, wanted: Wanted) -> Result<Node, OpenError> {
        self.lease_in(self.folder.path(), wanted).await
    }

    fn next_id(&self, node: &Node) -> Result<i64, NoIds> {
        node.ids().next_id(self.clock.now())
    }
}

fn this(number: u8) -> Wanted {
    Wanted::This(NodeNumber::new(number).unwrap())
}

fn number(node: &Node) -> Option<u8> {
    node.ids().number().map(NodeNumber::get)
}

#[tokio::test(start_paused = true)]
async fn two_on_one_folder_have_different_numbers_and_each_has_its_own_when_killed() {
    let scene = Scene::new();
    let first = scene.lease(Wanted::Any).await.unwrap();
    let second = scene.lease(Wanted::Any).await.unwrap();
    assert_eq!((number(&first), number(&second)), (Some(0), Some(1)));
    let last = scene.next_id(&second).unwrap();
    drop(second);
    let second = scene.lease(Wanted::Any).await.unwrap();
    assert_eq!(number(&second), Some(1));
    assert!(scene.next_id(&second).unwrap() > last);
}

#[tokio::test(start_paused = true)]
async fn a_number_that_is_kept_makes_ids_for_ever_and_one_that_is_not_stops() {
    let scene = Scene::new();
    let node = scene.lease(Wanted::Any).await.unwrap();
    let hour = Duration::from_hours(1);
    assert!(tokio::time::timeout(hour, node.keep()).await.is_err());
    assert!(scene.next_id(&node).is_ok());
    sleep(Duration::from_mins(1)).await;
    assert_eq!(scene.next_id(&node), Err(NoIds));
}

#[tokio::test(start_paused = true)]
async fn while_the_store_is_away_ids_end_with_the_range_and_go_on_when_it_is_back() {
    let (scene, is_away) = (Scene::new(), Arc::default());
    let nodes = Arc::new(scene.nodes_unless(&is_away));
    let clock = Arc::<ManualClock>::clone(&scene.clock);
    let leasing = Node::lease(nodes, clock, scene.folder.path(), Wanted::Any, 0);
    let node = leasing.await.unwrap();
    let story = async {
        let last = scene.next_id(&node).unwrap();
        is_away.store(true, Ordering::Relaxed);
        sleep(EXTEND_EVERY * 3 / 2).await;
        assert!(scene.next_id(&node).is_ok(), "the range reaches further");
        sleep(Duration::from_hours(1)).await;
        assert_eq!(scene.next_id(&node), Err(NoIds));
        is_away.store(false, Ordering::Relaxed);
        sleep(2 * RETRY_AFTER).await;
        assert!(scene.next_id(&node).unwrap() > last);
    };
    tokio::select! {
        () = story => {}
        never = node.keep() => match never {},
    }
}

#[tokio::test(start_paused = true)]
async fn the_number_of_a_server_that_is_gone_is_waited_for() {
    let (scene, elsewhere) = (Scene::new(), tempfile::tempdir().unwrap());
    drop(scene.lease(this(7)).await.unwrap());
    let begun = Instant::now();
    let taken_over = scene.lease_in(elsewhere.path(), this(7)).await.unwrap();
    assert_eq!(number(&taken_over), Some(7));
    assert!(begun.elapsed() <= PATIENCE, "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn the_number_of_a_server_that_runs_is_refused_as_soon_as_that_shows() {
    let scene = Scene::new();
    let running = scene.lease(this(7)).await.unwrap();
    let begun = Instant::now();
    let refused = tokio::select! {
        never = running.keep() => match never {},
        refused = scene.lease(this(7)) => refused.map(|node| number(&node)),
    };
    assert!(
        matches!(&refused, Err(OpenError::NodeTaken { wanted: Some(number), .. }) if number.get() == 7),
        "{refused:?}"
    );
    assert!(begun.elapsed() < EXTEND_EVERY + 2 * RETRY_AFTER);
    assert_eq!(number(&running), Some(7));
}

#[tokio::test(start_paused = true)]
async fn a_copy_of_the_data_folder_takes_the_number_and_both_go_on_with_numbers_of_their_own() {
    let (scene, copied) = (Scene::new(), tempfile::tempdir().unwrap());
    let original = scene.lease(Wanted::Any).await.unwrap();
    let name = original.holder();
    std::fs::create_dir(copied.path().join("nodes")).unwrap();
    std::fs::write(copied.path().join("nodes/0.lock"), name.as_str()).unwrap();
    let copy = scene.lease_in(copied.path(), Wanted::Any).await.unwrap();
    assert_eq!(number(&copy), Some(0));
    let both = async { tokio::join!(original.keep(), copy.keep()) };
    assert!(tokio::time::timeout(PATIENCE, both).await.is_err());
    assert_eq!((number(&original), number(&copy)), (Some(1), Some(0)));
    assert_ne!(original.holder(), name, "so that it does not happen again");
    assert!(scene.next_id(&original).is_ok() && scene.next_id(&copy).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_released_number_is_the_next_ones_at_once() {
    let (scene, elsewhere) = (Scene::new(), tempfile::tempdir().unwrap());
    let first = scene.lease(this(3)).await.unwrap();
    first.release().await.unwrap();
    let begun = Instant::now();
    let next = scene.lease_in(elsewhere.path(), this(3)).await.unwrap();
    assert_eq!(number(&next), Some(3));
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(scene.next_id(&first), Err(NoIds));
}

#[tokio::test(start_paused = true)]
async fn stores_that_nobody_else_sees_have_the_number_of_the_slot() {
    let (one, other) = (Scene::new(), Scene::new());
    let first = one.lease(Wanted::OfTheSlot).await.unwrap();
    let folder = one.folder.path();
    let second = other.lease_in(folder, Wanted::OfTheSlot).await.unwrap();
    assert_eq!((number(&first), number(&second)), (Some(0), Some(1)));
}
