//! The connections that read.

mod idle;
mod places;
mod reader;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryFutureExt as _;
use sqlx::Connection as _;
use tokio::runtime::Handle;
use tracing::{Instrument as _, Span};

use self::idle::Idle;
use self::places::Places;
use self::reader::Reader;
use crate::connector::{Connector, IdleLimit, TimeLimit};
use crate::engine::{
    Columns, ConnectionOf, Engine, Role, RowOf, Statement, Value, run, run_each, run_list,
};
use crate::error::Error;
use crate::options::SqlOptions;
use crate::stats::{Meter, ReaderStats};

/// A few connections, opened when they are needed and kept from then on.
///
/// Not sqlx's pool: that one pings every connection that is returned, from a task of its own, and on SQLite a ping goes to
/// another thread and back. Reading a profile takes 42 µs with the pool and 17 µs with this. Here only a connection whose
/// read was cancelled is pinged. On Postgres it is a trip to the server and back: a row by its key takes 88 µs with the pool and
/// 21 µs with this, and where sixteen read at a time 56 µs and 14 µs.
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
    meter: Arc<Meter>,
}

/// Takes a connection and reads with it.
macro_rules! read_with {
    ($readers:ident, $reader:ident => $read:expr) => {{
        let mut $reader = Reader::take($readers).await?;
        loop {
            $readers.meter.count_read();
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
    pub(crate) fn new(
        connector: Arc<Connector<E>>,
        meter: Arc<Meter>,
        options: &SqlOptions,
    ) -> Self {
        let default = if E::ON_SERVER { 16 } else { 4 };
        let size = options.readers.unwrap_or(default).clamp(1, 1024);
        Self {
            connector,
            role: Role::Reader,
            places: Places::new(size, options.read_queue, options.lock_wait),
            idle: Arc::new(Idle::new(IdleLimit::of::<E>(options))),
            limit: TimeLimit::of_statements::<E>(options),
            runtime: Handle::current(),
            meter,
        }
    }

    /// A connection for reads that take long. Who finds it in use waits.
    pub(crate) fn of_auditors(
        connector: Arc<Connector<E>>,
        meter: Arc<Meter>,
        options: &SqlOptions,
    ) -> Self {
        Self {
            role: Role::Auditor,
            places: Places::new(1, usize::MAX, Duration::MAX),
            limit: TimeLimit::NONE,
            ..Self::new(connector, meter, options)
        }
    }

    /// What they are doing. What was refused is with the meter.
    pub(crate) fn stats(&self) -> ReaderStats {
        ReaderStats {
            size: self.places.size(),
            in_use: self.places.taken(),
            waiting: self.places.waiting(),
            refused: 0,
        }
    }

    /// Reads the rows of a statement.
    pub(crate) async fn rows(
        &self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<RowOf<E>>, Error> {
        let read =
            async { read_with!(self, reader => run::<E>(reader.connection(), statement, values)) };
        read.instrument(span(statement)).await
    }

    /// Reads a list.
    pub(crate) async fn list_rows(
        &self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<E::ListRow>, Error> {
        let read = async {
            read_with!(self, reader => run_list::<E>(reader.connection(), statement, values))
        };
        read.instrument(span(statement)).await
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

/// A read, with the time that it waits for a connection.
fn span(statement: &Statement) -> Span {
    tracing::trace_span!("database read", db.query.text = statement.text().as_str())
}
