//! Throw-away databases on a server.

use std::hash::{BuildHasher as _, RandomState};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Database, Executor};

/// A database server to test with, and how to speak to it.
pub(crate) trait Server: Database {
    /// The environment variable with the URL of a database on it, whose user may create others.
    const URL: &'static str;
    /// What follows `DROP DATABASE name`.
    const FORCE: &'static str;
}

#[cfg(feature = "postgres")]
impl Server for sqlx::Postgres {
    const URL: &'static str = "DOUYIN_TEST_POSTGRES_URL";
    const FORCE: &'static str = " WITH (FORCE)";
}

#[cfg(feature = "mysql")]
impl Server for sqlx::MySql {
    const URL: &'static str = "DOUYIN_TEST_MYSQL_URL";
    const FORCE: &'static str = "";
}

/// A new database, which is dropped with this.
pub(crate) struct Fresh {
    pub(crate) url: String,
    drop: Option<Box<dyn FnOnce() + Send>>,
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some(drop) = self.drop.take() {
            // Not on this thread, which may be one of a runtime.
            let dropped = std::thread::spawn(drop).join();
            assert!(
                dropped.is_ok() || std::thread::panicking(),
                "the database was dropped"
            );
        }
    }
}

impl Fresh {
    /// Creates a database; `None` if the environment names no server.
    pub(crate) async fn create<S: Server>() -> Option<Self>
    where
        for<'c> &'c mut S::Connection: Executor<'c, Database = S>,
    {
        let server = std::env::var(S::URL).ok()?;
        // Seeded at random: an earlier run that was killed may have left some behind.
        let name = format!("douyin_{:016x}", RandomState::new().hash_one(()));
        run::<S>(&server, format!("CREATE DATABASE {name}")).await;
        let (origin, _) = server.rsplit_once('/').expect("the URL names a database");
        let url = format!("{origin}/{name}");
        let drop = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let dropping = run::<S>(&server, format!("DROP DATABASE {name}{}", S::FORCE));
            runtime.expect("a runtime starts").block_on(dropping);
        };
        Some(Self {
            url,
            drop: Some(Box::new(drop)),
        })
    }
}

async fn run<S: Server>(url: &str, statement: String)
where
    for<'c> &'c mut S::Connection: Executor<'c, Database = S>,
{
    let options: <S::Connection as Connection>::Options = url.parse().expect("the URL of a server");
    let mut connection = options.connect().await.expect("the server is there");
    let statement = sqlx::raw_sql(AssertSqlSafe(statement));
    connection
        .execute(statement)
        .await
        .expect("it may create databases");
    connection.close().await.expect("the server is there");
}
