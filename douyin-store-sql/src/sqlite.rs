//! SQLite: WAL, `synchronous=FULL`, one connection that writes, a few that read.

mod json_row;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Arguments, ConnectOptions, Connection, Executor, Row as _, Sqlite};

use self::json_row::JsonRow;

use crate::engine::{
    Engine, Failure, ListText, Role, Statement, Value, Write, WriteText, driver_methods,
};
use crate::migration::{Migration, migrations};
use crate::open_error::OpenError;
use crate::options::SqlOptions;

/// An SQLite file.
#[derive(Debug)]
pub(crate) struct SqliteFile {
    path: PathBuf,
    options: SqliteConnectOptions,
    max_pages: Option<u32>,
}

/// Page caches of a connection, in KiB.
const WRITER_CACHE_KIB: u32 = 16 * 1024;
const READER_CACHE_KIB: u32 = 4 * 1024;
/// Also what an auditor sorts in memory before it goes to the disk: with 16 MiB counting ten million likes takes half as long again.
const AUDITOR_CACHE_KIB: u32 = 64 * 1024;

impl Engine for SqliteFile {
    type Database = Sqlite;
    type ListRow = JsonRow;

    const ON_SERVER: bool = false;

    /// A deferred transaction that reads and then writes fails without waiting if another process wrote in between; this one
    /// waits for the lock.
    const BEGIN_WRITE: &'static str = "BEGIN IMMEDIATE";

    /// A transaction that writes locks the whole database.
    const LOCKS_ROWS: bool = false;

    const JOIN_FROM_LEFT: &'static str = "JOIN";

    const BY_PRIMARY_KEY: &'static str = "";

    const MIGRATIONS: &'static [Migration] = &migrations!("sqlite");

