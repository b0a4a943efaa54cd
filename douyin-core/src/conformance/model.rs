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
//! `DOUYIN_MODEL_SEED` where they begin (anywhere). A failure prints the seed that brings it back and
//! the history, without the operations that it does not need.

mod answer;
mod jobs;
mod media;
mod operation;
mod sessions;

use std::env;
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::panic::AssertUnwindSafe;
use std::str::FromStr;

use futures_util::FutureExt as _;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use self::answer::Players;
use self::operation::Operation;
use super::opened::{self, Opened};
use crate::{StoreError, drift_of_all};

const SEED: &str = "DOUYIN_MODEL_SEED";
const HISTORIES: &str = "DOUYIN_MODEL_HISTORIES";
const OPERATIONS: &str = "DOUYIN_MODEL_OPERATIONS";

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
    if runtime.block_on(opened::open("model", &tested)).is_none() {
        return;
    }
    let first_seed = setting(SEED).unwrap_or_else(|| RandomState::new().build_hasher().finish());
    let histories: u64 = setting(HISTORIES).unwrap_or(32);
    let operations: usize = setting(OPERATIONS).unwrap_or(200);
    let difference = |history: &[Operation]| {
        let attempt = AssertUnwindSafe(play_on_both(&reference, &tested, history)).catch_unwind();
        let outcome = runtime.block_on(attempt);
        outcome
            .unwrap_or_else(|_| Err("a store panicked".to_owned()))
            .err()
    };
    for seed in (0..histories).map(|number| first_seed.wrapping_add(number)) {
        let history = random_history(seed, operations);
        if let Some(found) = difference(&history) {
            let (history, found) = without_what_is_not_needed(history, found, difference);
            panic!("{}", report(seed, &found, &history));
        }
    }
}

fn random_history(seed: u64, operations: usize) -> Vec<Operation> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let history = operation::history(operations).new_tree(&mut runner);
    history.expect("every history is allowed").current()
}

/// Plays a history on both stores; `Err` says what they disagree on.
async fn play_on_both<R: Opened, T: Opened>(
    reference: &impl AsyncFn(&'static str) -> R,
    tested: &impl AsyncFn(&'static str) -> T,
    history: &[Operation],
) -> Result<(), String> {
    let (Some((_tested_guard, tested)), Some((_reference_guard, reference))) = (
        opened::open("model", tested).await,
        opened::open("model", reference).await,
    ) else {
        return Err("a store could not be opened".to_owned());
    };
    let mut of_reference = Players::enter(&*reference)
        .await
        .map_err(|error| refused(&error))?;
    let mut of_tested = Players::enter(&*tested)
        .await
        .map_err(|error| refused(&error))?;
    for operation in history {
        same_answer(&mut of_reference, &mut of_tested, operation).await?;
    }
    for operation in of_reference.everything() {
        let end = same_answer(&mut of_reference, &mut of_tested, &operation).await;
        end.map_err(|difference| format!("in the end, {difference}"))?;
    }
    for (which, store) in [("reference", &reference), ("tested", &tested)] {
        let drift = drift_of_all(&**store)
            .await
            .map_err(|error| refused(&error))?;
        if !drift.is_empty() {
            return Err(format!("the {which} store's counters are wrong: {drift:?}"));
        }
    }
    Ok(())
}

async fn same_answer(
    of_reference: &mut Players<'_>,
    of_tested: &mut Players<'_>,
    operation: &Operation,
) -> Result<(), String> {
    let expected = of_reference.play(operation).await;
    let answer = of_tested.play(operation).await;
    if answer == expected {
        return Ok(());
    }
    Err(format!(
        "{operation:?}\n  answers  {answer}\n  expected {expected}"
    ))
}

fn refused(error: &StoreError) -> String {
    format!("a store refused: {error:?}")
}

/// Leaves out whatever a failure does not need: halves of the history, quarters, and so on down to single operations. 200
/// become 4 to 9. (proptest's own shrinking of a list of a fixed length left 150 after 2,000 attempts.)
fn without_what_is_not_needed(
    mut history: Vec<Operation>,
    mut found: String,
    difference: impl Fn(&[Operation]) -> Option<String>,
) -> (Vec<Operation>, String) {
    let mut length = history.len();
    loop {
        let (mut start, before) = (0, history.len());
        while start < history.len() {
            let end = (start + length).min(history.len());
            let mut shorter = history.clone();
            shorter.drain(start..end);
            match difference(&shorter) {
                Some(difference) => (history, found) = (shorter, difference),
                None => start = end,
            }
        }
        if length == 1 && history.len() == before {
            return (history, found);
        }
        length = (length / 2).max(1);
    }
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
