mod stats;

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

pub use self::stats::HashingStats;
use self::stats::Meter;
use super::{PasswordHash, PasswordHasher};
use crate::{Error, Password};

/// So many callers may wait for their turn; the next is told [`Error::Busy`]. At 20 hashes a second and core the last of
/// them waits a few seconds, which is as long as a person does.
const QUEUE: usize = 256;

/// bcrypt over the SHA-256 digest of the password (bcrypt alone stops reading after 72 bytes), on tokio's blocking
/// threads, half as many at a time as there are cores, so that logins never starve everything else.
#[derive(Debug)]
pub struct BcryptHasher {
    cost: u32,
    threads: usize,
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    meter: Arc<Meter>,
    /// A well-formed hash of nothing, checked where there is no account.
    decoy: String,
}

/// A cost outside 4 to 31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("bcrypt cost {0} is out of range: 4 to 31")]
pub struct InvalidCost(pub u32);

impl BcryptHasher {
    /// A hasher of a cost: 2^cost rounds; 10 takes about 50 ms.
    ///
    /// # Errors
    /// [`InvalidCost`] outside 4 to 31.
    pub fn new(cost: u32) -> Result<Self, InvalidCost> {
        if !(4..=31).contains(&cost) {
            return Err(InvalidCost(cost));
        }
        Ok(Self::of(cost))
    }

    fn of(cost: u32) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = (cores / 2).max(1);
        Self {
            cost,
            threads,
            running: Arc::new(Semaphore::new(threads)),
            admitted: Arc::new(Semaphore::new(threads + QUEUE)),
            meter: Arc::default(),
            decoy: format!("$2b${cost:02}${}", ".".repeat(53)),
        }
    }

    /// What it is doing, and what it has done since it was made.
    #[must_use]
    pub fn stats(&self) -> HashingStats {
        let running = self.threads - self.running.available_permits();
        let admitted = self.threads + QUEUE - self.admitted.available_permits();
        HashingStats {
            threads: self.threads,
            running,
            // Who was admitted last may not have come to either yet.
            waiting: admitted.saturating_sub(running),
            refused: self.meter.refused(),
            micros: self.meter.micros(),
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, bcrypt::BcryptError> + Send + 'static,
    ) -> Result<T, Error> {
        let admitted = Arc::clone(&self.admitted);
        let admitted = admitted.try_acquire_owned().map_err(|_| {
            self.meter.count_refused();
            Error::Busy
        })?;
        let running = Arc::clone(&self.running).acquire_owned().await;
        let running = running.map_err(|error| Error::Hashing(error.into()))?;
        // A caller who goes away cannot stop the thread: the places go with the work, not with the caller.
        let meter = Arc::clone(&self.meter);
        let bounded = move || {
            let _places = (admitted, running);
            meter.time(work)
        };
        tokio::task::spawn_blocking(bounded)
            .await
            .map_err(|error| Error::Hashing(error.into()))?
            .map_err(|error| Error::Hashing(error.into()))
    }
}

/// A hasher of cost 10.
impl Default for BcryptHasher {
    fn default() -> Self {
        Self::of(10)
    }
}

/// 44 characters without NUL, whatever the password's length: bcrypt reads all of it.
fn digest(password: &Password) -> String {
    STANDARD.encode(Sha256::digest(password.reveal()))
}

#[async_trait]
impl PasswordHasher for BcryptHasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, Error> {
        let cost = self.cost;
        self.run(move || bcrypt::hash(digest(&password), cost))
            .await
            .map(PasswordHash)
    }

    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Error> {
        let exists = hash.is_some();
        let hash = hash.map_or_else(|| self.decoy.clone(), |hash| hash.0);
        let matches = self
            .run(move || bcrypt::verify(digest(&password), &hash))
            .await?;
        Ok(matches && exists)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher() -> BcryptHasher {
        BcryptHasher::new(4).unwrap()
    }

    #[tokio::test]
    async fn passwords_that_differ_only_after_byte_72_are_different() {
        let (one, other) = (
            Password::presented(&"密".repeat(32)),
            Password::presented(&format!("{}码", "密".repeat(31))),
        );
        let hash = hasher().hash(one.clone()).await.unwrap();
        assert!(hasher().verify(one, Some(hash.clone())).await.unwrap());
        assert!(!hasher().verify(other, Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn without_an_account_a_hash_of_the_same_cost_is_checked_and_the_answer_is_no() {
        let hasher = hasher();
        assert!(
            !hasher
                .verify(Password::presented("anything"), None)
                .await
                .unwrap()
        );
        let parts: bcrypt::HashParts = hasher.decoy.parse().unwrap();
        assert_eq!(parts.get_cost(), 4);
    }

    #[tokio::test]
    async fn a_stored_hash_that_cannot_be_read_is_an_error_and_not_a_no() {
        let broken = Some(PasswordHash::new("not a hash"));
        let answer = hasher().verify(Password::presented("secret"), broken).await;
        assert!(matches!(answer, Err(Error::Hashing(_))));
    }

    #[tokio::test]
    async fn a_full_queue_answers_busy_at_once() {
        let hasher = hasher();
        let all = u32::try_from(hasher.admitted.available_permits()).unwrap();
        let _taken = hasher.admitted.acquire_many(all).await.unwrap();
        assert!(matches!(
            hasher.hash(Password::presented("secret")).await,
            Err(Error::Busy)
        ));
        let stats = hasher.stats();
        assert_eq!((stats.refused, stats.micros.count()), (1, 0));
    }

    #[tokio::test]
    async fn a_caller_who_goes_away_does_not_make_room_while_the_hash_is_still_made() {
        let hasher = hasher();
        let all = hasher.admitted.available_permits();
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let mut caller = Box::pin(hasher.run(move || {
            // Answers once the sender is dropped below.
            let _ = wait.recv();
            Ok(())
        }));
        assert!(
            std::future::poll_fn(|context| std::task::Poll::Ready(caller.as_mut().poll(context)))
                .await
                .is_pending()
        );
        drop(caller);
        assert_eq!(hasher.admitted.available_permits(), all - 1);
        let stats = hasher.stats();
        assert_eq!((stats.running, stats.waiting), (1, 0));
        drop(release);
        let everybody = u32::try_from(all).unwrap();
        drop(hasher.admitted.acquire_many(everybody).await.unwrap());
        let stats = hasher.stats();
        assert_eq!((stats.running, stats.waiting), (0, 0));
        assert_eq!(stats.micros.count(), 1);
    }

    #[test]
    fn the_cost_is_4_to_31() {
        assert_eq!(BcryptHasher::new(3).err(), Some(InvalidCost(3)));
        assert_eq!(BcryptHasher::new(32).err(), Some(InvalidCost(32)));
    }
}
