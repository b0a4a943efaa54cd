//! Opening a store for a case, or saying that there is none.

use std::io::Write as _;
use std::sync::Arc;

use crate::Store;

/// What a suite is given for a case: an empty store, and a guard that is dropped after it.
///
/// As an `Option`, `None` says that the server which the store needs is not there.
pub trait Opened<S = Arc<dyn Store>> {
    /// What lives as long as the store.
    type Guard;

    /// The guard and the store, if there is one.
    fn opened(self) -> Option<(Self::Guard, S)>;
}

impl<G, S> Opened<S> for (G, S) {
    type Guard = G;

    fn opened(self) -> Option<(G, S)> {
        Some(self)
    }
}

impl<G, S> Opened<S> for Option<(G, S)> {
    type Guard = G;

    fn opened(self) -> Self {
        self
    }
}

/// Opens a store, or whatever else a test needs a server for; without one it says so, past what hides the output of tests.
///
/// # Panics
/// Where there is none and the environment variable `CI` is `true`.
pub async fn open<S, O: Opened<S>>(
    case: &'static str,
    open: impl AsyncFnOnce(&'static str) -> O,
) -> Option<(O::Guard, S)> {
    let opened = open(case).await.opened();
    if opened.is_none() {
        let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!in_ci, "no server for {case}, and CI skips nothing");
        // Written past the capture of the test harness, which hides what a passing test prints.
        let mut stderr = std::io::stderr().lock();
        writeln!(stderr, "SKIPPED {case}: no server").expect("standard error can be written");
    }
    opened
}
