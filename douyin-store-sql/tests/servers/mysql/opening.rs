use std::error::Error;

use douyin_store_sql::{OpenError, SqlOptions, migrate, open, open_existing};

use super::{new_user, number, run, server};

/// An error and its causes.
fn told(error: &dyn Error) -> String {
    let mut told = vec![format!("{error} {error:?}")];
    let mut cause = error.source();
    while let Some(error) = cause {
        told.push(format!("{error} {error:?}"));
        cause = error.source();
    }
    told.join("\n")
}

/// The URL with another path, and with another password.
fn elsewhere(url: &str, path: &str, password: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (user, rest) = rest.split_once(':').unwrap();
    let (_, rest) = rest.split_once('@').unwrap();
    let (host, _) = rest.split_once('/').unwrap();
    format!("{scheme}://{user}:{password}@{host}{path}")
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_without_its_password() {
    let Some((database, _stranger)) = server("passwords").await else {
        return;
    };
    let options = SqlOptions::default();
    let password = "a-secret-of-ours";
    let wrong = elsewhere(&database.url, "/mysql", password);
    let error = open(&wrong, &options).await.err().unwrap();
    assert!(matches!(error, OpenError::Connect { .. }), "{error:?}");
    assert!(!told(&error).contains(password), "{}", told(&error));

    let nowhere = elsewhere(&database.url, "/", password);
    let error = open(&nowhere, &options).await.err().unwrap();
    assert!(matches!(error, OpenError::Url(_)), "{error:?}");
    assert!(!told(&error).contains(password), "{}", told(&error));

    let missing = format!("{}_or_not", database.url);
    let error = open(&missing, &options).await.err().unwrap();
    assert!(matches!(error, OpenError::Missing { .. }), "{error:?}");
    assert!(error.to_string().contains("_or_not"), "{error}");
}

#[tokio::test]
async fn either_name_of_the_scheme_will_do() {
    let Some((database, _stranger)) = server("schemes").await else {
        return;
    };
    let (_, rest) = database.url.split_once("://").unwrap();
    for scheme in ["mysql", "mariadb"] {
        let url = format!("{scheme}://{rest}");
        let store = open(&url, &SqlOptions::default()).await.unwrap();
        store.close().await.unwrap();
    }
}

/// Each statement of a migration commits by itself, so that a process which ends in between leaves part of one.
#[tokio::test]
async fn a_migration_that_was_interrupted_runs_again_and_keeps_all_rows() {
    const ROWS: &str = "SELECT (SELECT COUNT(*) FROM users) * 1000000 + (SELECT COUNT(*) FROM node_leases) * 10000 \
         + (SELECT COUNT(*) FROM repairs) * 100 + (SELECT COUNT(*) FROM write_locks)";
    let Some((database, mut stranger)) = server("interrupted migrations").await else {
        return;
    };
    let options = SqlOptions::default();
    let store = open(&database.url, &options).await.unwrap();
    store.register(new_user(1)).await.unwrap();
    store.close().await.unwrap();
    let before = number(&mut stranger, ROWS).await;

    run(&mut stranger, "DELETE FROM schema_migrations").await;
    let outdated = open_existing(&database.url, &options).await;
    assert!(matches!(outdated, Err(OpenError::Outdated { .. })));
    run(&mut stranger, "DROP TABLE repairs").await;
    migrate(&database.url, &options).await.unwrap();
    assert_eq!(number(&mut stranger, ROWS).await, before);
    let again = migrate(&database.url, &options).await.unwrap();
    assert_eq!(again, []);
}

#[tokio::test]
async fn the_schema_of_a_newer_program_is_left_alone() {
    let Some((database, mut stranger)) = server("newer schemas").await else {
        return;
    };
    let options = SqlOptions::default();
    migrate(&database.url, &options).await.unwrap();
    let newer = "INSERT INTO schema_migrations (version, name) VALUES (1000, 'newer')";
    run(&mut stranger, newer).await;
    let error = open(&database.url, &options).await.err().unwrap();
    assert!(
        matches!(error, OpenError::NewerSchema { found: 1000, .. }),
        "{error:?}"
    );
}
