use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::api::Failure;

/// How long what was found out holds.
const HOLDS: Duration = Duration::from_secs(1);

/// What was found out last. Those who ask while it is being found out wait for the same answer.
#[derive(Default)]
pub(super) struct Verdict(Mutex<Option<(Instant, Result<(), Failure>)>>);

impl Verdict {
    /// The verdict, found out by `find_out` where there is none that holds. A caller who goes away leaves it to the next one.
    pub(super) async fn of(
        &self,
        find_out: impl Future<Output = Result<(), Failure>>,
    ) -> Result<(), Failure> {
        let mut last = self.0.lock().await;
        match &*last {
            Some((found, verdict)) if found.elapsed() < HOLDS => verdict.clone(),
            _ => {
                let verdict = find_out.await;
                *last = Some((Instant::now(), verdict.clone()));
                verdict
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::time::{advance, sleep};

    use super::*;
    use crate::api::Status;

    /// Answers in turn that all is well and that it is not, after a while, and counts how often it is asked.
    #[derive(Default)]
    struct Probe {
        asked: AtomicU32,
    }

    impl Probe {
        async fn ask(&self) -> Result<(), Failure> {
            let before = self.asked.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis(100)).await;
            match before % 2 {
                0 => Ok(()),
                _ => Err(Failure::new(Status::Unavailable)),
            }
        }

        fn asked(&self) -> u32 {
            self.asked.load(Ordering::Relaxed)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_verdict_of_either_kind_holds_for_a_second() {
        let (verdict, probe) = (Verdict::default(), Probe::default());
        for (asked, good) in [(1, true), (2, false), (3, true)] {
            assert_eq!(verdict.of(probe.ask()).await.is_ok(), good);
            advance(Duration::from_millis(999)).await;
            assert_eq!(verdict.of(probe.ask()).await.is_ok(), good);
            assert_eq!(probe.asked(), asked);
            advance(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn many_who_ask_at_once_cost_one_look_and_one_who_goes_away_harms_nobody() {
        let (verdict, probe) = (Verdict::default(), Probe::default());
        let hasty = tokio::time::timeout(Duration::from_millis(1), verdict.of(probe.ask())).await;
        assert!(hasty.is_err());
        let three = tokio::join!(
            verdict.of(probe.ask()),
            verdict.of(probe.ask()),
            verdict.of(probe.ask())
        );
        // The second look, after the one that nobody waited for.
        assert!(three.0.is_err() && three.1.is_err() && three.2.is_err());
        assert_eq!(probe.asked(), 2);
    }
}
