use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Failures in a row after which nothing is tried for a while. A service that merely asks for less (503 now and then) is
/// told apart by what succeeds in between.
const FAILURES: u32 = 3;

/// How long nothing is tried at first; twice as long after each attempt that fails, up to the longest.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A circuit breaker: after a few failures in a row everybody is refused at once, but for one at a time, after a wait, who finds
/// out whether that is still right.
///
/// The crates for it (`recloser` 1.4, `failsafe` 1.3) let everybody through while they find out: with a service that does not
/// answer, each such time all requests would wait for the time limit.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    open: Option<Open>,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    wait: Duration,
    retry_at: Instant,
    /// Somebody is finding out.
    is_probed: bool,
}

/// Leave to try. It says how that came out, or is dropped where nobody waited for it.
#[derive(Debug)]
pub(super) struct Attempt<'a> {
    breaker: &'a Breaker,
    is_probe: bool,
}

impl Breaker {
    /// Leave to try something now; `None` where it would be in vain.
    pub(super) fn attempt(&self) -> Option<Attempt<'_>> {
        let is_probe = self.with(|state| match &mut state.open {
            None => Some(false),
            Some(open) if open.is_probed || Instant::now() < open.retry_at => None,
            Some(open) => {
                open.is_probed = true;
                Some(true)
            }
        })?;
        Some(Attempt {
            breaker: self,
            is_probe,
        })
    }

    /// Whether it refuses, or would but for one.
    pub(super) fn is_open(&self) -> bool {
        self.with(|state| state.open.is_some())
    }

    /// Whether the last attempt that came to an end failed.
    pub(super) fn is_failing(&self) -> bool {
        self.with(|state| state.failures > 0)
    }

    /// Whether an attempt would be refused.
    pub(super) fn refuses(&self) -> bool {
        self.with(|state| {
            (state.open).is_some_and(|open| open.is_probed || Instant::now() < open.retry_at)
        })
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        // Nothing in here panics halfway.
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Attempt<'_> {
    pub(super) fn succeeded(self) {
        self.breaker.with(|state| *state = State::default());
    }

    pub(super) fn failed(self) {
        self.breaker.with(|state| {
            state.failures = state.failures.saturating_add(1);
            let wait = match state.open {
                // Those that were under way when it opened say nothing new.
                Some(_) if !self.is_probe => return,
                Some(open) => (open.wait * 2).min(LONGEST_WAIT),
                None if state.failures < FAILURES => return,
                None => SHORTEST_WAIT,
            };
            state.open = Some(Open {
                wait,
                retry_at: Instant::now() + wait,
                is_probed: false,
            });
        });
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.is_probe {
            self.breaker.with(|state| {
                if let Some(open) = &mut state.open {
                    open.is_probed = false;
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn fail(breaker: &Breaker, times: u32) {
        for _ in 0..times {
            breaker.attempt().unwrap().failed();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn failures_in_a_row_close_the_way_and_others_do_not() {
        let breaker = Breaker::default();
        for _ in 0..10 {
            fail(&breaker, FAILURES - 1);
            assert!(breaker.is_failing() && !breaker.is_open());
            breaker.attempt().unwrap().succeeded();
            assert!(!breaker.is_failing());
        }
        fail(&breaker, FAILURES);
        assert!(breaker.is_open() && breaker.refuses() && breaker.attempt().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn one_at_a_time_finds_out_and_a_success_lets_everybody_through() {
        let breaker = Breaker::default();
        fail(&breaker, FAILURES);
        advance(SHORTEST_WAIT).await;
        assert!(!breaker.refuses());
        let probe = breaker.attempt().unwrap();
        assert!(breaker.attempt().is_none() && breaker.refuses());
        probe.succeeded();
        assert!(!breaker.is_open());
        let both = (breaker.attempt(), breaker.attempt());
        assert!(both.0.is_some() && both.1.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_doubles_up_to_the_longest() {
        let breaker = Breaker::default();
        fail(&breaker, FAILURES);
        let mut wait = SHORTEST_WAIT;
        for _ in 0..8 {
            advance(wait.checked_sub(Duration::from_millis(1)).unwrap()).await;
            assert!(breaker.attempt().is_none());
            advance(Duration::from_millis(1)).await;
            breaker.attempt().unwrap().failed();
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        assert_eq!(wait, LONGEST_WAIT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_nobody_waited_for_leaves_it_to_the_next() {
        let breaker = Breaker::default();
        fail(&breaker, FAILURES);
        advance(SHORTEST_WAIT).await;
        drop(breaker.attempt().unwrap());
        assert!(breaker.attempt().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn late_failures_of_before_do_not_prolong_the_wait_and_a_late_success_ends_it() {
        let breaker = Breaker::default();
        let [one, other] = [(); 2].map(|()| breaker.attempt().unwrap());
        fail(&breaker, FAILURES);
        advance(SHORTEST_WAIT.checked_sub(Duration::from_millis(1)).unwrap()).await;
        one.failed();
        advance(Duration::from_millis(1)).await;
        assert!(!breaker.refuses());
        other.succeeded();
        assert!(!breaker.is_open());
    }
}
