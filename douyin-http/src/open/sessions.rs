//! Keeps up with which sessions have ended, on whatever server.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use douyin_core::{Clock, RevocationPosition, Sessions, StoreError};
use tokio::time::{Instant, sleep};

use crate::api::Revocations;
use crate::error_chain::chain;

/// How often the store is asked, so that a session which ended on one server has ended on all within a second.
const INTERVAL: Duration = Duration::from_millis(500);

/// A server that has heard nothing for so long is not ready: elsewhere sessions may have ended that it accepts.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// How often what has expired is forgotten, here and in the store.
const TIDYING: Duration = Duration::from_mins(1);

/// So many are read at once.
const PAGE: u32 = 5_000;

/// At most so many are removed at once, and so often in a row.
const FORGOTTEN_AT_ONCE: u32 = 1_000;
const FORGETTING_ROUNDS: u32 = 10;

/// For too long it could not be found out which sessions have ended elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot find out which sessions have ended elsewhere")]
pub struct Deaf;

/// Reads from a store what has ended, from the first on, and keeps [`Revocations`] up to date with it.
///
/// Where the store cannot be asked, what is known stays so and requests go on being served; after ten seconds
/// [it is deaf](Self::is_deaf).
pub struct SessionKeeper {
    store: Arc<dyn Sessions>,
    clock: Arc<dyn Clock>,
    known: Arc<Revocations>,
    heard: Mutex<Heard>,
}

#[derive(Debug, Clone, Copy)]
struct Heard {
    /// Up to where.
    last: RevocationPosition,
    /// When it was found that there was nothing more.
    at: Instant,
}

impl SessionKeeper {
    /// Reads all that there is: from then on the server may accept tokens.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn start(
        store: Arc<dyn Sessions>,
        clock: Arc<dyn Clock>,
        known: Arc<Revocations>,
    ) -> Result<Self, StoreError> {
        let heard = Heard {
            last: RevocationPosition::START,
            at: Instant::now(),
        };
        let keeper = Self {
            store,
            clock,
            known,
            heard: Mutex::new(heard),
        };
        keeper.catch_up().await?;
        Ok(keeper)
    }

    /// What it keeps up to date.
    #[must_use]
    pub const fn known(&self) -> &Arc<Revocations> {
        &self.known
    }

    /// Whether it has not been able to ask for ten seconds.
    #[must_use]
    pub fn is_deaf(&self) -> bool {
        self.heard().at.elapsed() > LONGEST_SILENCE
    }

    /// Asks every half second, and whenever somebody [wants it to](Revocations::ask_now), for ever. What has expired is removed beside
    /// that: a store that writes slowly keeps nobody from hearing.
    pub async fn keep(&self) -> Infallible {
        let tidying = async {
            loop {
                sleep(TIDYING).await;
                self.tidy().await;
            }
        };
        tokio::select! {
            never = self.follow() => never,
            never = tidying => never,
        }
    }

    async fn follow(&self) -> Infallible {
        let mut is_failing = false;
        loop {
            tokio::select! {
                () = sleep(INTERVAL) => {}
                () = self.known.asked() => {}
            }
            match self.catch_up().await {
                Ok(()) if is_failing => {
                    is_failing = false;
                    tracing::info!("knows again which sessions have ended elsewhere");
                }
                Ok(()) => {}
                Err(error) if is_failing => {
                    tracing::debug!(cause = chain(&error), "the store still cannot be asked");
                }
                Err(error) => {
                    is_failing = true;
                    tracing::warn!(
                        cause = chain(&error),
                        "cannot find out which sessions have ended elsewhere; those that are known stay ended"
                    );
                }
            }
        }
    }

    /// Learns all that was ended since it last asked.
    async fn catch_up(&self) -> Result<(), StoreError> {
        let mut last = self.heard().last;
        loop {
            let page = self.store.revocations(last, PAGE).await?;
            let now = self.clock.now();
            for revocation in page.iter().filter(|new| new.expires_at > now) {
                self.known.learn(revocation);
            }
            last = page.last().map_or(last, |newest| newest.position);
            self.heard().last = last;
            if page.len() < PAGE as usize {
                self.heard().at = Instant::now();
                return Ok(());
            }
        }
    }

    /// Forgets what has expired. Every server does so: what another one has removed is gone.
    async fn tidy(&self) {
        let now = self.clock.now();
        self.known.forget_expired(now);
        for _ in 0..FORGETTING_ROUNDS {
            match self.store.forget_revocations(now, FORGOTTEN_AT_ONCE).await {
                Ok(removed) if removed >= u64::from(FORGOTTEN_AT_ONCE) => {}
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(
                        cause = chain(&error),
                        "revocations that have expired stay until the next time"
                    );
                    return;
                }
            }
        }
    }

    /// Nothing under this lock can leave it half done.
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
