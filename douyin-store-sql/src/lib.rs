//! A store for [`douyin_core`] on SQL databases: SQLite, PostgreSQL, MySQL and MariaDB, each behind a cargo feature of its
//! name (`mysql` for the last two).
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
//! # Several servers on one database
//!
//! Each leases a node number from it, so that no two make the same id: see [`Nodes`](douyin_core::Nodes) and
//! [`LeasedIds`](douyin_core::LeasedIds). A loop keeps the number for as long as the server runs.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use douyin_core::{Douyin, Extension, Grant, LeasedIds, NodeHolder, SystemClock};
//! use douyin_store_sql::{SqlOptions, open};
//! use tokio::time::sleep;
//!
//! /// Extends the lease every few seconds, and leases another number where it is lost.
//! async fn keep(ids: &LeasedIds) {
//!     let mut names = (1..).map(|again| NodeHolder::parse(&format!("feed-7.{again}")).expect("a name"));
//!     loop {
//!         tokio::select! {
//!             () = sleep(Duration::from_secs(5)) => {}
//!             () = ids.running_low() => {}
//!         }
//!         let kept = match ids.extend().await {
//!             Ok(Extension::Extended) => continue,
//!             Ok(Extension::Lost) => ids.lease(&names.next().expect("there is always another"), None).await,
//!             Err(error) => Err(error),
//!         };
//!         if !matches!(kept, Ok(Grant::Leased(_))) {
//!             eprintln!("no ids are made from the end of the range on: {kept:?}");
//!             sleep(Duration::from_secs(1)).await;
//!         }
//!     }
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let url = format!("sqlite:{}", folder.path().join("douyin.db").display());
//! let store = open(&url, &SqlOptions::default()).await?;
//! let ids = Arc::new(LeasedIds::new(store.clone(), Arc::new(SystemClock), LeasedIds::RESERVE_MILLIS));
//! // No other process has this name at the same time, and this one has it again after a restart.
//! let grant = ids.lease(&NodeHolder::parse("feed-7")?, None).await?;
//! assert!(matches!(grant, Grant::Leased(_)));
//!
//! let douyin = Douyin::builder(store.clone()).ids(ids.clone()).build();
//! tokio::select! {
//!     id = async { douyin.new_video_id() } => assert!(id.is_ok()), // whatever the server does
//!     () = keep(&ids) => {}
//! }
//! ids.release().await?;
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
//! # When the database goes away
//!
//! Everything is answered `Unavailable`, soon: [`SqlOptions`] tells how long is waited for what, and how many may wait. Attempts to
//! connect are few, and the first that succeeds ends it; nothing has to be opened again. A read that finds its connection broken runs
//! again on a fresh one, and so does a write as long as nothing but the beginning of its transaction was sent. A write whose commit was
//! sent and not confirmed is `Unavailable` and may have been done: it is not tried again.
//!
//! # Watching it
//!
//! [`ClosableStore::stats`] counts what the database is asked. Every statement that runs is a `TRACE` event of the target `douyin_store_sql::statement`, with its text and never its
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
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server_url;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statements;
mod stats;
mod store;
mod writer;

pub use bulk::{BulkLoad, Chunk};
pub use migration::Migration;
pub use open::{ClosableStore, migrate, open, open_existing, pending_migrations};
pub use open_error::OpenError;
pub use options::SqlOptions;
pub use stats::{ReaderStats, StoreStats, WriterStats};
