//! A store for [`douyin_core`] on SQL databases: SQLite, with room for more engines.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use douyin_store_sql::{SqlOptions, open};
//!
//! let store = open("sqlite:data/douyin.db", &SqlOptions::default()).await?;
//! let douyin = douyin_core::Douyin::builder(store.clone()).build();
//! // …
//! store.close().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # How it is made
//!
//! - One text per statement, in canonical spelling, translated once by the engine when the store opens.
//! - Every write goes through one writer, which commits for all callers that wait at the same time.
//! - Every list is one statement on one of a few reading connections.
//! - The schema is made by embedded migrations, which run when a store opens.
//!
//! # Watching it
//!
//! Every statement that runs is a `TRACE` event of the target `douyin_store_sql::statement`, with its text and never its
//! values.
//!
//! # Adding an engine
//!
//! Implement `Engine` in a module of its own behind a cargo feature, put its migrations beside the others, and add its URL
//! schemes to `open`. The conformance suite of core says whether it is right.

#[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
compile_error!("a store needs an engine: turn on a cargo feature, `sqlite`, `postgres` or `mysql`");

mod bulk;
mod connector;
mod decode;
mod engine;
mod error;
mod migration;
#[cfg(feature = "mysql")]
mod mysql;
mod open;
mod open_error;
mod options;
#[cfg(feature = "postgres")]
mod postgres;
mod readers;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statements;
mod store;
mod writer;

pub use bulk::{BulkLoad, Chunk};
pub use migration::Migration;
pub use open::{ClosableStore, migrate, open, open_existing, pending_migrations};
pub use open_error::OpenError;
pub use options::SqlOptions;
