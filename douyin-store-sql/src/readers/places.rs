use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::Error;

/// The right to run a statement.
pub(super) type Place = OwnedSemaphorePermit;

/// How many may run a statement, how many may wait for that, and for how long.
pub(super) struct Places {
    free: Arc<Semaphore>,
    size: u32,
    queue: Semaphore,
    queue_size: usize,
    longest_wait: Duration,
}

impl Places {
    pub(super) fn new(size: u32, queue: usize, longest_wait: Duration) -> Self {
        let queue_size = queue.min(Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(size as usize)),
            size,
            queue: Semaphore::new(queue_size),
            queue_size,
            longest_wait,
        }
    }

    pub(super) async fn take(&self) -> Result<Place, Error> {
        if let Ok(place) = Arc::clone(&self.free).try_acquire_owned() {
            return Ok(place);
        }
        let _waiting = self.queue.try_acquire().map_err(|_| Error::TooManyReads)?;
        let place = Arc::clone(&self.free).acquire_owned();
        timeout(self.longest_wait, place)
            .await
            .map_err(|_| Error::TooSlow)?
            .map_err(|_| Error::Closed)
    }

    /// Waits until all are free; from then on there is none.
    pub(super) async fn close(&self) {
        // Fails if they are closed already.
        if let Ok(all) = self.free.acquire_many(self.size).await {
            self.free.close();
            drop(all);
        }
    }

    /// How many there are.
    pub(super) fn size(&self) -> usize {
        self.size as usize
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        self.size().saturating_sub(self.free.available_permits())
    }

    /// How many wait for one.
    pub(super) fn waiting(&self) -> usize {
        self.queue_size
            .saturating_sub(self.queue.available_permits())
    }

    #[cfg(all(test, feature = "sqlite"))]
    pub(super) fn free(&self) -> usize {
        self.free.available_permits()
    }
}
