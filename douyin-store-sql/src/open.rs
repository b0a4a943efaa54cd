//! Opens a store by its URL, and migrates databases.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use douyin_core::{Store, StoreError};
use sqlx::{ConnectOptions, Connection};

use crate::engine::{ConnectionOf, Engine, Role};
use crate::migration::{self, Migration};
use crate::store::SqlStore;

/// How a store uses its database. Each field tells its default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqlOptions {
    /// The number of connections that read. 4.
    pub readers: u32,
    /// How long an operation waits for a lock that another process holds, and a reader for a free connection. 5 seconds.
    pub lock_wait: Duration,
    /// The capacity of the queue of writes. 4096. A write that finds it full waits for [`lock_wait`](Self::lock_wait) and is
    /// then refused.
    pub write_queue: usize,
    /// The most writes that share a transaction. 1024.
    pub write_batch: usize,
    /// How long [`Audit::ping`](douyin_core::Audit::ping) waits. 2 seconds.
    pub ping_wait: Duration,
    /// A quota, of SQLite only: the most pages of 4 KiB that the database may grow to. A write that needs more fails with
    /// `Unavailable` and changes nothing, as on a full disk. No limit by default.
    pub max_pages: Option<u32>,
}

impl Default for SqlOptions {
    fn default() -> Self {
        Self {
            readers: 4,
            lock_wait: Duration::from_secs(5),
            write_queue: 4096,
            write_batch: 1024,
            ping_wait: Duration::from_secs(2),
            max_pages: None,
        }
    }
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// No engine that this program was built with has the URL's scheme. The message shows the scheme alone: the rest may hold
    /// a password.
    #[error("this program has no SQL store for `{scheme}:` URLs")]
    UnknownScheme {
        /// The part of the URL before the colon.
        scheme: String,
    },
    /// The URL cannot be read.
    #[error("the database URL cannot be read")]
    Url(#[source] sqlx::Error),
    /// An SQLite URL that names no file.
    #[error("an SQLite database needs a file: for one in memory use the memory store")]
    NoFile,
    /// The connection to the database failed.
    #[error("the database {database} cannot be opened")]
    Connect {
        /// The database, without credentials.
        database: String,
        /// The cause.
        #[source]
        source: sqlx::Error,
    },
    /// The database does not exist, and the caller asked not to create it.
    #[error("there is no database {database}")]
    Missing {
        /// The database, without credentials.
        database: String,
    },
    /// The schema lacks migrations, and the caller asked not to run them.
    #[error(
        "the schema of the database {database} is not up to date: {pending} migrations are pending"
    )]
    Outdated {
        /// The database, without credentials.
        database: String,
        /// How many migrations it lacks.
        pending: usize,
    },
    /// A migration failed and was rolled back.
    #[error("the schema cannot be brought up to date")]
    Migrate(#[source] sqlx::Error),
    /// A newer version of this program created the schema.
    #[error(
        "the database has schema version {found}, and this program knows versions up to {known}: use a newer program"
    )]
    NewerSchema {
        /// The version of the database.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
}

/// A store that holds connections, which can be closed in good order.
#[async_trait]
pub trait ClosableStore: Store {
    /// Commits the writes that are queued and closes every connection. From then on the store answers `Unavailable`.
    ///
    /// A store that is dropped without it loses nothing that was acknowledged: the database recovers it when it is next
    /// opened.
    ///
    /// # Errors
    /// `Unavailable` if the database fails to close.
    async fn close(&self) -> Result<(), StoreError>;
}

/// Opens the store that a URL names, and brings its schema up to date: `sqlite:data/douyin.db`. Needs a tokio runtime.
///
/// A database file that does not exist is created; its folder is not. `?mode=rw` at the end of the URL refuses to create one.
///
/// # Errors
/// [`OpenError`].
pub async fn open(url: &str, options: &SqlOptions) -> Result<Arc<dyn ClosableStore>, OpenError> {
    match scheme(url)? {
        #[cfg(feature = "sqlite")]
        Scheme::Sqlite => Ok(Arc::new(
            open_with::<crate::sqlite::SqliteFile>(url, options).await?,
        )),
    }
}

