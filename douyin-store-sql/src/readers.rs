//! The connections that read.

mod idle;
mod places;
mod reader;

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryFutureExt as _;
use sqlx::Connection as _;
use tokio::runtime::Handle;

use self::idle::Idle;
use self::places::Places;
use self::reader::Reader;
use crate::connector::{Connector, IdleLimit, TimeLimit};
use crate::engine::{
    Columns, ConnectionOf, Engine, Role, RowOf, Statement, Value, run, run_each, run_list,
};
use crate::error::Error;
use crate::options::SqlOptions;

/// A few connections, opened when they are needed and kept from then on.
///
/// Not sqlx's pool: that one pings every connection that is returned, from a task of its own, and on SQLite a ping goes to
/// another thread and back. Reading a profile takes 42 µs with the pool and 17 µs with this. Here only a connection whose
/// read was cancelled is pinged.
///
/// So it is only the next statement that tells that a connection broke while it was idle, as all do when a server restarts.
/// That is a read, which can be run twice: it is run again on a fresh connection.
pub(crate) struct Readers<E: Engine> {
    connector: Arc<Connector<E>>,
    role: Role,
    places: Places,
    idle: Arc<Idle<ConnectionOf<E>>>,
    limit: TimeLimit,
    runtime: Handle,
}

/// Takes a connection and reads with it.
macro_rules! read_with {
    ($readers:ident, $reader:ident => $read:expr) => {{
        let mut $reader = Reader::take($readers).await?;
        loop {
            let read = $readers.limit.on($read.map_err(Error::of::<E>)).await;
            if !$reader.was_broken_before(&read) {
                break $reader.finish(read);
            }
            $reader.reconnect().await?;
        }
    }};
}

impl<E: Engine> Readers<E> {
    /// Must be called on a runtime. Connects lazily.
    pub(crate) fn new(connector: Arc<Connector<E>>, options: &SqlOptions) -> Self {
        let default = if E::ON_SERVER { 16 } else { 4 };
        let size = options.readers.unwrap_or(default).clamp(1, 1024);
        Self {
            connector,
            role: Role::Reader,
            places: Places::new(size, options.read_queue, options.lock_wait),
            idle: Arc::new(Idle::new(IdleLimit::of::<E>(options))),
            limit: TimeLimit::of_statements::<E>(options),
            runtime: Handle::current(),
        }
    }

    /// A connection for reads that take long. Who finds it in use waits.
    pub(crate) fn of_auditors(connector: Arc<Connector<E>>, options: &SqlOptions) -> Self {
        Self {
            role: Role::Auditor,
            places: Places::new(1, usize::MAX, Duration::MAX),
            limit: TimeLimit::NONE,
            ..Self::new(connector, options)
        }
    }

    /// Reads the rows of a statement.
    pub(crate) async fn rows(
        &self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<RowOf<E>>, Error> {
        read_with!(self, reader => run::<E>(reader.connection(), statement, values))
    }

    /// Reads a list.
    pub(crate) async fn list_rows(
        &self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<E::ListRow>, Error> {
        read_with!(self, reader => run_list::<E>(reader.connection(), statement, values))
    }

    /// Reads the rows of a statement and decodes each as it arrives, however many they are.
    pub(crate) async fn collect<T: Send>(
        &self,
        statement: &Statement,
        decode: impl Fn(Columns<'_, RowOf<E>>) -> Result<T, Error> + Send + Sync,
    ) -> Result<Vec<T>, Error> {
        let mut decoded = Vec::new();
        read_with!(self, reader => {
            decoded.clear();
            let see = |row: &RowOf<E>| decoded.push(decode(Columns::of(row)));
            run_each::<E>(reader.connection(), statement, see)
        })?;
        decoded.into_iter().collect()
    }

    /// Waits for the reads in progress, then closes every connection.
    pub(crate) async fn close(&self) {
        self.places.close().await;
        for connection in self.idle.drain() {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a reading connection was not closed in good order");
            }
        }
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::engine::Row as _;
    use crate::open::open_with;
    use crate::sqlite::SqliteFile;

    async fn number(readers: &Readers<SqliteFile>, text: &str) -> i64 {
        let rows = readers.rows(&Statement::new(text), &[]).await.unwrap();
        rows[0].integer(0).unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_cancelled_read_keeps_its_permit_until_it_ends_and_returns_its_connection() {
        const LONG: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) \
             SELECT COUNT(*) FROM n";
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("douyin.db").display());
        let mut options = SqlOptions::default();
        (options.readers, options.lock_wait) = (Some(1), Duration::from_mins(1));
        let store = open_with::<SqliteFile>(&url, &options).await.unwrap();
        let readers = &store.readers;
        // Tells this connection from any other.
        let marked = "PRAGMA cache_size = -1234";
        readers.rows(&Statement::new(marked), &[]).await.unwrap();

        let long = Statement::new(LONG);
        let mut leaves = Box::pin(readers.rows(&long, &[]));
        assert!(futures_util::poll!(&mut leaves).is_pending());
        drop(leaves);
        assert_eq!(readers.places.free(), 0);
        assert_eq!(number(readers, "PRAGMA cache_size").await, -1234);
        assert_eq!(readers.places.free(), 1);
        assert_eq!(readers.idle.len(), 1);
    }

    #[tokio::test]
    async fn who_finds_as_many_waiting_as_may_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("douyin.db").display());
        let mut options = SqlOptions::default();
        (options.readers, options.read_queue) = (Some(1), 1);
        let store = open_with::<SqliteFile>(&url, &options).await.unwrap();
        let (readers, one) = (&store.readers, Statement::new("SELECT 1"));

        let mut reads = Box::pin(readers.rows(&one, &[]));
        assert!(futures_util::poll!(&mut reads).is_pending());
        let mut waits = Box::pin(readers.rows(&one, &[]));
        assert!(futures_util::poll!(&mut waits).is_pending());
        let refused = readers.rows(&one, &[]).await;
        assert!(matches!(refused, Err(Error::TooManyReads)), "{refused:?}");

        assert!(reads.await.is_ok());
        assert!(waits.await.is_ok());
        assert_eq!(number(readers, "SELECT 1").await, 1);
    }
}
