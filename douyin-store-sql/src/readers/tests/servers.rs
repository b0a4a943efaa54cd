use std::sync::Arc;
use std::time::Duration;

use douyin_core::conformance;

use super::number;
use crate::connector::Connector;
use crate::engine::{Engine, Statement};
use crate::error::Error;
use crate::options::SqlOptions;
use crate::readers::Readers;

/// Reads from the server that an environment variable names. `session` tells one connection from another.
async fn ends_a_statement_that_takes_too_long<E: Engine>(
    variable: &'static str,
    session: &str,
    long: &str,
) {
    let mut options = SqlOptions::default();
    (options.readers, options.statement_wait) = (Some(1), Duration::from_secs(1));
    let url = std::env::var(variable).ok();
    let opened = conformance::open(variable, async |_| url.map(|url| (url, ()))).await;
    let Some((url, ())) = opened else {
        return;
    };
    let engine = E::from_url(&url, &options).unwrap();
    let readers = Readers::new(
        Arc::new(Connector::new(engine, Arc::default(), &options)),
        Arc::default(),
        &options,
    );

    let before = number(&readers, session).await;
    let ended = readers.rows(&Statement::new(long), &[]).await.map(drop);
    assert!(matches!(ended, Err(Error::Overrun(_))), "{ended:?}");
    assert_eq!(number(&readers, session).await, before);
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_ends_a_statement_that_takes_too_long_and_its_connection_is_used_again() {
    let session = "SELECT pg_backend_pid()::int8";
    let long = "SELECT pg_sleep(600)";
    ends_a_statement_that_takes_too_long::<crate::postgres::Postgres>(
        "DOUYIN_TEST_POSTGRES_URL",
        session,
        long,
    )
    .await;
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn mysql_ends_a_statement_that_takes_too_long_and_its_connection_is_used_again() {
    let session = "SELECT CAST(CONNECTION_ID() AS SIGNED)";
    let long = "SELECT COUNT(*) FROM information_schema.COLUMNS AS a CROSS JOIN information_schema.COLUMNS AS b \
         CROSS JOIN information_schema.COLUMNS AS c";
    ends_a_statement_that_takes_too_long::<crate::mysql::Mysql>(
        "DOUYIN_TEST_MYSQL_URL",
        session,
        long,
    )
    .await;
}
