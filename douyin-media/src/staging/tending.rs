use std::convert::Infallible;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::{Claimed, SweepError};
use crate::{MediaError, MediaStorage};

/// How often it is looked whether there is something to do.
const EVERY: Duration = Duration::from_secs(5);

impl MediaStorage {
    /// Finds out when a bucket that was away is back, and then removes what could not be removed meanwhile: unwanted uploads of this
    /// process, and what a [`sweep`](Self::sweep) stopped at. For ever: to be polled for as long as a server runs.
    pub async fn tend<E>(&self, is_named: impl AsyncFn(Claimed) -> Result<bool, E>) -> Infallible {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.tend_once(&is_named).await;
        }
    }

    async fn tend_once<E>(&self, is_named: &impl AsyncFn(Claimed) -> Result<bool, E>) {
        if self.is_away() {
            match self.check().await {
                Ok(()) => tracing::info!("the media storage is back"),
                Err(MediaError::Away(_)) => return,
                Err(error) => {
                    tracing::error!(%error, "the media storage is back but cannot be used");
                    return;
                }
            }
        }
        let left = std::mem::take(&mut *self.left());
        for unwanted in left {
            if unwanted.discard(self).await.is_err() {
                self.left().push(unwanted);
            }
        }
        if self.is_sweep_due() {
            match self.sweep(is_named).await {
                Ok(_) | Err(SweepError::Media(MediaError::Away(_))) => {}
                Err(SweepError::Media(error)) => {
                    tracing::warn!(%error, "unfinished uploads are settled later");
                }
                Err(SweepError::Named(_)) => {
                    tracing::warn!("whether a row names unfinished uploads is asked later");
                }
            }
        }
    }
}
