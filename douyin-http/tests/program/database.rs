//! The databases that the program is tried on, each empty and for one case alone.

mod created;
mod statement;

use douyin_core::conformance;

use self::created::Created;
pub(crate) use self::statement::execute;

/// Makes a test of `case` for each of the databases of a fixture: `on_each!(case: database(sqlite, postgres))` calls
/// `case(&database)`. Where there is no server for it the test is skipped with a line on standard error, and fails in CI.
macro_rules! on_each {
    ($case:ident: $fixture:ident($($database:ident),+)) => {
        mod $case {
            $(#[test]
            fn $database() {
                let case = concat!(stringify!($case), " on ", stringify!($database));
                let database = crate::$fixture::$database();
                if let Some(database) = crate::database::found(database, case) {
                    super::$case(&database);
                }
            })+
        }
    };
}
pub(crate) use on_each;

/// A database, which is gone when this is dropped.
pub(crate) struct Database {
    url: Option<String>,
    created: Option<Created>,
}

impl Database {
    /// Its URL; none for the file that the program makes in its data folder.
    pub(crate) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// An empty one on the same server, where there is one.
    pub(crate) fn another(&self) -> Option<Self> {
        self.created
            .as_ref()
            .map(|created| created_on(created.server()))
    }
}

/// One that is gone with the process.
pub(crate) fn memory() -> Database {
    Database {
        url: Some("memory:".to_owned()),
        created: None,
    }
}

/// The one that the program makes where nothing else is said.
pub(crate) fn sqlite() -> Database {
    Database {
        url: None,
        created: None,
    }
}

/// A new one on the Postgres server of the tests.
pub(crate) fn postgres() -> Option<Database> {
    postgres_server().as_deref().map(created_on)
}

/// A new one on the MariaDB server of the tests.
pub(crate) fn mariadb() -> Option<Database> {
    mariadb_server().as_deref().map(created_on)
}

/// The URL of the tests' Postgres server, if there is one.
pub(crate) fn postgres_server() -> Option<String> {
    std::env::var("DOUYIN_TEST_POSTGRES_URL").ok()
}

/// The URL of the tests' MySQL or MariaDB server, if there is one.
pub(crate) fn mariadb_server() -> Option<String> {
    std::env::var("DOUYIN_TEST_MYSQL_URL").ok()
}

fn created_on(server: &str) -> Database {
    let created = Created::on(server);
    Database {
        url: Some(created.url().to_owned()),
        created: Some(created),
    }
}

/// What a case needs, if it is there; otherwise the case is skipped, which is said, and which CI does not do.
pub(crate) fn found<T>(needed: impl Into<Option<T>>, case: &'static str) -> Option<T> {
    let needed = needed.into().map(|needed| (needed, ()));
    let (needed, ()) = wait_for(conformance::open(case, async |_| needed))?;
    Some(needed)
}

fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}
