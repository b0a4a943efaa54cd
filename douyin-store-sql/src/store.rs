//! Implements the ports of core on a database.

mod audit;
mod bulk;
mod comments;
mod deletion;
mod favorites;
mod follows;
mod jobs;
mod messages;
mod nodes;
mod pictures;
mod sessions;
mod users;
mod videos;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use douyin_core::{Cursor, Page, PageRequest, StoreError, Timestamp, UserId};

use crate::connector::Connector;
use crate::decode;
use crate::engine::{Columns, ConnectionOf, Engine, RowOf, Statement, Value};
use crate::error::Error;
use crate::open::ClosableStore;
use crate::options::SqlOptions;
use crate::readers::Readers;
use crate::statements::Statements;
use crate::stats::{Meter, StoreStats};
use crate::writer::{Transactions, Writer};

/// A store: connections that read, and the writer.
pub(crate) struct SqlStore<E: Engine> {
    statements: Arc<Statements>,
    pub(crate) readers: Readers<E>,
    auditors: Readers<E>,
    pub(crate) writer: Writer<E>,
    ping_wait: Duration,
    meter: Arc<Meter>,
}

impl<E: Engine> SqlStore<E> {
    /// A store on a database whose schema is up to date, with the connection that is to write.
    pub(crate) fn new(engine: E, connection: ConnectionOf<E>, options: &SqlOptions) -> Self {
        let meter = Arc::new(Meter::default());
        let connector = Arc::new(Connector::new(engine, Arc::clone(&meter), options));
        let statements = Arc::new(Statements::of::<E>());
        let readers = Readers::new(Arc::clone(&connector), Arc::clone(&meter), options);
        let auditors = Readers::of_auditors(Arc::clone(&connector), Arc::clone(&meter), options);
        let transactions =
            Transactions::new::<E>(Arc::clone(&statements), Arc::clone(&meter), options);
        let writer = Writer::start(connector, connection, transactions, options);
        Self {
            statements,
            readers,
            auditors,
            writer,
            ping_wait: options.ping_wait,
            meter,
        }
    }

    /// Reads the one row that a statement answers, if it does.
    async fn read_one<T>(
        &self,
        statement: &Statement,
        values: &[Value<'_>],
        decode: impl FnOnce(&mut Columns<'_, RowOf<E>>) -> Result<T, Error> + Send,
    ) -> Result<Option<T>, Error> {
        let rows = self.readers.rows(statement, values).await?;
        rows.first()
            .map(|row| decode(&mut Columns::of(row)))
            .transpose()
    }

    /// Reads a page of a list whose statement takes the viewer, the place to start from, and the number of entries, then
    /// whose list it is, and answers every entry after its place.
    async fn read_page<T>(
        &self,
        statement: &Statement,
        viewer: Option<UserId>,
        owner: i64,
        page: PageRequest,
        decode: impl Fn(Cursor, &mut Columns<'_, E::ListRow>) -> Result<T, Error> + Send,
    ) -> Result<Page<T>, Error> {
        let after = page.after.unwrap_or(Cursor {
            at: Timestamp::MAX,
            id: i64::MAX,
        });
        let values = [
            viewer_id(viewer).into(),
            after.at.into(),
            after.id.into(),
            one_too_many(page.limit).into(),
            owner.into(),
        ];
        let rows = self.readers.list_rows(statement, &values).await?;
        let entries = rows
            .iter()
            .map(|row| {
                let mut columns = Columns::of(row);
                let place = decode::place(&mut columns)?;
                Ok((place, decode(place, &mut columns)?))
            })
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(Page::from_one_too_many(
            entries,
            page.limit,
            |(place, _)| *place,
            |(_, entry)| entry,
        ))
    }
}

/// How many rows to ask for, so that it shows whether the list goes on.
fn one_too_many(limit: u32) -> i64 {
    i64::from(limit) + 1
}

/// The id of a viewer; 0, which no user has, for anonymous.
fn viewer_id(viewer: Option<UserId>) -> i64 {
    viewer.map_or(0, UserId::get)
}

#[async_trait]
impl<E: Engine> ClosableStore for SqlStore<E> {
    async fn settle(&self) -> Result<(), StoreError> {
        Ok(self.writer.perform(videos::Settle).await?)
    }

    async fn close(&self) -> Result<(), StoreError> {
        // The readers close first: the last connection checkpoints and removes the log, so it has to be one that can write.
        self.readers.close().await;
        self.auditors.close().await;
        Ok(self.writer.close().await?)
    }

    fn stats(&self) -> StoreStats {
        let (queued, queue) = self.writer.queue();
        self.meter.stats(self.readers.stats(), queued, queue)
    }
}
