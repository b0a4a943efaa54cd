//! Throw-away databases on the servers of the tests.

use std::thread;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, MySqlConnection, PgConnection};

/// A new database, which is dropped with this.
pub(crate) struct Created {
    server: String,
    name: String,
    pub(crate) url: String,
}

impl Created {
    /// On the server of which an environment variable names any database, by a user who may make others.
    pub(crate) async fn on(variable: &str) -> Option<Self> {
        let server = std::env::var(variable).ok()?;
        let name = format!("douyin_cache_{:016x}", fastrand::u64(..));
        let (address, _) = server.rsplit_once('/').expect("the URL names a database");
        let url = format!("{address}/{name}");
        execute(&server, format!("CREATE DATABASE {name}")).await;
        Some(Self { server, name, url })
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        let at_once = if self.server.starts_with("postgres") {
            " WITH (FORCE)"
        } else {
            ""
        };
        let statement = format!("DROP DATABASE {}{at_once}", self.name);
        let server = self.server.clone();
        // Not on this thread, which may be one of a runtime.
        let dropped = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let dropping = execute(&server, statement);
            runtime.expect("a runtime starts").block_on(dropping);
        });
        let dropped = dropped.join().is_ok();
        assert!(dropped || thread::panicking(), "the database was dropped");
    }
}

async fn execute(server: &str, statement: String) {
    let statement = sqlx::raw_sql(AssertSqlSafe(statement));
    let done = if server.starts_with("postgres") {
        let mut connection = PgConnection::connect(server).await.expect("it is there");
        connection.execute(statement).await.map(drop)
    } else {
        let mut connection = MySqlConnection::connect(server).await.expect("it is there");
        connection.execute(statement).await.map(drop)
    };
    done.expect("the user may make databases");
}
