use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::granted::Granted;
use super::{IdSource, NoIds};
use crate::port::{Grant, Lease, NodeHolder, Nodes, Reach};
use crate::{Clock, NodeNumber, StoreError, Timestamp};

/// Time-ordered ids in the ranges of a leased node number: unlike any id that another process makes, and none older than one
/// before it, whatever clocks do. The layout is that of [`TimeOrderedIds`](super::TimeOrderedIds).
///
/// It makes ids as long as it has a range that reaches beyond the present instant. Without one (nothing was leased yet, the
/// lease was lost, or the store is away for so long that the range ended) it refuses with [`NoIds`].
///
/// Something has to extend the lease, about every third of the reserve, and lease again where it is lost. Core has no
/// timer, so that is up to whoever has one:
///
/// ```text
/// let ids = Arc::new(LeasedIds::new(nodes, clock, LeasedIds::RESERVE_MILLIS));
/// ids.lease(&holder, None).await?;
/// loop {
///     tokio::select! {
///         () = sleep(Duration::from_secs(5)) => {}
///         () = ids.running_low() => {}
///     }
///     match ids.extend().await {
///         Ok(Extension::Extended) => {}
///         Ok(Extension::Lost) => drop(ids.lease(&another_holder(), None).await?),
///         Err(error) => …, // log it, and try again in a second
///     }
/// }
/// ```
///
/// `ids` is what [`DouyinBuilder::ids`](crate::DouyinBuilder::ids) takes. At the end, [`release`](Self::release) gives the number
/// back.
pub struct LeasedIds {
    nodes: Arc<dyn Nodes>,
    clock: Arc<dyn Clock>,
    reserve_millis: i64,
    granted: Mutex<Granted>,
}

/// What became of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Extension {
    /// It reaches further.
    Extended,
    /// There is none, or not any more: no ids are made. A process of the same name may have taken it, which a copy of a data
    /// folder or a virtual machine has, so lease again under another name.
    Lost,
}

impl LeasedIds {
    /// 15 seconds: a server goes on without its database for 10 to 15 s where it extends every 5 s, and a number whose holder
    /// is gone can be taken by another after so long.
    pub const RESERVE_MILLIS: i64 = 15_000;

    /// A source that has no lease yet, and reserves ranges of so many milliseconds. A millisecond has 128 ids.
    pub fn new(nodes: Arc<dyn Nodes>, clock: Arc<dyn Clock>, reserve_millis: i64) -> Self {
        Self {
            nodes,
            clock,
            reserve_millis,
            granted: Mutex::default(),
        }
    }

    /// Leases a number, and makes ids with it from then on: see [`Nodes::lease`]. Where it is taken nothing changes.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn lease(
        &self,
        holder: &NodeHolder,
        wanted: Option<NodeNumber>,
    ) -> Result<Grant, StoreError> {
        let grant = self.nodes.lease(holder, wanted, self.reach()).await?;
        if let Grant::Leased(lease) = &grant {
            self.granted().begin(lease.clone());
        }
        Ok(grant)
    }

    /// Reserves more of the leased number.
    ///
    /// A lease that is lost ends at once. The rest of its range is nobody else's, so that using it up would make no duplicate;
    /// but somebody who took the number takes this process for gone, and then it should not go on as if nothing had happened.
    ///
    /// # Errors
    /// Those of the store. The range that there is stays.
    pub async fn extend(&self) -> Result<Extension, StoreError> {
        let Some(lease) = self.current() else {
            return Ok(Extension::Lost);
        };
        if let Some(extended) = self.nodes.extend(&lease, self.reach()).await? {
            self.granted().extend(&extended);
            Ok(Extension::Extended)
        } else {
            self.granted().end(&lease);
            Ok(Extension::Lost)
        }
    }

    /// Stops making ids, and gives the number and the rest of the range back.
    ///
    /// # Errors
    /// Those of the store; the number is then free when the lease expires.
    pub async fn release(&self) -> Result<(), StoreError> {
        let Some(lease) = self.current() else {
            return Ok(());
        };
        let unused_from = {
            let mut granted = self.granted();
            granted.end(&lease);
            granted.unused_from()
        };
        self.nodes.release(&lease, unused_from).await
    }

    /// Resolves when less than half of the reserve is left, or an id was refused, and the lease was not extended since: more
    /// than 128 ids a millisecond were made, or the clock stands still or has stepped. For one caller at a time.
    pub async fn running_low(&self) {
        poll_fn(|context| self.granted().poll_low(context)).await;
    }

    /// The leased number; `None` without a lease.
    #[must_use]
    pub fn number(&self) -> Option<NodeNumber> {
        self.granted().lease().map(|lease| lease.number)
    }

    /// Whether it can make an id right now.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.granted().reaches(self.clock.now())
    }

    fn current(&self) -> Option<Lease> {
        self.granted().lease().cloned()
    }

    fn reach(&self) -> Reach {
        Reach {
            now: self.clock.now(),
            not_before: self.granted().unused_from(),
            millis: self.reserve_millis,
        }
    }

    /// A lock rather than atomics: a range and what is used of it change together. An id takes 34 ns, 51 ns where two threads make
    /// nothing else; one of `TimeOrderedIds`, which has an atomic, 22 ns.
    fn granted(&self) -> MutexGuard<'_, Granted> {
        // Nothing that is done while it is held can panic half-way.
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IdSource for LeasedIds {
    fn next_id(&self, now: Timestamp) -> Result<i64, NoIds> {
        let (id, waiting) = self.granted().next_id(now, self.reserve_millis / 2);
        if let Some(waiting) = waiting {
            waiting.wake();
        }
        id
    }
}
