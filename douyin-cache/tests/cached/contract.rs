//! The contract of core, and the model, hold over what remembers, over every store.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use douyin_cache::{CacheOptions, CachedStore, Peers};
use douyin_core::conformance::Opened;
use douyin_core::conformance::model;
use douyin_core::{Store, UserId};
use douyin_store_mem::MemStore;
use douyin_store_sql::SqlOptions;
use tempfile::TempDir;

use crate::server::Created;
use crate::stage::{Told, options};

/// Short, because a deletion whose author nobody knows takes as long, and nobody says in the contract.
const AGE: Duration = Duration::from_millis(10);

/// A store, and what lives as long as it; `None` without its server.
type Fresh<G> = Option<(G, Arc<dyn Store>)>;

async fn memory() -> Fresh<()> {
    Some(((), Arc::new(MemStore::new())))
}

async fn sql(url: &str) -> Arc<dyn Store> {
    let store = douyin_store_sql::open(url, &SqlOptions::default()).await;
    store.expect("a new database can be opened")
}

async fn sqlite() -> Fresh<TempDir> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let url = format!("sqlite:{}", folder.path().join("douyin.db").display());
    let store = sql(&url).await;
    Some((folder, store))
}

async fn on_server(variable: &str) -> Fresh<Created> {
    let created = Created::on(variable).await?;
    let store = sql(&created.url).await;
    Some((created, store))
}

async fn postgres() -> Fresh<Created> {
    on_server("DOUYIN_TEST_POSTGRES_URL").await
}

async fn mariadb() -> Fresh<Created> {
    on_server("DOUYIN_TEST_MYSQL_URL").await
}

fn alone(store: Arc<dyn Store>) -> Arc<dyn Store> {
    Arc::new(CachedStore::alone(store, CacheOptions::default()))
}

/// With peers who remember for ever who wrote.
fn shared(store: Arc<dyn Store>) -> Arc<dyn Store> {
    let peers = Arc::new(Told::default());
    Arc::new(CachedStore::shared(store, peers, options(AGE)))
}

/// Peers who never say that somebody wrote.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl Peers for Silent {
    async fn wrote(&self, _writers: &[UserId]) {}

    async fn may_be_shown_the_past(&self, _viewer: UserId) -> bool {
        true
    }
}

/// With peers because of whom nobody is passed through to the store.
fn trusting(store: Arc<dyn Store>) -> Arc<dyn Store> {
    let peers = Arc::new(Silent);
    Arc::new(CachedStore::shared(store, peers, options(AGE)))
}

fn wrapped<G>(fresh: Fresh<G>, remembering: fn(Arc<dyn Store>) -> Arc<dyn Store>) -> Fresh<G> {
    fresh.map(|(guard, store)| (guard, remembering(store)))
}

/// Compares what remembers with the store in memory.
fn compare<O: Opened>(tested: impl AsyncFn() -> O) {
    model::compare(async |_| memory().await, async |_| tested().await);
}

macro_rules! contract {
    ($($name:ident: $store:ident $how:ident;)*) => {
        $(mod $name {
            use super::*;

            async fn open(_case: &'static str) -> impl Opened {
                wrapped($store().await, $how)
            }

            douyin_core::conformance!(open);

            #[test]
            fn it_answers_every_history_as_the_store_in_memory_does() {
                compare(async || wrapped($store().await, $how));
            }
        })*
    };
}

contract! {
    memory_alone: memory alone;
    memory_shared: memory shared;
    memory_trusting: memory trusting;
    sqlite_alone: sqlite alone;
    sqlite_shared: sqlite shared;
    postgres_shared: postgres shared;
    mariadb_alone: mariadb alone;
}
