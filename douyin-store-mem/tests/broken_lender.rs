//! The suite for node numbers can fail: a store with one fault at a time, and for each fault a case that catches it.

use std::sync::Arc;

use async_trait::async_trait;
use douyin_core::conformance::nodes::{Handle, prove};
use douyin_core::{Grant, Lease, NodeHolder, NodeNumber, Nodes, Reach, StoreError, Timestamp};
use douyin_store_mem::MemStore;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    NumbersNotShared,
    HoldersForgotten,
    WantedNumberIgnored,
    NothingExpires,
    LostLeasesExtended,
    AnybodyReleases,
    ReservationForgotten,
    ReleasedRangesUsedTwice,
    UsedRangeNotAskedFor,
    LargestIdIgnored,
    RangesEndBeforeTheyAreAnswered,
}

/// Each fault, and the case that must catch it.
const CAUGHT: &[(Fault, &str, &str)] = &[
    (
        Fault::NumbersNotShared,
        "numbers",
        "two_holders_at_once_have_different_numbers",
    ),
    (
        Fault::HoldersForgotten,
        "numbers",
        "a_holder_that_starts_again_has_its_number_at_once",
    ),
    (
        Fault::WantedNumberIgnored,
        "numbers",
        "the_wanted_number_is_lent_unless_another_holder_has_it",
    ),
    (
        Fault::NothingExpires,
        "numbers",
        "an_expired_number_can_be_taken_and_is_lost_to_its_former_holder",
    ),
    (
        Fault::LostLeasesExtended,
        "numbers",
        "the_term_of_a_holder_that_started_again_is_over",
    ),
    (
        Fault::AnybodyReleases,
        "numbers",
        "giving_back_a_lost_number_takes_it_from_nobody",
    ),
    (
        Fault::ReservationForgotten,
        "ranges",
        "the_ranges_of_a_number_never_overlap_however_many_ask_at_once",
    ),
    (
        Fault::ReservationForgotten,
        "processes",
        "processes_that_take_each_others_numbers_never_make_the_same_id",
    ),
    (
        Fault::ReleasedRangesUsedTwice,
        "ranges",
        "what_was_given_back_unused_can_be_used_again",
    ),
    (
        Fault::ReleasedRangesUsedTwice,
        "processes",
        "processes_that_take_each_others_numbers_never_make_the_same_id",
    ),
    (
        Fault::UsedRangeNotAskedFor,
        "processes",
        "ids_go_on_where_the_clock_steps_back_by_an_hour",
    ),
    (
        Fault::LargestIdIgnored,
        "ranges",
        "a_range_begins_after_the_largest_id_of_any_kind",
    ),
    (
        Fault::LargestIdIgnored,
        "processes",
        "ids_go_on_after_a_restart_with_a_clock_an_hour_behind",
    ),
    (
        Fault::RangesEndBeforeTheyAreAnswered,
        "ranges",
        "an_extension_that_was_not_heard_of_is_part_of_the_range",
    ),
];

struct Broken {
    store: Arc<MemStore>,
    fault: Fault,
}

impl Broken {
    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// What is asked for, as far as the fault lets it through.
    fn heard(&self, reach: Reach) -> Reach {
        let mut heard = reach;
        if self.has(Fault::UsedRangeNotAskedFor) {
            heard.not_before = reach.now;
        }
        heard
    }
}

#[async_trait]
impl Nodes for Broken {
    async fn lease(
        &self,
        holder: &NodeHolder,
        wanted: Option<NodeNumber>,
        reach: Reach,
    ) -> Result<Grant, StoreError> {
        let mut reach = self.heard(reach);
        let another = NodeHolder::parse(&format!("{holder}-{}", reach.now.as_millis())).unwrap();
        let forgets = self.has(Fault::HoldersForgotten);
        let holder = if forgets { &another } else { holder };
        let wanted = wanted.filter(|_| !self.has(Fault::WantedNumberIgnored));
        let now = reach.now;
        if self.has(Fault::NothingExpires) {
            reach.now = Timestamp::from_millis(0);
        }
        let mut grant = self.store.lease(holder, wanted, reach).await?;
        if let Grant::Leased(lease) = &mut grant
            && self.has(Fault::ReservationForgotten)
        {
            lease.from = now;
        }
        Ok(grant)
    }

    async fn extend(&self, lease: &Lease, reach: Reach) -> Result<Option<Lease>, StoreError> {
        let reach = self.heard(reach);
        let mut extended = self.store.extend(lease, reach).await?;
        if self.has(Fault::LostLeasesExtended) {
            extended = extended.or_else(|| Some(lease.clone()));
        }
        if self.has(Fault::RangesEndBeforeTheyAreAnswered) {
            let until = reach.now.plus_millis(reach.millis);
            extended = extended.map(|lease| Lease { until, ..lease });
        }
        Ok(extended)
    }

    async fn release(&self, lease: &Lease, unused_from: Timestamp) -> Result<(), StoreError> {
        let mut lease = lease.clone();
        let mut unused_from = unused_from;
        if self.has(Fault::AnybodyReleases) {
            lease.term += 1;
            lease.holder = NodeHolder::parse("new").unwrap();
        }
        if self.has(Fault::ReleasedRangesUsedTwice) {
            unused_from = lease.from;
        }
        self.store.release(&lease, unused_from).await
    }
}

fn handles(fault: Fault) -> [Handle; 2] {
    let store = Arc::new(MemStore::new());
    [0, 1].map(|_| {
        let shared = !matches!(fault, Fault::NumbersNotShared | Fault::LargestIdIgnored);
        let lends = if shared {
            Arc::clone(&store)
        } else {
            Arc::default()
        };
        Handle {
            store: Arc::<MemStore>::clone(&store),
            nodes: Arc::new(Broken {
                store: lends,
                fault,
            }),
        }
    })
}

fn passes(fault: Fault, theme: &'static str, case: &'static str) -> bool {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let prove = move || runtime.block_on(prove(theme, case, async |_| ((), handles(fault))));
    std::thread::spawn(prove).join().is_ok()
}

#[test]
fn every_fault_is_caught_by_a_case_that_a_sound_store_passes() {
    for &(fault, theme, case) in CAUGHT {
        assert!(passes(Fault::None, theme, case), "{case}");
        assert!(!passes(fault, theme, case), "{fault:?} in {case}");
    }
}