    fn from_url(url: &str, options: &SqlOptions) -> Result<Self, OpenError> {
        let connect = SqliteConnectOptions::from_str(url).map_err(OpenError::Url)?;
        let path = connect.get_filename().to_owned();
        let (database, query) = url.split_once('?').unwrap_or((url, ""));
        let mode = query.split('&').find_map(|pair| pair.strip_prefix("mode="));
        // The driver gives `:memory:` a name of its own; SQLite itself understands the others.
        let in_memory = mode == Some("memory")
            || matches!(database, "sqlite::memory:" | "sqlite://:memory:")
            || [":memory:", "file::memory:", ""]
                .map(Path::new)
                .contains(&&*path);
        if in_memory {
            return Err(OpenError::NoFile);
        }
        Ok(Self {
            path,
            options: connect
                .create_if_missing(mode.is_none_or(|mode| mode == "rwc"))
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

    fn existing_only(self) -> Self {
        let options = self.options.create_if_missing(false);
        Self { options, ..self }
    }

    /// Tries again for a second while another process holds a lock: of two processes that create one database at the same
    /// time, SQLite refuses one without waiting.
    async fn connect(&self, role: Role) -> Result<SqliteConnection, sqlx::Error> {
        const ATTEMPTS: u32 = 50;
        const PAUSE: Duration = Duration::from_millis(20);
        let mut attempt = 1;
        loop {
            match self.connect_options(role).connect().await {
                Err(error)
                    if attempt < ATTEMPTS && Failure::of::<Self>(&error) == Failure::Contention =>
                {
                    attempt += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                result => return result,
            }
        }
    }

    fn translate(canonical: &str) -> Statement {
        // A bare parameter as the limit is a hint to SQLite's planner, which recompiles the statement whenever a value is
        // bound to it: 170 µs of a feed page.
        Statement::new(&canonical.replace("LIMIT ?", "LIMIT 0 + ?"))
    }

    fn write(text: &WriteText<'_>) -> Write {
        Write::returning(text, Self::translate)
    }

    /// Returns the list as one JSON text: see [`JsonRow`].
    fn list(list: &ListText<'_>) -> Statement {
        let ListText {
            columns,
            from,
            order,
        } = list;
        Self::translate(&format!(
            "SELECT json_group_array(json_array({columns}) ORDER BY {order}) FROM {from}"
        ))
    }

    fn bound_table(parameter: usize, columns: &[&str]) -> String {
        let columns: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("value ->> {at} AS {column}"))
            .collect();
        format!(
            "(SELECT {} FROM json_each(?{parameter}))",
            columns.join(", ")
        )
    }

    fn bound_rows(parameter: usize, numbers: &[&str], texts: &[&str]) -> String {
        Self::bound_table(parameter, &[numbers, texts].concat())
    }

    fn delete_pairs(table: &str, [one, other]: [&str; 2], pairs: &str) -> String {
        format!(
            "DELETE FROM {table} WHERE ({one}, {other}) IN (SELECT one, other FROM {pairs} AS pair)"
        )
    }

    fn update_from(table: &str, set: &str, moved: &str) -> String {
        format!("UPDATE {table} SET {set} FROM {moved} AS moved WHERE {table}.id = moved.id")
    }

    fn bind(arguments: &mut SqliteArguments, value: &Value<'_>) -> Result<(), BoxDynError> {
        match value {
            Value::Integer(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Numbers(numbers) => arguments.add(numbers.to_json()),
            Value::Rows(rows) => arguments.add(rows.to_json()?),
        }
    }

    driver_methods!(SqliteConnection, SqliteArguments, SqliteRow);

    async fn list_rows(
        connection: &mut SqliteConnection,
        statement: &Statement,
        arguments: SqliteArguments,
    ) -> Result<Vec<JsonRow>, sqlx::Error> {
        let query = sqlx::query_with(statement.text(), arguments);
        let row = connection.fetch_one(query).await?;
        JsonRow::parse(row.try_get(0)?).map_err(|error| sqlx::Error::Decode(error.into()))
    }

    /// Each transaction locks everything.
    async fn lock_schema(_connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        Ok(())
    }

    async fn unlock_schema(_connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        Ok(())
    }

    /// By the primary result code: the low byte of the extended one (<https://www.sqlite.org/rescode.html>).
    fn classify(error: &dyn DatabaseError) -> Failure {
        const ERROR: u32 = 1;
        const BUSY: u32 = 5;
        const LOCKED: u32 = 6;
        const CORRUPT: u32 = 11;
        const NOT_A_DATABASE: u32 = 26;
        let code: Option<u32> = error.code().and_then(|code| code.parse().ok());
        match code.map(|code| code & 0xff) {
            Some(BUSY | LOCKED) => Failure::Contention,
            Some(CORRUPT | NOT_A_DATABASE) => Failure::Corruption,
            Some(ERROR) => Failure::RefusedText,
            _ => Failure::Statement,
        }
    }

    async fn finish(mut connection: SqliteConnection) -> Result<(), sqlx::Error> {
        // Not an error if another process still reads: the log then stays and is recovered by the next connection.
        Self::script(&mut connection, "PRAGMA wal_checkpoint(TRUNCATE)").await?;
        connection.close().await
    }
}

impl SqliteFile {
    fn connect_options(&self, role: Role) -> SqliteConnectOptions {
        let options = self.options.clone();
        let durable = |options: SqliteConnectOptions| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
        };
        let cache = |kibibytes: u32| format!("-{kibibytes}");
        match role {
            Role::Writer => {
                let options = durable(options)
                    .pragma("cache_size", cache(WRITER_CACHE_KIB))
                    .thread_name(|number| format!("sqlite-writer-{number}"));
                match self.max_pages {
                    Some(pages) => options.pragma("max_page_count", pages.to_string()),
                    None => options,
                }
            }
            Role::Reader => durable(options)
                .pragma("query_only", "ON")
                .pragma("cache_size", cache(READER_CACHE_KIB))
                .thread_name(|number| format!("sqlite-reader-{number}")),
            // What it sorts does not fit into memory.
            Role::Auditor => durable(options)
                .pragma("query_only", "ON")
                .pragma("temp_store", "FILE")
                .pragma("cache_size", cache(AUDITOR_CACHE_KIB))
                .thread_name(|number| format!("sqlite-auditor-{number}")),
            // A connection that may only read cannot remove the two files that WAL puts beside a database, so it must not make
            // them either.
            Role::Inspector => options
                .create_if_missing(false)
                .read_only(true)
                .immutable(!self.has_log()),
        }
    }

    /// Whether a log lies beside the file, so that the file alone may be neither whole nor at rest.
    fn has_log(&self) -> bool {
        // SQLite puts the logs where the file is, not where links to it are.
        let file = self
            .path
            .canonicalize()
            .unwrap_or_else(|_| self.path.clone());
        ["-wal", "-journal"].into_iter().any(|suffix| {
            let mut log = file.clone().into_os_string();
            log.push(suffix);
            Path::new(&log).exists()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_limit_is_a_bare_parameter() {
        let statement = SqliteFile::translate("SELECT 1 LIMIT ?3");
        assert_eq!(statement.text().as_str(), "SELECT 1 LIMIT 0 + ?3");
    }

    #[test]
    fn a_list_is_one_json_text_in_the_order_asked_for() {
        let list = ListText {
            columns: "page.id, page.at",
            from: "(SELECT id, at FROM t LIMIT ?1) AS page",
            order: "page.at DESC",
        };
        let expected = "SELECT json_group_array(json_array(page.id, page.at) ORDER BY page.at DESC) \
             FROM (SELECT id, at FROM t LIMIT 0 + ?1) AS page";
        assert_eq!(SqliteFile::list(&list).text().as_str(), expected);
    }
}
