//! Compares a store with another one: both are given the same random histories of operations, and must answer the same.
//!
//! Few users and videos, so that operations meet; instants that collide and go backwards. One operation runs after the other:
//! what happens at the same time has no one right answer, and is the suite's matter.
//!
//! ```text
//! #[test]
//! fn it_answers_as_the_memory_store_does() {
//!     douyin_core::conformance::model::compare(async |_| ((), Arc::new(MemStore::new()) as _), open);
//! }
//! ```
//!
//! `DOUYIN_MODEL_HISTORIES` says how many histories are tried (32), `DOUYIN_MODEL_OPERATIONS` how long each is (200),
//! `DOUYIN_MODEL_SEED` where they begin (anywhere). A failure prints the shortest history that it could find and the seed
//! that brings it back.

mod answer;
mod operation;

use std::env;
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::str::FromStr;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use self::answer::Players;
use self::operation::Operation;
use super::opened::{self, Opened};
use crate::{Store, StoreError};

/// How a reproduction is asked for.
const SEED: &str = "DOUYIN_MODEL_SEED";
const HISTORIES: &str = "DOUYIN_MODEL_HISTORIES";
const OPERATIONS: &str = "DOUYIN_MODEL_OPERATIONS";

/// Histories that are tried in search of a shorter one that fails too.
const SHRINKING: u32 = 2_000;

/// Compares the store that `tested` opens with the one that `reference` opens, both fresh and empty for each history.
///
/// It runs on a tokio runtime of its own: call it outside of any. Where `tested` has no server, it is skipped like a case
/// of the suite.
///
/// # Panics
/// Where the stores answer differently, or counters disagree with their rows in the end.
pub fn compare<R: Opened, T: Opened>(
    reference: impl AsyncFn(&'static str) -> R,
    tested: impl AsyncFn(&'static str) -> T,
) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be started");
    let first_seed = setting(SEED).unwrap_or_else(|| RandomState::new().build_hasher().finish());
    let histories: u64 = setting(HISTORIES).unwrap_or(32);
    let operations: usize = setting(OPERATIONS).unwrap_or(200);
    for seed in (0..histories).map(|number| first_seed.wrapping_add(number)) {
        let config = Config {
            cases: 1,
            failure_persistence: None,
            max_shrink_iters: SHRINKING,
            ..Config::default()
        };
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let outcome = TestRunner::new_with_rng(config, rng)
            .run(&operation::history(operations), |history| {
                runtime.block_on(try_history(&reference, &tested, &history))
            });
        match outcome {
            Ok(()) => {}
            Err(TestError::Fail(difference, history)) => {
                panic!("{}", report(seed, difference.message(), &history))
            }
            Err(TestError::Abort(reason)) => panic!("the model could not run: {reason}"),
        }
    }
}

async fn try_history<R: Opened, T: Opened>(
    reference: &impl AsyncFn(&'static str) -> R,
    tested: &impl AsyncFn(&'static str) -> T,
    history: &[Operation],
) -> Result<(), TestCaseError> {
    let (Some((_tested_guard, tested)), Some((_reference_guard, reference))) = (
        opened::open("model", tested).await,
        opened::open("model", reference).await,
    ) else {
        return Ok(());
    };
    let mut of_reference = Players::enter(&*reference)
        .await
        .map_err(|error| refused(&error))?;
    let mut of_tested = Players::enter(&*tested)
        .await
        .map_err(|error| refused(&error))?;
    for (number, operation) in history.iter().enumerate() {
        let expected = of_reference.play(operation).await;
        let answer = of_tested.play(operation).await;
        if answer != expected {
            let difference = format!(
                "operation {number}, {operation:?}\n  answers  {answer}\n  expected {expected}"
            );
            return Err(TestCaseError::fail(difference));
        }
    }
    healthy("tested", &*tested).await?;
    healthy("reference", &*reference).await
}

async fn healthy(which: &str, store: &dyn Store) -> Result<(), TestCaseError> {
    let drift = store.drift().await.map_err(|error| refused(&error))?;
    if drift.is_empty() {
        return Ok(());
    }
    Err(TestCaseError::fail(format!(
        "the {which} store's counters are wrong: {drift:?}"
    )))
}

fn refused(error: &StoreError) -> TestCaseError {
    TestCaseError::fail(format!("a store refused: {error:?}"))
}

fn report(seed: u64, difference: &str, history: &[Operation]) -> String {
    let mut report = format!("{difference}\nin this history:\n");
    for (number, operation) in history.iter().enumerate() {
        writeln!(report, "  {number}: {operation:?}").expect("a string takes everything");
    }
    write!(report, "again with {SEED}={seed} {HISTORIES}=1").expect("a string takes everything");
    report
}

fn setting<T: FromStr>(name: &str) -> Option<T> {
    let text = env::var(name).ok()?;
    let Ok(value) = text.parse() else {
        panic!("{name} is not a number: {text:?}");
    };
    Some(value)
}
