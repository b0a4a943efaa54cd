//! The node number of this process.

mod slot;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use douyin_core::{
    Clock, Extension, Grant, Lease, LeasedIds, NodeHolder, NodeNumber, Nodes, StoreError, Timestamp,
};
use tokio::time::{Instant, sleep};

use self::slot::Slot;
use super::OpenError;

/// Leaves two more tries before a range ends.
const EXTEND_EVERY: Duration = Duration::from_millis(LeasedIds::RESERVE_MILLIS.unsigned_abs() / 3);
/// How soon what failed is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long a start waits for the number of a server that seems to be gone: its lease has ended by then.
const PATIENCE: Duration = Duration::from_millis(LeasedIds::RESERVE_MILLIS.unsigned_abs() + 5_000);
/// More than killed servers and seeds bring about.
const FAR_AHEAD_MILLIS: i64 = 600_000;

/// A node number that is leased from the store, and the ids that are made with it.
pub struct Node {
    ids: Arc<LeasedIds>,
    clock: Arc<dyn Clock>,
    wanted: Option<NodeNumber>,
    slot: Mutex<Slot>,
}

impl Node {
    /// Leases a number: the wanted one, or else one that is free, and the one that this process had before it was started again
    /// if it had one. `ids_at_once` are going to be made faster than 128 in a millisecond.
    ///
    /// Waits for a number whose holder seems to be gone until its lease ends.
    ///
    /// # Errors
    /// [`OpenError::NodeTaken`] where another process has it; [`OpenError::Slot`] where this process cannot keep its name in the
    /// data folder; [`OpenError::Lease`] where the store fails.
    pub async fn lease(
        nodes: Arc<dyn Nodes>,
        clock: Arc<dyn Clock>,
        data_dir: &Path,
        wanted: Wanted,
        ids_at_once: u64,
    ) -> Result<Self, OpenError> {
        let slot = Slot::take(data_dir)?;
        let reserve = LeasedIds::RESERVE_MILLIS + i64::try_from(ids_at_once / 128).unwrap_or(0);
        let node = Self {
            ids: Arc::new(LeasedIds::new(nodes, Arc::clone(&clock), reserve)),
            clock,
            wanted: match wanted {
                Wanted::Any => None,
                Wanted::This(number) => Some(number),
                Wanted::OfTheSlot => Some(slot.number()),
            },
            slot: Mutex::new(slot),
        };
        node.wait_for_number().await?;
        Ok(node)
    }

    async fn wait_for_number(&self) -> Result<(), OpenError> {
        let mut seen: Option<(NodeHolder, Timestamp)> = None;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let (holder, until) = match self.ask().await? {
                Grant::Leased(lease) => {
                    self.tell_of(&lease);
                    return Ok(());
                }
                Grant::Taken { holder, until } => (holder, until),
            };
            let is_alive = seen
                .as_ref()
                .is_some_and(|(who, when)| *who == holder && until > *when);
            if is_alive || Instant::now() >= deadline {
                let wanted = self.wanted;
                return Err(OpenError::NodeTaken { wanted, holder });
            }
            if seen.is_none() {
                tracing::warn!(
                    %holder,
                    "another server has the node number; it is taken over if it is not leased again"
                );
            }
            seen = Some((holder, until));
            sleep(RETRY_AFTER).await;
        }
    }

    async fn ask(&self) -> Result<Grant, OpenError> {
        let grant = self.ids.lease(&self.holder(), self.wanted).await;
        grant.map_err(OpenError::Lease)
    }

    /// What makes the ids.
    #[must_use]
    pub fn ids(&self) -> &Arc<LeasedIds> {
        &self.ids
    }

    /// Keeps the number, or leases another one where it is lost, for ever. Without it ids end when the range does.
    pub async fn keep(&self) -> Infallible {
        let mut failing = false;
        loop {
            if failing {
                sleep(RETRY_AFTER).await;
            } else {
                tokio::select! {
                    () = sleep(EXTEND_EVERY) => {}
                    () = self.ids.running_low() => {}
                }
            }
            failing = match self.extend_or_lease().await {
                Ok(()) => {
                    if failing {
                        tracing::info!("the node number is leased again");
                    }
                    false
                }
                Err(error) => {
                    if !failing {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "the lease of the node number cannot be extended; no ids are made from its end on"
                        );
                    }
                    true
                }
            };
        }
    }

    async fn extend_or_lease(&self) -> Result<(), OpenError> {
        let number = self.ids.number();
        match self.ids.extend().await.map_err(OpenError::Lease)? {
            Extension::Extended => Ok(()),
            Extension::Lost => {
                if let Some(number) = number {
                    tracing::error!(node = %number, "another server has taken the node number");
                    self.slot().rename()?;
                }
                match self.ask().await? {
                    Grant::Leased(lease) => {
                        self.tell_of(&lease);
                        Ok(())
                    }
                    Grant::Taken { holder, .. } => {
                        let wanted = self.wanted;
                        Err(OpenError::NodeTaken { wanted, holder })
                    }
                }
            }
        }
    }

    /// Makes no more ids, and gives the number back.
    ///
    /// # Errors
    /// Those of the store; the number is then free when its lease ends.
    pub async fn release(&self) -> Result<(), StoreError> {
        self.ids.release().await
    }

    fn tell_of(&self, lease: &Lease) {
        tracing::info!(node = %lease.number, holder = %lease.holder, "leased a node number");
        let ahead = lease.from.as_millis() - self.clock.now().as_millis();
        if ahead > FAR_AHEAD_MILLIS {
            tracing::warn!(
                seconds = ahead / 1_000,
                "new ids are ahead of the clock, because older ones are: is it right?"
            );
        }
    }

    fn holder(&self) -> NodeHolder {
        self.slot().holder().clone()
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        // A slot is as good as before whatever panicked.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which number is to be leased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Any.
    Any,
    /// This one and no other.
    This(NodeNumber),
    /// One that no other process on the same data folder has, for stores that other processes do not see: they may still share
    /// the media.
    OfTheSlot,
}
