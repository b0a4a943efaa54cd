//! What processes make of it.

use std::collections::HashSet;
use std::sync::Arc;

use super::lender::{HOUR, Lender, fresh, holder, leased};
use crate::conformance::scene::{at, coin, scrambled, together};
use crate::{
    Clock as _, Extension, IdSource as _, LeasedIds, ManualClock, NodeHolder, drift_of_all,
};

/// How far a process reserves, in milliseconds: 128,000 ids.
const RESERVE: i64 = 1_000;

/// A server, as far as it makes ids.
struct Process {
    clock: Arc<ManualClock>,
    holder: NodeHolder,
    ids: LeasedIds,
    last: i64,
}

impl Process {
    async fn start(lender: &Lender, name: &str, clock: &Arc<ManualClock>) -> Self {
        let nodes = Arc::clone(&lender.handle().nodes);
        let process = Self {
            clock: Arc::clone(clock),
            holder: holder(name),
            ids: LeasedIds::new(nodes, Arc::<ManualClock>::clone(clock), RESERVE),
            last: 0,
        };
        process.lease().await;
        process
    }

    async fn lease(&self) {
        let grant = self.ids.lease(&self.holder, None).await;
        leased(grant.expect("the store lends numbers"));
    }

    /// As its timer does. Whether it had lost its number.
    async fn extend(&self) -> bool {
        let had_one = self.ids.number().is_some();
        match self.ids.extend().await.expect("the store extends leases") {
            Extension::Extended => false,
            Extension::Lost => {
                self.lease().await;
                had_one
            }
        }
    }

    /// As many ids as it can make, up to `most`, each larger than the one before.
    fn make(&mut self, most: usize) -> Vec<i64> {
        let now = self.clock.now();
        let made: Vec<i64> = (0..most)
            .map_while(|_| self.ids.next_id(now).ok())
            .collect();
        for &id in &made {
            assert!(id > self.last, "{id} after {}", self.last);
            self.last = id;
        }
        made
    }
}

pub(super) async fn ids_go_on_where_the_clock_steps_back_by_an_hour(lender: Lender) {
    let clock = Arc::new(ManualClock::new(at(0)));
    let mut process = Process::start(&lender, "a", &clock).await;
    assert_eq!(process.make(1_000).len(), 1_000);
    clock.advance_millis(-HOUR);
    // More than a range holds: only what it is extended by lets it go on.
    for _ in 0..4 {
        assert!(!process.extend().await);
        assert_eq!(process.make(100_000).len(), 100_000);
    }
}

pub(super) async fn ids_go_on_after_a_restart_with_a_clock_an_hour_behind(lender: Lender) {
    let clock = Arc::new(ManualClock::new(at(0)));
    let mut last = 0;
    for (name, is_stopped) in [("a", false), ("a", true), ("b", false), ("a", true)] {
        let mut process = Process::start(&lender, name, &clock).await;
        process.last = last;
        assert_eq!(process.make(1_000).len(), 1_000);
        // What matters of ids is what was stored with them.
        let user = crate::conformance::scene::id(process.last);
        let scene = lender.scene();
        scene
            .register(user, &format!("u{user}"))
            .await
            .expect("new");
        if is_stopped {
            process.ids.release().await.expect("it is its");
            assert_eq!(process.make(1), []);
        }
        last = process.last;
        clock.advance_millis(-HOUR);
    }
}

pub(super) async fn numbers_are_lent_and_extended_among_writes_of_other_kinds(lender: Lender) {
    let scene = lender.scene();
    let [author, fan] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let tasks = (0..64).map(|task| {
        let lender = lender.clone();
        async move {
            for turn in 0..5 {
                let store = Arc::clone(&lender.handle().store);
                let now = at(task * 10 + turn);
                if task % 4 == 0 {
                    let lease = lender.lease(&holder(&format!("h{task}")), fresh(now)).await;
                    let extended = lender.extend(&lease, fresh(now)).await;
                    assert!(extended.is_some(), "nobody takes it");
                } else {
                    let mark = coin((task, turn));
                    let marked = store.mark_favorite(fan, video, mark, now).await;
                    let _ = marked.expect("both exist");
                    let followed = store.mark_follow(author, fan, mark, now).await;
                    let _ = followed.expect("both exist");
                }
            }
        }
    });
    together(tasks).await;
    let drift = drift_of_all(&*scene.store).await;
    assert_eq!(drift.expect("drift can be asked for"), []);
}

pub(super) async fn processes_that_take_each_others_numbers_never_make_the_same_id(lender: Lender) {
    let mut made = HashSet::new();
    let mut lost = 0;
    let clocks: Vec<_> = (0..4).map(|_| Arc::new(ManualClock::new(at(0)))).collect();
    let mut processes = Vec::new();
    for (turn, clock) in clocks.iter().cycle().take(8).enumerate() {
        // Two of each name, as after copying a data folder.
        let name = format!("copy-{}", turn % 4);
        processes.push(Process::start(&lender, &name, clock).await);
    }
    for turn in 0..400_u64 {
        let random = scrambled(turn);
        let index = usize::try_from(random % 8).expect("below 8");
        let clock = &clocks[index % 4];
        let process = &mut processes[index];
        match random >> 3 & 7 {
            0 => clock.advance_millis(-HOUR),
            1 => clock.advance_millis(HOUR),
            2 => clock.advance_millis(RESERVE / 3),
            3 => {
                let name = process.holder.to_string();
                *process = Process::start(&lender, &name, clock).await;
            }
            4 => process.ids.release().await.expect("the store is there"),
            _ => lost += usize::from(process.extend().await),
        }
        for process in &mut processes {
            for id in process.make(300) {
                assert!(made.insert(id), "{id} was made twice, in turn {turn}");
            }
        }
    }
    assert!(made.len() > 10_000, "ids were made: {}", made.len());
    assert!(lost > 0, "numbers were lost");
}
