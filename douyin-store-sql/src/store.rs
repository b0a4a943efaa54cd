//! The ports of core, on a database.

mod audit;
mod comments;
mod favorites;
mod follows;
mod messages;
mod users;
mod videos;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use douyin_core::{Cursor, Page, PageRequest, StoreError, Timestamp, UserId};
use sqlx::Pool;
use sqlx::pool::PoolOptions;

use crate::decode;
use crate::engine::{Columns, ConnectionOf, Engine, Role, RowOf, Statement, Value, run};
use crate::error::Error;
use crate::open::{OpenStore, SqlOptions};
use crate::statements::Statements;
use crate::writer::Writer;

/// A store: connections that read, and the writer.
pub(crate) struct SqlStore<E: Engine> {
    statements: Arc<Statements>,
    readers: Pool<E::Database>,
    writer: Writer<E>,
    ping_wait: Duration,
}

impl<E: Engine> SqlStore<E> {
    /// A store on a database whose schema is up to date, with the connection that is to write.
    pub(crate) fn new(engine: E, connection: ConnectionOf<E>, options: &SqlOptions) -> Self {
        let statements = Arc::new(Statements::of::<E>());
        let readers = PoolOptions::new()
            .max_connections(options.readers.max(1))
            .acquire_timeout(options.lock_wait)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_lazy_with(engine.connect_options(Role::Reader));
        let writer = Writer::start(
            Arc::new(engine),
            connection,
            Arc::clone(&statements),
            options,
        );
        Self {
            statements,
            readers,
            writer,
            ping_wait: options.ping_wait,
        }
    }

    /// Reads what a statement answers.
    async fn read(
        &self,
        statement: &Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<RowOf<E>>, Error> {
        let mut connection = self.readers.acquire().await.map_err(Error::of::<E>)?;
        run::<E>(&mut connection, statement, values)
            .await
            .map_err(Error::of::<E>)
    }

    /// Reads the one row that a statement answers, if it does.
    async fn read_one<T>(
        &self,
        statement: &Statement,
        values: &[Value<'_>],
        decode: impl FnOnce(&mut Columns<'_, RowOf<E>>) -> Result<T, Error> + Send,
    ) -> Result<Option<T>, Error> {
        let rows = self.read(statement, values).await?;
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
        decode: impl Fn(Cursor, &mut Columns<'_, RowOf<E>>) -> Result<T, Error> + Send,
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
        let rows = self.read(statement, &values).await?;
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

/// Nobody has the id 0.
fn viewer_id(viewer: Option<UserId>) -> i64 {
    viewer.map_or(0, UserId::get)
}

#[async_trait]
impl<E: Engine> OpenStore for SqlStore<E> {
    async fn close(&self) -> Result<(), StoreError> {
        // The readers go first: the last connection that closes tidies up, and that one has to be able to write.
        self.readers.close().await;
        Ok(self.writer.close().await?)
    }
}
