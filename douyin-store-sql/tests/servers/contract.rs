//! The stores keep the contract of the ports, and answer as the memory store does.

use std::sync::Arc;

use douyin_core::Store;
use douyin_store_mem::MemStore;
use douyin_store_sql::SqlOptions;

use crate::server::{Fresh, Server};

async fn open<S: Server>() -> Option<(Fresh, Arc<dyn Store>)>
where
    for<'c> &'c mut S::Connection: sqlx::Executor<'c, Database = S>,
{
    let database = Fresh::create::<S>().await?;
    let store = douyin_store_sql::open(&database.url, &SqlOptions::default()).await;
    Some((database, store.expect("a new database can be opened")))
}

async fn memory(_case: &'static str) -> ((), Arc<dyn Store>) {
    ((), Arc::new(MemStore::new()))
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;

    async fn open(_case: &'static str) -> Option<(Fresh, Arc<dyn Store>)> {
        super::open::<sqlx::Postgres>().await
    }

    douyin_core::conformance!(open);

    #[test]
    fn it_answers_every_history_as_the_memory_store_does() {
        douyin_core::conformance::model::compare(memory, open);
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    use super::*;

    async fn open(_case: &'static str) -> Option<(Fresh, Arc<dyn Store>)> {
        super::open::<sqlx::MySql>().await
    }

    douyin_core::conformance!(open);

    #[test]
    fn it_answers_every_history_as_the_memory_store_does() {
        douyin_core::conformance::model::compare(memory, open);
    }
}
