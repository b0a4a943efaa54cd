//! The connections that read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::Connection;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
pub(crate) struct Readers<E: Engine> {
    engine: Arc<E>,
    /// One permit per connection that may run a statement.
    places: Arc<Semaphore>,
    size: u32,
    role: Role,
    longest_wait: Duration,
    idle: Arc<Idle<E>>,
    runtime: Handle,
}

/// The connections that are not in use.
struct Idle<E: Engine>(Mutex<Vec<ConnectionOf<E>>>);

impl<E: Engine> Idle<E> {
    /// Ignores poisoning: no panic can leave the list half changed.
    fn lock(&self) -> MutexGuard<'_, Vec<ConnectionOf<E>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E: Engine> Readers<E> {
    /// Must be called on a runtime. Connects lazily.
    pub(crate) fn new(engine: Arc<E>, options: &SqlOptions) -> Self {
        let size = options.readers.clamp(1, 1024);
        Self::with(engine, Role::Reader, size, options.lock_wait)
    }

    /// A connection for reads that take long. Who finds it in use waits.
    pub(crate) fn of_auditors(engine: Arc<E>) -> Self {
        Self::with(engine, Role::Auditor, 1, Duration::MAX)
    }

    fn with(engine: Arc<E>, role: Role, size: u32, longest_wait: Duration) -> Self {
        Self {
            engine,
            places: Arc::new(Semaphore::new(size as usize)),
            size,
            role,
            longest_wait,
            idle: Arc::new(Idle(Mutex::default())),
            runtime: Handle::current(),
        }
    }

    /// Reads the rows of a statement.
    pub(crate) async fn rows(
        &self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<RowOf<E>>, Error> {
        let mut reader = self.acquire().await?;
        let rows = run::<E>(reader.connection(), statement, values).await;
        reader.finish(rows)
    }

    /// Reads the rows of a statement and decodes each as it arrives, however many they are.
    pub(crate) async fn collect<T: Send>(
        &self,
        statement: &Statement,
        decode: impl Fn(Columns<'_, RowOf<E>>) -> Result<T, Error> + Send + Sync,
    ) -> Result<Vec<T>, Error> {
        let mut reader = self.acquire().await?;
        let mut decoded = Vec::new();
        let see = |row: &RowOf<E>| decoded.push(decode(Columns::of(row)));
        let read = run_each::<E>(reader.connection(), statement, see).await;
        reader.finish(read)?;
        decoded.into_iter().collect()
    }

    /// Reads a list.
    pub(crate) async fn list_rows(
        &self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<E::ListRow>, Error> {
        let mut reader = self.acquire().await?;
        let rows = run_list::<E>(reader.connection(), statement, values).await;
        reader.finish(rows)
    }

    /// Waits for the reads in progress, then closes every connection.
    pub(crate) async fn close(&self) {
        // Fails if it is closed already: then there is nothing to do.
        if let Ok(all) = self.places.acquire_many(self.size).await {
            self.places.close();
            drop(all);
        }
        let connections = std::mem::take(&mut *self.idle.lock());
        for connection in connections {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a reading connection was not closed in good order");
            }
        }
    }

    async fn acquire(&self) -> Result<Reader<'_, E>, Error> {
        let place = if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            place
        } else {
            let place = Arc::clone(&self.places).acquire_owned();
            tokio::time::timeout(self.longest_wait, place)
                .await
                .map_err(|_| Error::TooSlow)?
                .map_err(|_| Error::Closed)?
        };
        let idle = self.idle.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self
                .engine
                .connect(self.role)
                .await
                .map_err(Error::of::<E>)?,
        };
        Ok(Reader {
            readers: self,
            lease: Some((connection, place)),
        })
    }
}

/// A connection in use, and its permit.
struct Reader<'r, E: Engine> {
    readers: &'r Readers<E>,
    lease: Option<(ConnectionOf<E>, OwnedSemaphorePermit)>,
}

impl<E: Engine> Reader<'_, E> {
    fn connection(&mut self) -> &mut ConnectionOf<E> {
        let lease = self.lease.as_mut();
        &mut lease
            .expect("only what consumes a reader takes its lease")
            .0
    }

    /// Returns the connection, unless it broke, and passes the result on.
    fn finish<T>(mut self, rows: Result<T, sqlx::Error>) -> Result<T, Error> {
        let sound = matches!(rows, Ok(_) | Err(sqlx::Error::Database(_)));
        if let Some((connection, _place)) = self.lease.take().filter(|_| sound) {
            self.readers.idle.lock().push(connection);
        }
        rows.map_err(Error::of::<E>)
    }
}

impl<E: Engine> Drop for Reader<'_, E> {
    /// If the read was cancelled, the database may still run its statement: the connection keeps its permit until the
    /// statement has ended, which the answer to a ping tells, and is then used again.
    fn drop(&mut self) {
        let Some((mut connection, place)) = self.lease.take() else {
            return;
        };
        let idle = Arc::clone(&self.readers.idle);
        self.readers.runtime.spawn(async move {
            match connection.ping().await {
                Ok(()) => idle.lock().push(connection),
                Err(error) => tracing::debug!(%error, "a reading connection was given up"),
            }
            drop(place);
        });
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
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
        (options.readers, options.lock_wait) = (1, Duration::from_mins(1));
        let store = open_with::<SqliteFile>(&url, &options).await.unwrap();
        let readers = &store.readers;
        // Tells this connection from any other.
        let marked = "PRAGMA cache_size = -1234";
        readers.rows(&Statement::new(marked), &[]).await.unwrap();

        let long = Statement::new(LONG);
        let mut leaves = Box::pin(readers.rows(&long, &[]));
        assert!(futures_util::poll!(&mut leaves).is_pending());
        drop(leaves);
        assert_eq!(readers.places.available_permits(), 0);
        assert_eq!(number(readers, "PRAGMA cache_size").await, -1234);
        assert_eq!(readers.places.available_permits(), 1);
        assert_eq!(readers.idle.lock().len(), 1);
    }
}
