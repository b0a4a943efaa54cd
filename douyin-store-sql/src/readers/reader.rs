use std::sync::Arc;

use futures_util::TryFutureExt as _;
use sqlx::Connection as _;
use tracing::Instrument as _;

use super::Readers;
use super::places::Place;
use crate::engine::{ConnectionOf, Engine};
use crate::error::Error;

/// A connection in use, and its place.
pub(super) struct Reader<'r, E: Engine> {
    readers: &'r Readers<E>,
    lease: Option<(ConnectionOf<E>, Place)>,
    /// Whether it was connected for this read.
    is_fresh: bool,
}

impl<'r, E: Engine> Reader<'r, E> {
    /// Waits for a place and takes a connection.
    pub(super) async fn take(readers: &'r Readers<E>) -> Result<Self, Error> {
        let place = readers.places.take().await;
        let place = place.inspect_err(|_| readers.meter.count_refused_read())?;
        let idle = readers.idle.take();
        let is_fresh = idle.is_none();
        let connection = match idle {
            Some(connection) => connection,
            None => readers.connector.connect(readers.role).await?,
        };
        Ok(Self {
            readers,
            lease: Some((connection, place)),
            is_fresh,
        })
    }

    pub(super) fn connection(&mut self) -> &mut ConnectionOf<E> {
        let lease = self.lease.as_mut();
        &mut lease
            .expect("only what consumes a reader takes its lease")
            .0
    }

    /// Whether the connection had broken by the time it was taken.
    pub(super) fn was_broken_before<T>(&self, rows: &Result<T, Error>) -> bool {
        !self.is_fresh && matches!(rows, Err(Error::Outage(_)))
    }

    /// Goes on with a fresh connection. What broke this one has broken the idle ones too.
    pub(super) async fn reconnect(&mut self) -> Result<(), Error> {
        self.readers.idle.clear();
        *self.connection() = self.readers.connector.connect(self.readers.role).await?;
        self.is_fresh = true;
        Ok(())
    }

    /// Returns the connection, unless it broke, and passes the result on.
    pub(super) fn finish<T>(mut self, rows: Result<T, Error>) -> Result<T, Error> {
        let lease = self.lease.take();
        if matches!(&rows, Err(error) if error.breaks_connection()) {
            self.readers.idle.clear();
        } else if let Some((connection, _place)) = lease {
            self.readers.idle.put(connection);
        }
        rows
    }
}

impl<E: Engine> Drop for Reader<'_, E> {
    /// If the read was cancelled, the database may still run its statement: the connection keeps its place until the
    /// statement has ended, which the answer to a ping tells, and is then used again.
    fn drop(&mut self) {
        let Some((mut connection, place)) = self.lease.take() else {
            return;
        };
        let (idle, limit) = (Arc::clone(&self.readers.idle), self.readers.limit);
        let settle = async move {
            match limit.on(connection.ping().map_err(Error::of::<E>)).await {
                Ok(()) => idle.put(connection),
                Err(error) => tracing::debug!(%error, "a reading connection was given up"),
            }
            drop(place);
        };
        self.readers.runtime.spawn(settle.in_current_span());
    }
}
