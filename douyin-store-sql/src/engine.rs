//! The interface to a database engine: everything that differs between engines.

mod driver;
mod row;
mod rows;
mod statement;
mod value;

use std::future::Future;

use sqlx::error::BoxDynError;

pub(crate) use driver::driver_methods;
pub(crate) use row::{Columns, Row};
pub(crate) use rows::Rows;
pub(crate) use statement::{Statement, Write, WriteText};
pub(crate) use value::{Numbers, Value};

use crate::migration::Migration;
use crate::open_error::OpenError;
use crate::options::SqlOptions;

pub(crate) type ConnectionOf<E> = <<E as Engine>::Database as sqlx::Database>::Connection;
pub(crate) type ArgumentsOf<E> = <<E as Engine>::Database as sqlx::Database>::Arguments;
pub(crate) type RowOf<E> = <<E as Engine>::Database as sqlx::Database>::Row;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one connection that writes.
    Writer,
    /// A connection that only reads.
    Reader,
    /// A connection that only reads, for as long as it takes, in bounded memory.
    Auditor,
    /// A connection that reads, for as long as it takes, and changes nothing on disk, not even by a file beside the database.
    Inspector,
}

/// What the failure of a statement says about what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(any(feature = "postgres", feature = "mysql")),
    allow(dead_code, reason = "a file fails in fewer ways than a server")
)]
pub(crate) enum Failure {
    /// Another process holds a lock for too long.
    Contention,
    /// The engine gave up this transaction in favour of another one: a deadlock, or a serialization failure. The same
    /// transaction may succeed at once.
    Conflict,
    /// The engine gave up a statement that took longer than it may.
    Overrun,
    /// The database is away, going away, full, or takes no writes: any other statement would fail too.
    Outage,
    /// The database is damaged, or is no database.
    Corruption,
    /// A statement did not compile, as it does if a table does not exist.
    RefusedText,
    /// The database that the URL names does not exist on its server.
    NoDatabase,
    /// Anything else, which is about this statement alone.
    Statement,
}

/// A database engine: how to connect to it, and its dialect of the [statements](crate::statements).
///
/// A value of it is one database.
pub(crate) trait Engine: Sized + Send + Sync + 'static {
    /// The sqlx driver.
    type Database: sqlx::Database<Row: Row>;

    /// A row of a [list](Self::list).
    type ListRow: Row;

    /// Whether the database is on a server, which can go away and fall silent while this process runs.
    const ON_SERVER: bool = true;

    /// Begins a transaction that is going to write.
    const BEGIN_WRITE: &'static str;

    /// Whether several transactions write at the same time, so that each locks the rows that it is going to change.
    const LOCKS_ROWS: bool;

    /// An inner join that reads its left side first, which is a short list that was bound.
    const JOIN_FROM_LEFT: &'static str;

    /// What a `CAST` calls an integer of 64 bits.
    const BIG_INTEGER: &'static str = "BIGINT";

    /// Stands behind a table that is joined by its primary key to be locked, so that only the rows that are asked for are touched.
    const BY_PRIMARY_KEY: &'static str;

    /// Every released migration, oldest first.
    const MIGRATIONS: &'static [Migration];

    /// Parses a URL. Errors show no credentials.
    fn from_url(url: &str, options: &SqlOptions) -> Result<Self, OpenError>;

    /// Names the database, without credentials.
    fn name(&self) -> String;

    /// Whether the database exists, as far as that shows without connecting; otherwise connecting would create it.
    fn exists(&self) -> bool;

    /// The same database, but connecting never creates it.
    #[must_use]
    fn existing_only(self) -> Self;

    /// Connects.
    fn connect(
        &self,
        role: Role,
    ) -> impl Future<Output = Result<ConnectionOf<Self>, sqlx::Error>> + Send;

    /// Translates a statement, whose parameters are `?1`, `?2`, …, to the engine's dialect.
    fn translate(canonical: &str) -> Statement;

    /// Builds a write that answers rows.
    fn write(text: &WriteText<'_>) -> Write;

    /// Builds a statement that reads a list: many rows of many columns.
    fn list(list: &ListText<'_>) -> Statement;

    /// A derived table of integer `columns`, out of the [numbers](Value::Numbers) that are bound to a parameter.
    fn bound_table(parameter: usize, columns: &[&str]) -> String;

    /// A derived table of integer columns and, after them, text columns, out of the [rows](Value::Rows) that are bound to a
    /// parameter.
    fn bound_rows(parameter: usize, numbers: &[&str], texts: &[&str]) -> String;

    /// Deletes the rows of a table whose `key` is among the rows of a derived table, whose columns are `one` and `other`.
    fn delete_pairs(table: &str, key: [&str; 2], pairs: &str) -> String;

    /// Updates the rows of a table whose id is among the rows of a derived table, which is called `moved`.
    fn update_from(table: &str, set: &str, moved: &str) -> String;

    /// Binds the next value of a statement.
    fn bind(arguments: &mut ArgumentsOf<Self>, value: &Value<'_>) -> Result<(), BoxDynError>;

    /// Runs a statement to its end.
    fn rows(
        connection: &mut ConnectionOf<Self>,
        statement: &Statement,
        arguments: ArgumentsOf<Self>,
    ) -> impl Future<Output = Result<Vec<RowOf<Self>>, sqlx::Error>> + Send;

    /// Runs a statement to its end and shows each row as it arrives, so that no answer is too long.
    fn each_row(
        connection: &mut ConnectionOf<Self>,
        statement: &Statement,
        arguments: ArgumentsOf<Self>,
        see: impl FnMut(&RowOf<Self>) + Send,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

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

    /// Waits until no other process changes the schema, and keeps them from it over several transactions. Nothing where a
    /// [transaction that writes](Self::BEGIN_WRITE) does.
    fn lock_schema(
        connection: &mut ConnectionOf<Self>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Lets other processes change the schema; so does closing the connection.
    fn unlock_schema(
        connection: &mut ConnectionOf<Self>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// What a failure of the database means. Failures that it did not report itself are outages.
    fn classify(error: &dyn sqlx::error::DatabaseError) -> Failure;

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

impl Failure {
    /// What an error of the driver means.
    pub(crate) fn of<E: Engine>(error: &sqlx::Error) -> Self {
        use sqlx::Error as Sqlx;
        match error {
            Sqlx::Database(error) => E::classify(&**error),
            Sqlx::Io(_) | Sqlx::Tls(_) | Sqlx::Protocol(_) | Sqlx::WorkerCrashed => Self::Outage,
            _ => Self::Statement,
        }
    }
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

/// Runs a statement without values and shows each row as it arrives.
pub(crate) async fn run_each<E: Engine>(
    connection: &mut ConnectionOf<E>,
    statement: &Statement,
    see: impl FnMut(&RowOf<E>) + Send,
) -> Result<(), sqlx::Error> {
    let arguments = prepare::<E>(statement, &[])?;
    E::each_row(connection, statement, arguments, see).await
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
    for value in statement.in_order(values) {
        E::bind(&mut arguments, value).map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}
