//! The schema, made by processes that start at once.

use douyin_store_sql::{SqlOptions, migrate, pending_migrations};
use futures_util::future::join_all;

use crate::server::{Fresh, Server};

async fn of_processes_that_start_at_once_one_makes_the_schema<S: Server>()
where
    for<'c> &'c mut S::Connection: sqlx::Executor<'c, Database = S>,
{
    let options = SqlOptions::default();
    let create = async |_| {
        let database = Fresh::create::<S>().await?;
        let pending = pending_migrations(&database.url, &options).await.unwrap();
        Some((database, pending))
    };
    let opened = douyin_core::conformance::open("migrations at once", create).await;
    let Some((database, pending)) = opened else {
        return;
    };
    let done = join_all((0..8).map(|_| migrate(&database.url, &options))).await;
    let mut done: Vec<usize> = done
        .iter()
        .map(|done| done.as_ref().unwrap().len())
        .collect();
    done.sort_unstable();
    assert_eq!(done, [0, 0, 0, 0, 0, 0, 0, pending.len()]);
    let left = pending_migrations(&database.url, &options).await.unwrap();
    assert_eq!(left, []);
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn on_postgres_of_processes_that_start_at_once_one_makes_the_schema() {
    of_processes_that_start_at_once_one_makes_the_schema::<sqlx::Postgres>().await;
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn on_mysql_of_processes_that_start_at_once_one_makes_the_schema() {
    of_processes_that_start_at_once_one_makes_the_schema::<sqlx::MySql>().await;
}