/// Opens the store that a URL names, for maintenance: creates no database and runs no migration.
///
/// # Errors
/// [`OpenError::Missing`], [`OpenError::Outdated`], and every error of [`open`].
pub async fn open_existing(
    url: &str,
    options: &SqlOptions,
) -> Result<Arc<dyn ClosableStore>, OpenError> {
    match scheme(url)? {
        #[cfg(feature = "sqlite")]
        Scheme::Sqlite => Ok(Arc::new(
            open_existing_with::<crate::sqlite::SqliteFile>(url, options).await?,
        )),
    }
}

/// Brings the schema of a database up to date and returns the migrations that it ran; [`open`] does the same.
///
/// # Errors
/// [`OpenError`].
pub async fn migrate(url: &str, options: &SqlOptions) -> Result<Vec<Migration>, OpenError> {
    match scheme(url)? {
        #[cfg(feature = "sqlite")]
        Scheme::Sqlite => migrate_with::<crate::sqlite::SqliteFile>(url, options).await,
    }
}

/// The migrations that [`migrate`] would run. Creates no database and changes none.
///
/// # Errors
/// [`OpenError`].
pub async fn pending_migrations(
    url: &str,
    options: &SqlOptions,
) -> Result<Vec<Migration>, OpenError> {
    match scheme(url)? {
        #[cfg(feature = "sqlite")]
        Scheme::Sqlite => pending(&crate::sqlite::SqliteFile::from_url(url, options)?).await,
    }
}

/// The engines that are built in.
enum Scheme {
    #[cfg(feature = "sqlite")]
    Sqlite,
}

fn scheme(url: &str) -> Result<Scheme, OpenError> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    match scheme {
        #[cfg(feature = "sqlite")]
        "sqlite" => Ok(Scheme::Sqlite),
        _ => Err(OpenError::UnknownScheme {
            scheme: scheme.to_owned(),
        }),
    }
}

pub(crate) async fn open_with<E: Engine>(
    url: &str,
    options: &SqlOptions,
) -> Result<SqlStore<E>, OpenError> {
    let engine = E::from_url(url, options)?;
    let mut connection = connect(&engine, Role::Writer).await?;
    migration::bring_up_to_date::<E>(&mut connection).await?;
    Ok(SqlStore::new(engine, connection, options))
}

async fn open_existing_with<E: Engine>(
    url: &str,
    options: &SqlOptions,
) -> Result<SqlStore<E>, OpenError> {
    let engine = E::from_url(url, options)?.existing_only();
    let database = engine.name();
    if !engine.exists() {
        return Err(OpenError::Missing { database });
    }
    let pending = pending(&engine).await?.len();
    if pending > 0 {
        return Err(OpenError::Outdated { database, pending });
    }
    let connection = connect(&engine, Role::Writer).await?;
    Ok(SqlStore::new(engine, connection, options))
}

async fn migrate_with<E: Engine>(
    url: &str,
    options: &SqlOptions,
) -> Result<Vec<Migration>, OpenError> {
    let engine = E::from_url(url, options)?;
    let mut connection = connect(&engine, Role::Writer).await?;
    let done = migration::bring_up_to_date::<E>(&mut connection).await?;
    E::finish(connection).await.map_err(OpenError::Migrate)?;
    Ok(done)
}

async fn pending<E: Engine>(engine: &E) -> Result<Vec<Migration>, OpenError> {
    if !engine.exists() {
        return Ok(E::MIGRATIONS.to_vec());
    }
    let mut connection = connect(engine, Role::Inspector).await?;
    let pending = migration::pending::<E>(&mut connection).await?;
    connection.close().await.map_err(OpenError::Migrate)?;
    Ok(pending)
}

/// Connects, and retries for a second while another process holds a lock: of two processes that create one database at the
/// same time, SQLite refuses one without waiting.
pub(crate) async fn connect<E: Engine>(
    engine: &E,
    role: Role,
) -> Result<ConnectionOf<E>, OpenError> {
    const ATTEMPTS: u32 = 50;
    const PAUSE: Duration = Duration::from_millis(20);
    let mut attempt = 1;
    loop {
        match engine.connect_options(role).connect().await {
            Ok(connection) => return Ok(connection),
            Err(error) if attempt < ATTEMPTS && E::is_contention(&error) => {
                attempt += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(source) => {
                return Err(OpenError::Connect {
                    database: engine.name(),
                    source,
                });
            }
        }
    }
}
