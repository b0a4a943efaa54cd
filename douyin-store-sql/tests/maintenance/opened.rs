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

/// A new database that nobody has opened.
pub(crate) struct Empty {
    url: String,
    /// The folder with the migrations of its engine.
    pub(crate) migrations: &'static str,
    execute: fn(String, String) -> BoxFuture<'static, ()>,
    _database: Box<dyn Any>,
}

impl Empty {
    #[cfg(feature = "sqlite")]
    pub(crate) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("douyin.db");
        tokio::fs::write(&path, "").await.unwrap();
        let url = format!("sqlite:{}", path.display());
        Self::at::<sqlx::Sqlite>(url, Box::new(folder))
    }

    /// `None` where there is no such server; see [`conformance::open`].
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) async fn on<S: Server>(case: &'static str) -> Option<Self>
    where
        for<'c> &'c mut S::Connection: Executor<'c, Database = S>,
    {
        let fresh = Fresh::create::<S>().await.map(|database| (database, ()));
        let (database, ()) = conformance::open(case, async |_| fresh).await?;
        let url = database.url.clone();
        Some(Self::at::<S>(url, Box::new(database)))
    }

    fn at<S: Database>(url: String, database: Box<dyn Any>) -> Self
    where
        for<'c> &'c mut S::Connection: Executor<'c, Database = S>,
    {
        Self {
            url,
            migrations: match S::NAME {
                "SQLite" => "sqlite",
                "PostgreSQL" => "postgres",
                "MySQL" => "mysql",
                other => unreachable!("nothing migrates {other}"),
            },
            execute: |url, statement| Box::pin(execute::<S>(url, statement)),
            _database: database,
        }
    }

    pub(crate) async fn execute(&self, statements: &str) {
        (self.execute)(self.url.clone(), statements.to_owned()).await;
    }

    pub(crate) async fn open(self) -> Opened {
        let store = douyin_store_sql::open(&self.url, &SqlOptions::default()).await;
        Opened {
            store: store.expect("a new database can be opened"),
            database: self,
        }
    }
}

pub(crate) struct Opened {
    pub(crate) store: Arc<dyn ClosableStore>,
    database: Empty,
}

impl Opened {
    #[cfg(feature = "sqlite")]
    pub(crate) async fn on_sqlite() -> Self {
        Empty::on_sqlite().await.open().await
    }

    /// `None` where there is no such server.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) async fn on<S: Server>(case: &'static str) -> Option<Self>
    where
        for<'c> &'c mut S::Connection: Executor<'c, Database = S>,
    {
        Some(Empty::on::<S>(case).await?.open().await)
    }

    /// Changes the database behind the store's back.
    pub(crate) async fn execute(&self, statement: &str) {
        self.database.execute(statement).await;
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
