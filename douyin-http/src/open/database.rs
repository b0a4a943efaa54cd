use std::sync::Arc;

use douyin_core::{Nodes, Store, StoreError};
use douyin_store_mem::MemStore;
use douyin_store_sql::{BulkLoad, ClosableStore, SqlOptions};

use super::{OpenError, make_data_dir};
use crate::command::seed::ThroughPorts;
use crate::config::{Config, Number};

/// Which store a configuration asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database<'a> {
    /// One that keeps nothing.
    Memory,
    /// An SQL database, by its URL.
    Sql(&'a str),
}

impl<'a> Database<'a> {
    /// Resolves `database_url` by its scheme.
    ///
    /// # Errors
    /// [`OpenError::Unsupported`].
    pub fn of(config: &'a Config) -> Result<Self, OpenError> {
        match config.database_url.split() {
            ("memory", "") => Ok(Self::Memory),
            ("sqlite" | "postgres" | "postgresql" | "mysql" | "mariadb", _) => {
                Ok(Self::Sql(config.database_url.as_str()))
            }
            _ => Err(OpenError::Unsupported {
                what: "databases of this kind",
                instead: "database_url is sqlite:PATH, postgres://…, mysql://… or memory:",
            }),
        }
    }

    /// The URL of one that other processes can open.
    ///
    /// # Errors
    /// [`OpenError::InMemory`].
    pub const fn kept(self) -> Result<&'a str, OpenError> {
        match self {
            Self::Memory => Err(OpenError::InMemory),
            Self::Sql(url) => Ok(url),
        }
    }
}

/// How a configuration wants its SQL store to be used.
pub(crate) fn sql_options(config: &Config) -> SqlOptions {
    let mut options = SqlOptions::default();
    options.readers = config.database_readers.map(Number::get);
    options.read_queue = config.database_read_queue.size();
    options.write_queue = config.database_write_queue.size();
    options.write_batch = config.database_write_batch.size();
    options.connect_wait = config.database_connect_seconds.seconds();
    options.lock_wait = config.database_lock_seconds.seconds();
    options.statement_wait = config.database_statement_seconds.seconds();
    options.idle_wait = config.database_idle_seconds.seconds();
    options
}

/// A store that is in use.
#[derive(Clone)]
pub struct OpenedStore {
    store: Arc<dyn Store>,
    nodes: Arc<dyn Nodes>,
    sql: Option<Arc<dyn ClosableStore>>,
}

impl From<Arc<dyn ClosableStore>> for OpenedStore {
    fn from(sql: Arc<dyn ClosableStore>) -> Self {
        Self {
            store: Arc::<dyn ClosableStore>::clone(&sql),
            nodes: Arc::<dyn ClosableStore>::clone(&sql),
            sql: Some(sql),
        }
    }
}

impl OpenedStore {
    /// The store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Where node numbers are leased.
    #[must_use]
    pub fn nodes(&self) -> &Arc<dyn Nodes> {
        &self.nodes
    }

    /// The database, where it is one.
    pub(crate) fn sql(&self) -> Option<&Arc<dyn ClosableStore>> {
        self.sql.as_ref()
    }

    /// Where many rows are added at once.
    #[must_use]
    pub fn bulk(&self) -> Arc<dyn BulkLoad> {
        match &self.sql {
            Some(sql) => Arc::<dyn ClosableStore>::clone(sql),
            None => Arc::new(ThroughPorts(Arc::clone(&self.store))),
        }
    }

    /// Waits until no publication is under way that was begun before: see [`ClosableStore::settle`].
    ///
    /// # Errors
    /// `Unavailable` where the database is.
    pub async fn settle(&self) -> Result<(), StoreError> {
        match &self.sql {
            Some(sql) => sql.settle().await,
            None => Ok(()),
        }
    }

    /// Ends its use in good order.
    ///
    /// # Errors
    /// `Unavailable` where the database failed at it; nothing that was acknowledged is lost.
    pub async fn close(&self) -> Result<(), StoreError> {
        match &self.sql {
            Some(sql) => sql.close().await,
            None => Ok(()),
        }
    }
}

/// Opens the store of a configuration; the schema of a database is brought up to date.
///
/// # Errors
/// [`OpenError`].
pub async fn open_store(config: &Config) -> Result<OpenedStore, OpenError> {
    match Database::of(config)? {
        Database::Memory => {
            let store = Arc::new(MemStore::new());
            Ok(OpenedStore {
                store: Arc::<MemStore>::clone(&store),
                nodes: store,
                sql: None,
            })
        }
        Database::Sql(url) => {
            make_data_dir(config)?;
            Ok(douyin_store_sql::open(url, &sql_options(config))
                .await?
                .into())
        }
    }
}

/// Opens the database of a configuration as it is: none is made, and its schema stays.
///
/// # Errors
/// [`OpenError`]; that includes a database that does not exist or has an older schema.
pub async fn open_existing_store(config: &Config) -> Result<OpenedStore, OpenError> {
    let url = Database::of(config)?.kept()?;
    let sql = douyin_store_sql::open_existing(url, &sql_options(config)).await?;
    Ok(sql.into())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::Sources;

    #[test]
    fn what_is_configured_of_the_database_reaches_the_store() {
        let values = [
            ("READERS", "2"),
            ("READ_QUEUE", "3"),
            ("WRITE_QUEUE", "4"),
            ("WRITE_BATCH", "5"),
            ("CONNECT_SECONDS", "6"),
            ("LOCK_SECONDS", "7"),
            ("STATEMENT_SECONDS", "8"),
            ("IDLE_SECONDS", "9"),
        ];
        let environment = values
            .map(|(name, value)| (format!("DOUYIN_DATABASE_{name}").into(), value.into()))
            .to_vec();
        let sources = Sources {
            environment,
            ..Sources::default()
        };
        let options = sql_options(&Config::load(&sources).unwrap());
        assert_eq!(options.readers, Some(2));
        let sizes = [options.read_queue, options.write_queue, options.write_batch];
        assert_eq!(sizes, [3, 4, 5]);
        let waits = [
            options.connect_wait,
            options.lock_wait,
            options.statement_wait,
            options.idle_wait,
        ];
        assert_eq!(waits, [6, 7, 8, 9].map(Duration::from_secs));
    }

    #[test]
    fn what_is_not_configured_of_the_database_is_as_the_store_has_it() {
        let options = sql_options(&Config::load(&Sources::default()).unwrap());
        assert_eq!(
            format!("{options:?}"),
            format!("{:?}", SqlOptions::default())
        );
    }
}
