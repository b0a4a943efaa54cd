use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Handle;
use crate::conformance::scene::Scene;
use crate::{Grant, Lease, NodeHolder, NodeNumber, Reach, StoreError, Timestamp};

/// How long a lease of the suite lasts, in milliseconds.
pub(super) const TERM: i64 = 15_000;
pub(super) const HOUR: i64 = 3_600_000;

/// The store under test: every call goes through another handle than the last one.
#[derive(Clone)]
pub(super) struct Lender {
    handles: [Handle; 2],
    calls: Arc<AtomicUsize>,
}

impl Lender {
    pub(super) fn new(handles: [Handle; 2]) -> Self {
        let calls = Arc::default();
        Self { handles, calls }
    }

    pub(super) fn handle(&self) -> &Handle {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        &self.handles[call % self.handles.len()]
    }

    /// The same store, to fill with rows.
    pub(super) fn scene(&self) -> Scene {
        Scene::new(Arc::clone(&self.handle().store))
    }

    pub(super) async fn ask(
        &self,
        holder: &NodeHolder,
        wanted: Option<NodeNumber>,
        reach: Reach,
    ) -> Result<Grant, StoreError> {
        self.handle().nodes.lease(holder, wanted, reach).await
    }

    /// A number for a holder, whichever there is.
    pub(super) async fn lease(&self, holder: &NodeHolder, reach: Reach) -> Lease {
        let grant = self.ask(holder, None, reach).await;
        leased(grant.expect("the store lends numbers"))
    }

    pub(super) async fn extend(&self, lease: &Lease, reach: Reach) -> Option<Lease> {
        let extended = self.handle().nodes.extend(lease, reach).await;
        extended.expect("the store extends leases")
    }

    pub(super) async fn release(&self, lease: &Lease, unused_from: Timestamp) {
        let released = self.handle().nodes.release(lease, unused_from).await;
        released.expect("the store takes numbers back");
    }

    /// A holder for each number.
    pub(super) async fn lease_all(&self, reach: Reach) -> Vec<Lease> {
        let mut leases = Vec::new();
        for number in NodeNumber::all() {
            let holder = holder(&format!("holder-{number}"));
            leases.push(self.lease(&holder, reach).await);
        }
        leases
    }
}

pub(super) fn holder(name: &str) -> NodeHolder {
    NodeHolder::parse(name).expect("a name")
}

pub(super) fn number(number: u8) -> NodeNumber {
    NodeNumber::new(number).expect("a node number")
}

/// What a process asks for that has made no ids yet.
pub(super) const fn fresh(now: Timestamp) -> Reach {
    used(now, Timestamp::from_millis(0))
}

/// What a process asks for that has made ids before `not_before`.
pub(super) const fn used(now: Timestamp, not_before: Timestamp) -> Reach {
    Reach {
        now,
        not_before,
        millis: TERM,
    }
}

pub(super) fn leased(grant: Grant) -> Lease {
    match grant {
        Grant::Leased(lease) => lease,
        Grant::Taken { holder, until } => panic!("{holder} has it until {until:?}"),
    }
}
