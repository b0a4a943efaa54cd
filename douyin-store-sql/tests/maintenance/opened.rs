//! A new database of whatever engine, its store, and somebody else who changes it.

use std::any::Any;
use std::sync::Arc;

#[cfg(any(feature = "postgres", feature = "mysql"))]
use douyin_core::conformance;
use douyin_store_sql::{Chunk, ClosableStore, SqlOptions};
use futures_util::future::BoxFuture;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Database, Executor};

use crate::rows::{new_user, new_video};
#[cfg(any(feature = "postgres", feature = "mysql"))]
use crate::server::{Fresh, Server};

pub(crate) struct Opened {
    pub(crate) store: Arc<dyn ClosableStore>,
    url: String,
    execute: fn(String, String) -> BoxFuture<'static, ()>,
    _database: Box<dyn Any>,
}

impl Opened {
    #[cfg(feature = "sqlite")]
    pub(crate) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("douyin.db").display());
        Self::at::<sqlx::Sqlite>(url, Box::new(folder)).await
    }

    /// `None` where there is no such server; see [`conformance::open`].
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) async fn on<S: Server>(case: &'static str) -> Option<Self>
    where
        for<'c> &'c mut S::Connection: Executor<'c, Database = S>,
    {
        let fresh = Fresh::create::<S>().await.map(|database| (database, ()));
        let (database, ()) = conformance::open(case, async |_| fresh).await?;
        Some(Self::at::<S>(database.url.clone(), Box::new(database)).await)
    }

    async fn at<S: Database>(url: String, database: Box<dyn Any>) -> Self
    where
        for<'c> &'c mut S::Connection: Executor<'c, Database = S>,
    {
        let store = douyin_store_sql::open(&url, &SqlOptions::default()).await;
        Self {
            store: store.expect("a new database can be opened"),
            url,
            execute: |url, statement| Box::pin(execute::<S>(url, statement)),
            _database: database,
        }
    }

    /// Changes the database behind the store's back.
    pub(crate) async fn execute(&self, statement: &str) {
        (self.execute)(self.url.clone(), statement.to_owned()).await;
    }

    /// So many users, each of whom published a video of their own number.
    pub(crate) async fn populate(&self, number: i64) {
        let users = (1..=number).map(new_user).collect::<Vec<_>>();
        self.load(users).await;
        let videos = (1..=number).map(|number| new_video(number, number));
        self.load(videos.collect::<Vec<_>>()).await;
    }

    pub(crate) async fn load(&self, chunk: impl Into<Chunk>) {
        self.store
            .load(chunk.into())
            .await
            .expect("nothing is in the way");
    }
}

async fn execute<S: Database>(url: String, statement: String)
where
    for<'c> &'c mut S::Connection: Executor<'c, Database = S>,
{
    let options: <S::Connection as Connection>::Options = url.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    let done = connection
        .execute(sqlx::raw_sql(AssertSqlSafe(statement)))
        .await;
    done.unwrap();
    connection.close().await.unwrap();
}
