//! SQLite: WAL, `synchronous=FULL`, one connection that writes, a few that read.

use std::path::PathBuf;
use std::str::FromStr;

use sqlx::error::BoxDynError;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Arguments, ConnectOptions, Connection, Executor, Sqlite};

use crate::engine::{Engine, Role, Statement, Value};
use crate::migration::Migration;
use crate::open::{OpenError, SqlOptions};

/// An SQLite file.
#[derive(Debug)]
pub(crate) struct SqliteFile {
    path: PathBuf,
    options: SqliteConnectOptions,
    max_pages: Option<u32>,
}

/// Kibibytes of pages that a connection keeps.
const WRITER_CACHE_KIB: u32 = 16 * 1024;
const READER_CACHE_KIB: u32 = 4 * 1024;

impl Engine for SqliteFile {
    type Database = Sqlite;

    /// A deferred transaction that reads and then writes fails at once where somebody else wrote in between; this one waits.
    const BEGIN_WRITE: &'static str = "BEGIN IMMEDIATE";

    const MIGRATIONS: &'static [Migration] = &[Migration {
        version: 1,
        name: "initial",
        sql: include_str!("../migrations/sqlite/0001_initial.sql"),
    }];

    fn from_url(url: &str, options: &SqlOptions) -> Result<Self, OpenError> {
        let connect = SqliteConnectOptions::from_str(url).map_err(OpenError::Url)?;
        let path = connect.get_filename().to_owned();
        if url.contains(":memory:") || url.contains("mode=memory") || path.as_os_str().is_empty() {
            return Err(OpenError::NoFile);
        }
        Ok(Self {
            path,
            options: connect
                .create_if_missing(!url.contains("mode="))
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(false)
                .pragma("temp_store", "MEMORY")
                .busy_timeout(options.lock_wait)
                .disable_statement_logging(),
            max_pages: options.max_pages,
        })
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn exists(&self) -> bool {
        self.path.exists()
    }

    fn connect_options(&self, role: Role) -> SqliteConnectOptions {
        let options = self.options.clone();
        let cache = |kibibytes: u32| format!("-{kibibytes}");
        match (role, self.max_pages) {
            (Role::Reader, _) => options
                .pragma("query_only", "ON")
                .pragma("cache_size", cache(READER_CACHE_KIB))
                .thread_name(|number| format!("sqlite-reader-{number}")),
            (Role::Writer, None) => options
                .pragma("cache_size", cache(WRITER_CACHE_KIB))
                .thread_name(|number| format!("sqlite-writer-{number}")),
            (Role::Writer, Some(pages)) => options.pragma("max_page_count", pages.to_string()),
        }
    }

    fn translate(canonical: &str) -> Statement {
        Statement::numbered(canonical)
    }

    fn list(number: usize, columns: &[&str]) -> String {
        let columns: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("value ->> {at} AS {column}"))
            .collect();
        format!("(SELECT {} FROM json_each(?{number}))", columns.join(", "))
    }

    fn bind(arguments: &mut SqliteArguments, value: &Value<'_>) -> Result<(), BoxDynError> {
        match value {
            Value::Integer(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::List(list) => arguments.add(list.to_json()),
        }
    }

    async fn rows(
        connection: &mut SqliteConnection,
        statement: &Statement,
        arguments: SqliteArguments,
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        connection
            .fetch_all(sqlx::query_with(statement.text(), arguments))
            .await
    }

    async fn script(
        connection: &mut SqliteConnection,
        text: &'static str,
    ) -> Result<(), sqlx::Error> {
        connection.execute(sqlx::raw_sql(text)).await.map(drop)
    }

    fn is_contention(error: &sqlx::Error) -> bool {
        const BUSY: u32 = 5;
        const LOCKED: u32 = 6;
        matches!(primary_code(error), Some(BUSY | LOCKED))
    }

    fn is_corruption(error: &sqlx::Error) -> bool {
        const CORRUPT: u32 = 11;
        const NOT_A_DATABASE: u32 = 26;
        matches!(primary_code(error), Some(CORRUPT | NOT_A_DATABASE))
    }

    fn is_refused_text(error: &sqlx::Error) -> bool {
        const ERROR: u32 = 1;
        primary_code(error) == Some(ERROR)
    }

    async fn finish(mut connection: SqliteConnection) -> Result<(), sqlx::Error> {
        // Not an error where another process still reads: the log then stays, and whoever comes next finds it.
        connection
            .execute(sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)"))
            .await?;
        connection.close().await
    }
}

/// The primary result code: the low byte of the extended one (<https://www.sqlite.org/rescode.html>).
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
