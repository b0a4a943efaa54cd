//! The connections that read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::{ConnectOptions, Connection};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::engine::{ConnectionOf, Engine, Role, RowOf, Statement, Value, run, run_list};
use crate::error::Error;
use crate::open::SqlOptions;

/// A few connections, made when they are needed and kept from then on.
///
/// Not sqlx's pool: that one asks every connection that comes back whether it is alive, from a task of its own, and on SQLite
/// the question goes to another thread and back.
pub(crate) struct Readers<E: Engine> {
    engine: Arc<E>,
    /// As many permits as there may be connections.
    places: Semaphore,
    size: u32,
    longest_wait: Duration,
    idle: Mutex<Vec<ConnectionOf<E>>>,
}

impl<E: Engine> Readers<E> {
    pub(crate) fn new(engine: Arc<E>, options: &SqlOptions) -> Self {
        let size = options.readers.clamp(1, 1024);
        Self {
            engine,
            places: Semaphore::new(size as usize),
            size,
            longest_wait: options.lock_wait,
            idle: Mutex::default(),
        }
    }

    /// Reads what a statement answers.
    pub(crate) async fn rows(
        &self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<RowOf<E>>, Error> {
        let mut reader = self.acquire().await?;
        let rows = run::<E>(&mut reader.connection, statement, values).await;
        reader.finish(rows)
    }

    /// Reads a list.
    pub(crate) async fn list_rows(
        &self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<E::ListRow>, Error> {
        let mut reader = self.acquire().await?;
        let rows = run_list::<E>(&mut reader.connection, statement, values).await;
        reader.finish(rows)
    }

    /// Waits for whoever reads, then ends every connection.
    pub(crate) async fn close(&self) {
        // Fails where it was closed before: then there is nothing to do.
        if let Ok(all) = self.places.acquire_many(self.size).await {
            self.places.close();
            drop(all);
        }
        let connections = std::mem::take(&mut *self.idle());
        for connection in connections {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a reading connection was not closed in good order");
            }
        }
    }

    async fn acquire(&self) -> Result<Reader<'_, E>, Error> {
        let place = match self.places.try_acquire() {
            Ok(place) => place,
            Err(_) => tokio::time::timeout(self.longest_wait, self.places.acquire())
                .await
                .map_err(|_| Error::TooSlow)?
                .map_err(|_| Error::Closed)?,
        };
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self
                .engine
                .connect_options(Role::Reader)
                .connect()
                .await
                .map_err(Error::of::<E>)?,
        };
        Ok(Reader {
            connection,
            readers: self,
            _place: place,
        })
    }

    /// The connections that nobody uses. Whoever panicked while holding the lock left a list that is whole.
    fn idle(&self) -> MutexGuard<'_, Vec<ConnectionOf<E>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in use. It is dropped, and so ends, where its user goes away in the middle.
struct Reader<'r, E: Engine> {
    connection: ConnectionOf<E>,
    readers: &'r Readers<E>,
    _place: SemaphorePermit<'r>,
}

impl<E: Engine> Reader<'_, E> {
    /// Gives the connection back, unless it broke, with what was read.
    fn finish<T>(self, rows: Result<T, sqlx::Error>) -> Result<T, Error> {
        if matches!(rows, Ok(_) | Err(sqlx::Error::Database(_))) {
            self.readers.idle().push(self.connection);
        }
        rows.map_err(Error::of::<E>)
    }
}
