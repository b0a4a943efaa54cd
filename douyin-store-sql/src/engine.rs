//! What differs between databases, and nothing else does.

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
    /// Writes, and is the only one that does.
    Writer,
    /// Reads only.
    Reader,
    /// Looks at a database that it must not change, not even by a file beside it.
    Inspector,
}

/// A database engine: how to reach it, and how it spells what the [statements](crate::statements) say.
///
/// A value of it is a database that can be connected to. The statements rest on `INSERT … ON CONFLICT DO NOTHING`, `UPDATE … FROM` and
/// `RETURNING`; an engine that lacks them brings statements of its own for those few. An engine whose parameters are bare `?`
/// has its [`Statement`] keep, beside the text, which value goes where, and [`run`] bind them in that order.
pub(crate) trait Engine: Sized + Send + Sync + 'static {
    /// Its driver.
    type Database: sqlx::Database<Row: Row>;

    /// A row of a [list](Self::list).
    type ListRow: Row;

    /// What begins a transaction that is going to write.
    const BEGIN_WRITE: &'static str;

    /// Every migration that was ever released, oldest first.
    const MIGRATIONS: &'static [Migration];

    /// Reads a URL. Errors show no credentials.
    fn from_url(url: &str, options: &SqlOptions) -> Result<Self, OpenError>;

    /// Which database it is, without credentials.
    fn name(&self) -> String;

    /// Whether there is a database to connect to; otherwise connecting would make one.
    fn exists(&self) -> bool;

    /// The same database, but connecting never makes one.
    #[must_use]
    fn existing_only(self) -> Self;

    /// How to connect.
    fn connect_options(&self, role: Role) -> ConnectOptionsOf<Self>;

    /// Spells a statement, whose parameters are `?1`, `?2`, …, as the engine does.
    fn translate(canonical: &str) -> Statement;

    /// Spells a statement that reads a list: many rows of many columns.
    fn list(list: &ListText) -> Statement;

    /// A derived table of integer `columns`, out of the [numbers](Value::Numbers) that are bound to a parameter.
    fn bound_table(parameter: usize, columns: &[&str]) -> String;

    /// Adds a value to those that go with a statement.
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

    /// Runs a text of many statements without parameters.
    fn script(
        connection: &mut ConnectionOf<Self>,
        text: &'static str,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Whether somebody else stood in the way, so that the same may work now.
    fn is_contention(error: &sqlx::Error) -> bool;

    /// Whether what is stored is damaged, or is no database at all.
    fn is_corruption(error: &sqlx::Error) -> bool;

    /// Whether the text of a statement was refused, as it is where a table does not exist.
    fn is_refused_text(error: &sqlx::Error) -> bool;

    /// Ends a writing connection in good order.
    fn finish(
        connection: ConnectionOf<Self>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

/// What a statement that reads a list is made of.
pub(crate) struct ListText<'t> {
    /// What each entry has.
    pub(crate) columns: &'t str,
    /// Where it is from.
    pub(crate) from: &'t str,
    /// What comes first.
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

/// What every statement goes through before it runs: it is traced, by its text and never by its values, and its values are bound.
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
