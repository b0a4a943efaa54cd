//! The interface to a database engine: everything that differs between engines.

mod row;
mod statement;
mod value;

use std::future::Future;

use sqlx::Connection;
use sqlx::error::BoxDynError;

pub(crate) use row::{Columns, Row};
pub(crate) use statement::Statement;
pub(crate) use value::{Numbers, Value};

use crate::migration::Migration;
use crate::open::{OpenError, SqlOptions};

pub(crate) type ConnectionOf<E> = <<E as Engine>::Database as sqlx::Database>::Connection;
pub(crate) type ConnectOptionsOf<E> = <ConnectionOf<E> as Connection>::Options;
pub(crate) type ArgumentsOf<E> = <<E as Engine>::Database as sqlx::Database>::Arguments;
pub(crate) type RowOf<E> = <<E as Engine>::Database as sqlx::Database>::Row;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one connection that writes.
    Writer,
    /// A connection that only reads.
    Reader,
    /// A connection that reads and changes nothing on disk, not even by a file beside the database.
    Inspector,
}

/// A database engine: how to connect to it, and its dialect of the [statements](crate::statements).
///
/// A value of it is one database. The statements rely on `INSERT … ON CONFLICT DO NOTHING`, `UPDATE … FROM` and
/// `RETURNING`; an engine that lacks them needs statements of its own for those few. An engine whose parameters are bare `?`
/// needs [`Statement`] to keep the order of its parameters beside the text, and [`run`] to bind values in that order.
pub(crate) trait Engine: Sized + Send + Sync + 'static {
    /// The sqlx driver.
    type Database: sqlx::Database<Row: Row>;

    /// A row of a [list](Self::list).
    type ListRow: Row;

    /// Begins a transaction that is going to write.
    const BEGIN_WRITE: &'static str;

    /// Every released migration, oldest first.
    const MIGRATIONS: &'static [Migration];

    /// Parses a URL. Errors show no credentials.
    fn from_url(url: &str, options: &SqlOptions) -> Result<Self, OpenError>;

    /// Names the database, without credentials.
    fn name(&self) -> String;

    /// Whether the database exists; otherwise connecting would create it.
    fn exists(&self) -> bool;

    /// The same database, but connecting never creates it.
    #[must_use]
    fn existing_only(self) -> Self;

    /// How to connect.
    fn connect_options(&self, role: Role) -> ConnectOptionsOf<Self>;

    /// Translates a statement, whose parameters are `?1`, `?2`, …, to the engine's dialect.
    fn translate(canonical: &str) -> Statement;

    /// Builds a statement that reads a list: many rows of many columns.
    fn list(list: &ListText) -> Statement;

    /// A derived table of integer `columns`, out of the [numbers](Value::Numbers) that are bound to a parameter.
    fn bound_table(parameter: usize, columns: &[&str]) -> String;

    /// Binds the next value of a statement.
    fn bind(arguments: &mut ArgumentsOf<Self>, value: &Value<'_>) -> Result<(), BoxDynError>;

    /// Runs a statement to its end.
    fn rows(
        connection: &mut ConnectionOf<Self>,
        statement: &Statement,
        arguments: ArgumentsOf<Self>,
    ) -> impl Future<Output = Result<Vec<RowOf<Self>>, sqlx::Error>> + Send;

    /// Reads a [list](Self::list).
    fn list_rows(
        connection: &mut ConnectionOf<Self>,
        statement: &Statement,
        arguments: ArgumentsOf<Self>,
    ) -> impl Future<Output = Result<Vec<Self::ListRow>, sqlx::Error>> + Send;

    /// Runs several statements without parameters.
    fn script(
        connection: &mut ConnectionOf<Self>,
        text: &'static str,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Whether the error is a lock that another process holds, so that a retry may succeed.
    fn is_contention(error: &sqlx::Error) -> bool;

    /// Whether the database is damaged, or the file is no database.
    fn is_corruption(error: &sqlx::Error) -> bool;

    /// Whether a statement failed to compile, as it does if a table does not exist.
    fn is_refused_text(error: &sqlx::Error) -> bool;

    /// Closes the connection that writes.
    fn finish(
        connection: ConnectionOf<Self>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

/// The parts of a statement that reads a list.
pub(crate) struct ListText<'t> {
    /// The columns of an entry.
    pub(crate) columns: &'t str,
    /// The `FROM` clause.
    pub(crate) from: &'t str,
    /// The `ORDER BY` clause.
    pub(crate) order: &'t str,
}

/// Runs a statement with its values.
pub(crate) async fn run<E: Engine>(
    connection: &mut ConnectionOf<E>,
    statement: &Statement,
    values: &[Value<'_>],
) -> Result<Vec<RowOf<E>>, sqlx::Error> {
    let arguments = prepare::<E>(statement, values)?;
    E::rows(connection, statement, arguments).await
}

/// Runs a statement that reads a list with its values.
pub(crate) async fn run_list<E: Engine>(
    connection: &mut ConnectionOf<E>,
    statement: &Statement,
    values: &[Value<'_>],
) -> Result<Vec<E::ListRow>, sqlx::Error> {
    let arguments = prepare::<E>(statement, values)?;
    E::list_rows(connection, statement, arguments).await
}

/// Traces a statement, by its text and never by its values, and binds its values. Every statement passes here before it runs.
fn prepare<E: Engine>(
    statement: &Statement,
    values: &[Value<'_>],
) -> Result<ArgumentsOf<E>, sqlx::Error> {
    tracing::trace!(
        target: "douyin_store_sql::statement",
        text = statement.text().as_str(),
    );
    let mut arguments = ArgumentsOf::<E>::default();
    for value in values {
        E::bind(&mut arguments, value).map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}
