//! Opens a store by its URL, and migrates databases.

use std::sync::Arc;

use async_trait::async_trait;
use douyin_core::{Nodes, Store, StoreError};
use sqlx::Connection;

use crate::bulk::BulkLoad;
use crate::connector;
use crate::engine::{ConnectionOf, Engine, Failure, Role};
use crate::migration::{self, Migration};
use crate::open_error::OpenError;
use crate::options::SqlOptions;
use crate::stats::StoreStats;
use crate::store::SqlStore;

/// Runs an expression with `$engine` as the engine of a URL's scheme.
macro_rules! by_scheme {
    ($url:expr, $engine:ident => $work:expr) => {
        match scheme($url)? {
            #[cfg(feature = "sqlite")]
            Scheme::Sqlite => {
                type $engine = crate::sqlite::SqliteFile;
                $work
            }
            #[cfg(feature = "postgres")]
            Scheme::Postgres => {
                type $engine = crate::postgres::Postgres;
                $work
            }
            #[cfg(feature = "mysql")]
            Scheme::Mysql => {
                type $engine = crate::mysql::Mysql;
                $work
            }
        }
    };
}

/// A store that holds connections, which can be closed in good order.
#[async_trait]
pub trait ClosableStore: Store + Nodes + BulkLoad {
    /// Waits until every publication that was begun is committed or undone, by whatever process: also that of one which was
    /// killed, whose server may still be committing. From then on a video without a row was not published.
    ///
    /// # Errors
    /// `Unavailable` as any write.
    async fn settle(&self) -> Result<(), StoreError>;

    /// Commits the writes that are queued and closes every connection. From then on the store answers `Unavailable`.
    ///
    /// A store that is dropped without it loses nothing that was acknowledged: the database recovers it when it is next
    /// opened.
    ///
    /// # Errors
    /// `Unavailable` if the database fails to close.
    async fn close(&self) -> Result<(), StoreError>;

    /// What it has asked of its database so far. Costs a few loads of memory.
    fn stats(&self) -> StoreStats;
}

/// Opens the store that a URL names, and brings its schema up to date. Needs a tokio runtime.
///
/// | URL | database |
/// |---|---|
/// | `sqlite:data/douyin.db` | a file, which is created if it does not exist; its folder is not. `?mode=rw` refuses to create one |
/// | `postgres://user:password@host:5432/database` | one on a PostgreSQL server; `?sslmode=verify-full&sslrootcert=ca.pem` and the other parameters of libpq's URLs |
/// | `mysql://user:password@host:3306/database` | one on a MySQL or MariaDB server; `?ssl-mode=VERIFY_IDENTITY&ssl-ca=ca.pem` |
///
/// # Errors
/// [`OpenError`].
pub async fn open(url: &str, options: &SqlOptions) -> Result<Arc<dyn ClosableStore>, OpenError> {
    by_scheme!(url, E => Ok(Arc::new(open_with::<E>(url, options).await?)))
}

/// Opens the store that a URL names, for maintenance: creates no database and runs no migration.
///
/// # Errors
/// [`OpenError::Missing`], [`OpenError::Outdated`], and every error of [`open`].
pub async fn open_existing(
    url: &str,
    options: &SqlOptions,
) -> Result<Arc<dyn ClosableStore>, OpenError> {
    by_scheme!(url, E => Ok(Arc::new(open_existing_with::<E>(url, options).await?)))
}

/// Brings the schema of a database up to date and returns the migrations that it ran; [`open`] does the same.
///
/// # Errors
/// [`OpenError`].
pub async fn migrate(url: &str, options: &SqlOptions) -> Result<Vec<Migration>, OpenError> {
    by_scheme!(url, E => migrate_with::<E>(url, options).await)
}

/// The migrations that [`migrate`] would run. Creates no database and changes none.
///
/// # Errors
/// [`OpenError`].
pub async fn pending_migrations(
    url: &str,
    options: &SqlOptions,
) -> Result<Vec<Migration>, OpenError> {
    by_scheme!(url, E => pending(&E::from_url(url, options)?, options).await)
}

/// The engines that are built in.
enum Scheme {
    #[cfg(feature = "sqlite")]
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
    #[cfg(feature = "mysql")]
    Mysql,
}

fn scheme(url: &str) -> Result<Scheme, OpenError> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    match scheme {
        #[cfg(feature = "sqlite")]
        "sqlite" => Ok(Scheme::Sqlite),
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => Ok(Scheme::Postgres),
        #[cfg(feature = "mysql")]
        "mysql" | "mariadb" => Ok(Scheme::Mysql),
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
    let mut connection = connect(&engine, Role::Writer, options).await?;
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
    let pending = pending(&engine, options).await?.len();
    if pending > 0 {
        return Err(OpenError::Outdated { database, pending });
    }
    let connection = connect(&engine, Role::Writer, options).await?;
    Ok(SqlStore::new(engine, connection, options))
}

async fn migrate_with<E: Engine>(
    url: &str,
    options: &SqlOptions,
) -> Result<Vec<Migration>, OpenError> {
    let engine = E::from_url(url, options)?;
    let mut connection = connect(&engine, Role::Writer, options).await?;
    let done = migration::bring_up_to_date::<E>(&mut connection).await?;
    E::finish(connection).await.map_err(OpenError::Migrate)?;
    Ok(done)
}

async fn pending<E: Engine>(engine: &E, options: &SqlOptions) -> Result<Vec<Migration>, OpenError> {
    if !engine.exists() {
        return Ok(E::MIGRATIONS.to_vec());
    }
    let mut connection = connect(engine, Role::Inspector, options).await?;
    let pending = migration::pending::<E>(&mut connection).await?;
    connection.close().await.map_err(OpenError::Migrate)?;
    Ok(pending)
}

pub(crate) async fn connect<E: Engine>(
    engine: &E,
    role: Role,
    options: &SqlOptions,
) -> Result<ConnectionOf<E>, OpenError> {
    let connection = connector::connect(engine, role, options.connect_wait).await;
    connection.map_err(|source| match Failure::of::<E>(&source) {
        Failure::NoDatabase => OpenError::Missing {
            database: engine.name(),
        },
        _ => OpenError::Connect {
            database: engine.name(),
            source,
        },
    })
}
