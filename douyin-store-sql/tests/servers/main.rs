//! Stores on database servers. `DOUYIN_TEST_POSTGRES_URL` and `DOUYIN_TEST_MYSQL_URL` name them; `scripts/test` starts them.

#![cfg(any(feature = "postgres", feature = "mysql"))]

mod contract;
mod jobs;
mod migrations;
#[cfg(feature = "mysql")]
mod mysql;
mod nodes;
mod outage;
mod server;
