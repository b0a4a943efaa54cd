//! How fast a body has to come where a place depends on it.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::api::BodyTooSlow;

/// So long it may come at any rate.
const GRACE: Duration = Duration::from_secs(10);

/// So many it has to have on average behind that: 256 kbit/s, which any phone sends that could upload a video at all.
const BYTES_PER_SECOND: u64 = 32 << 10;

/// What came so far, and how long that was waited for: time in which nobody asks for more does not count.
#[derive(Debug, Default)]
pub(super) struct Pace {
    bytes: u64,
    waited: Duration,
}

impl Pace {
    /// Waits for what comes next.
    ///
    /// # Errors
    /// [`BodyTooSlow`] once it has come too slowly on average.
    pub(super) async fn wait<T>(
        &mut self,
        coming: impl Future<Output = T>,
    ) -> Result<T, BodyTooSlow> {
        let begun = Instant::now();
        let came = timeout(self.left(), coming).await;
        self.waited += begun.elapsed();
        came.map_err(|_elapsed| BodyTooSlow)
    }

    /// So many bytes have come.
    pub(super) const fn count(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
    }

    fn left(&self) -> Duration {
        let earned = self.bytes.saturating_mul(1_000) / BYTES_PER_SECOND;
        (GRACE + Duration::from_millis(earned)).saturating_sub(self.waited)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::time::sleep;

    use super::*;

    /// How many seconds it takes until so many bytes a second are too slow; 1,000 where they never are.
    async fn seconds_of(bytes_a_second: usize) -> usize {
        let mut pace = Pace::default();
        for second in 0..1_000 {
            let coming = sleep(Duration::from_secs(1));
            if pace.wait(coming).await.is_err() {
                return second;
            }
            pace.count(bytes_a_second);
        }
        1_000
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_slowly_ends_after_a_while_and_what_keeps_pace_never() {
        assert_eq!(seconds_of(0).await, 10);
        // Each second of 13 KiB earns 0.41 seconds.
        assert_eq!(seconds_of(13 << 10).await, 16);
        assert_eq!(seconds_of(32 << 10).await, 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_nobody_asked_for_more_does_not_count() {
        let mut pace = Pace::default();
        for _ in 0..5 {
            sleep(Duration::from_mins(1)).await;
            assert_eq!(pace.wait(ready(())).await, Ok(()));
        }
        let begun = Instant::now();
        assert_eq!(pace.wait(pending::<()>()).await, Err(BodyTooSlow));
        assert_eq!(begun.elapsed(), GRACE);
        // Late, though here already.
        assert_eq!(pace.wait(ready(())).await, Ok(()));
    }
}
