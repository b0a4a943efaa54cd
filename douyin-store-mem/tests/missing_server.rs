//! A case whose store needs a server that is not there: skipped so that it can be seen, and a failure where `CI` is `true`.

use std::env;
use std::process::{Command, Output};
use std::sync::Arc;

use douyin_core::Store;
use douyin_core::conformance::{CASES, model, prove};
use douyin_store_mem::MemStore;

/// Set in the processes that the tests start: those run a case without a server.
const INSIDE: &str = "DOUYIN_TEST_WITHOUT_SERVER";

async fn no_server(_case: &'static str) -> Option<((), Arc<dyn Store>)> {
    None
}

fn run_alone(test: &str, ci: Option<&str>) -> Output {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", test])
        .env(INSIDE, "yes")
        .env_remove("CI");
    if let Some(ci) = ci {
        command.env("CI", ci);
    }
    command.output().unwrap()
}

fn assert_skips_visibly_and_fails_in_ci(test: &str, case: &str) {
    for ci in [None, Some("false"), Some("")] {
        let skipped = run_alone(test, ci);
        let stderr = String::from_utf8(skipped.stderr).unwrap();
        assert!(skipped.status.success(), "{stderr}");
        assert_eq!(stderr, format!("SKIPPED {case}: no server\n"));
    }
    let failed = run_alone(test, Some("true"));
    assert!(!failed.status.success());
    let stdout = String::from_utf8(failed.stdout).unwrap();
    assert!(stdout.contains("CI skips nothing"), "{stdout}");
}

#[tokio::test]
async fn a_case_without_a_server_is_skipped_visibly_and_fails_in_ci() {
    let case = CASES[0];
    if env::var_os(INSIDE).is_some() {
        prove(case.theme, case.name, no_server).await;
        return;
    }
    let test = "a_case_without_a_server_is_skipped_visibly_and_fails_in_ci";
    assert_skips_visibly_and_fails_in_ci(test, case.name);
}

#[test]
fn the_model_without_a_server_is_skipped_visibly_and_fails_in_ci() {
    if env::var_os(INSIDE).is_some() {
        let reference = async |_| {
            let store: Arc<dyn Store> = Arc::new(MemStore::new());
            ((), store)
        };
        model::compare(reference, no_server);
        return;
    }
    let test = "the_model_without_a_server_is_skipped_visibly_and_fails_in_ci";
    assert_skips_visibly_and_fails_in_ci(test, "model");
}
