//! The stores lend node numbers as the contract says, to two processes that have one database.

use douyin_core::conformance::nodes::Handle;
use douyin_store_sql::{ClosableStore, SqlOptions};

use crate::server::{Fresh, Server};

async fn open<S: Server>() -> Option<(Fresh, [Handle; 2])>
where
    for<'c> &'c mut S::Connection: sqlx::Executor<'c, Database = S>,
{
    let database = Fresh::create::<S>().await?;
    let handles = [handle(&database).await, handle(&database).await];
    Some((database, handles))
}

async fn handle(database: &Fresh) -> Handle {
    let store = douyin_store_sql::open(&database.url, &SqlOptions::default()).await;
    let store = store.expect("a new database can be opened");
    Handle {
        store: std::sync::Arc::<dyn ClosableStore>::clone(&store),
        nodes: store,
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;

    async fn open(_case: &'static str) -> Option<(Fresh, [Handle; 2])> {
        super::open::<sqlx::Postgres>().await
    }

    douyin_core::nodes_conformance!(open);
}

#[cfg(feature = "mysql")]
mod mysql {
    use super::*;

    async fn open(_case: &'static str) -> Option<(Fresh, [Handle; 2])> {
        super::open::<sqlx::MySql>().await
    }

    douyin_core::nodes_conformance!(open);
}
