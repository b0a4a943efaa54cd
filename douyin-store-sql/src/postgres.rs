//! PostgreSQL: row locks under READ COMMITTED, lists of numbers as one array.

use std::str::FromStr;
use std::time::Duration;

use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::postgres::{
    PgArguments, PgConnectOptions, PgConnection, PgRow, Postgres as PostgresDriver,
};
use sqlx::{Arguments, ConnectOptions, Connection};

use crate::engine::{
    Engine, Failure, ListText, Role, Statement, Value, Write, WriteText, driver_methods,
};
use crate::migration::{Migration, migrations};
use crate::open_error::OpenError;
use crate::options::SqlOptions;
use crate::server_url;

/// The parameters of a URL that sqlx knows.
const PARAMETERS: [&str; 18] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// For connections whose statements each read or change a few rows, which all are to be found by an index: the planner knows
/// only too late that a table has grown, and then reads all of it. Each statement is planned once.
const BY_INDEX: [(&str, &str); 5] = [
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("plan_cache_mode", "force_generic_plan"),
];

/// A database on a PostgreSQL server.
#[derive(Debug)]
pub(crate) struct Postgres {
    options: PgConnectOptions,
    lock_wait: String,
    statement_wait: String,
}

impl Engine for Postgres {
    type Database = PostgresDriver;
    type ListRow = PgRow;

    /// Said here, because a database may have another default. Each statement sees what was committed before it, so what
    /// follows the statement that locks rows sees all that those who held the locks have done.
    const BEGIN_WRITE: &'static str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

    const LOCKS_ROWS: bool = true;

    const JOIN_FROM_LEFT: &'static str = "JOIN";

    const BY_PRIMARY_KEY: &'static str = "";

    const MIGRATIONS: &'static [Migration] = &migrations!("postgres");

    fn from_url(url: &str, options: &SqlOptions) -> Result<Self, OpenError> {
        server_url::check(url, &PARAMETERS)?;
        let connect = PgConnectOptions::from_str(url).map_err(OpenError::Url)?;
        Ok(Self {
            options: connect
                .application_name("douyin")
                .disable_statement_logging(),
            lock_wait: millis(options.lock_wait),
            statement_wait: millis(options.statement_wait),
        })
    }

    fn name(&self) -> String {
        let (host, port) = (self.options.get_host(), self.options.get_port());
        let database = self.options.get_database().unwrap_or_default();
        format!("postgres://{host}:{port}/{database}")
    }

    fn exists(&self) -> bool {
        true
    }

    fn existing_only(self) -> Self {
        self
    }

    async fn connect(&self, role: Role) -> Result<PgConnection, sqlx::Error> {
        // Compiling a statement of a few milliseconds to machine code takes longer than running it.
        let settings = [
            ("jit", "off"),
            ("client_min_messages", "warning"),
            ("lock_timeout", self.lock_wait.as_str()),
        ];
        let options = self.options.clone().options(settings);
        let options = match role {
            // The idle time: of a client that is out of reach and holds locks.
            Role::Writer => options.options(BY_INDEX).options([
                ("synchronous_commit", "on"),
                ("statement_timeout", &self.statement_wait),
                ("idle_in_transaction_session_timeout", &self.statement_wait),
            ]),
            Role::Reader => options.options(BY_INDEX).options([
                ("default_transaction_read_only", "on"),
                ("statement_timeout", &self.statement_wait),
            ]),
            Role::Auditor | Role::Inspector => options.options([
                ("default_transaction_read_only", "on"),
                ("statement_timeout", "0"),
            ]),
        };
        options.connect().await
    }

    fn translate(canonical: &str) -> Statement {
        Statement::with_dollars(canonical)
    }

    fn write(text: &WriteText<'_>) -> Write {
        Write::returning(text, Self::translate)
    }

    fn list(list: &ListText<'_>) -> Statement {
        let ListText {
            columns,
            from,
            order,
        } = list;
        Self::translate(&format!("SELECT {columns} FROM {from} ORDER BY {order}"))
    }

    /// The array has one column after the other, all of one length, which `unnest` lays side by side.
    fn bound_table(parameter: usize, columns: &[&str]) -> String {
        let count = columns.len();
        let slices: Vec<String> = (0..count)
            .map(|at| {
                format!(
                    "?{parameter}[{at} * cardinality(?{parameter}) / {count} + 1 : ({at} + 1) * cardinality(?{parameter}) / {count}]"
                )
            })
            .collect();
        format!(
            "(SELECT * FROM unnest({}) AS bound ({}))",
            slices.join(", "),
            columns.join(", ")
        )
    }

    fn bound_rows(parameter: usize, numbers: &[&str], texts: &[&str]) -> String {
        let table = Self::bound_table(parameter, &[numbers, texts].concat());
        let numbers = numbers.iter().map(|column| format!("{column}::int8"));
        let texts = texts.iter().map(ToString::to_string);
        let columns: Vec<String> = numbers.chain(texts).collect();
        format!("(SELECT {} FROM {table} AS digits)", columns.join(", "))
    }

    fn delete_pairs(table: &str, [one, other]: [&str; 2], pairs: &str) -> String {
        format!(
            "DELETE FROM {table} USING {pairs} AS pair WHERE {table}.{one} = pair.one AND {table}.{other} = pair.other"
        )
    }

    fn update_from(table: &str, set: &str, moved: &str) -> String {
        format!("UPDATE {table} SET {set} FROM {moved} AS moved WHERE {table}.id = moved.id")
    }

    fn bind(arguments: &mut PgArguments, value: &Value<'_>) -> Result<(), BoxDynError> {
        match value {
            Value::Integer(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Numbers(numbers) => arguments.add(numbers.by_column()),
            Value::Rows(rows) => arguments.add(rows.by_column()),
        }
    }

    driver_methods!(PgConnection, PgArguments, PgRow);

    async fn list_rows(
        connection: &mut PgConnection,
        statement: &Statement,
        arguments: PgArguments,
    ) -> Result<Vec<PgRow>, sqlx::Error> {
        Self::rows(connection, statement, arguments).await
    }

    async fn lock_schema(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        // Any number will do, as long as it is always the same; this one is "douyin" in ASCII. Waiting for it has no limit: a
        // migration of another process may take long.
        Self::script(
            connection,
            "SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock(110429875038574)",
        )
        .await
    }

    async fn unlock_schema(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        Self::script(
            connection,
            "SELECT pg_advisory_unlock(110429875038574); RESET statement_timeout; RESET lock_timeout",
        )
        .await
    }

    /// By SQLSTATE (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
    fn classify(error: &dyn DatabaseError) -> Failure {
        let code = error.code().unwrap_or_default();
        match &*code {
            "55P03" => Failure::Contention,
            "40001" | "40P01" => Failure::Conflict,
            "57014" => Failure::Overrun,
            "3D000" => Failure::NoDatabase,
            "42P01" | "3F000" => Failure::RefusedText,
            "XX001" | "XX002" => Failure::Corruption,
            // Read-only transaction: the server is a standby. And what closes a connection in a transaction that takes too long.
            "25006" | "25P03" | "25P04" => Failure::Outage,
            _ => match code.get(..2) {
                // Connection exceptions, wrong passwords, insufficient resources, operator intervention, system errors.
                Some("08" | "28" | "53" | "57" | "58") => Failure::Outage,
                _ => Failure::Statement,
            },
        }
    }

    async fn finish(connection: PgConnection) -> Result<(), sqlx::Error> {
        connection.close().await
    }
}

/// As a setting of the server, whose 0 is no limit, and which counts up to 24 days.
fn millis(wait: Duration) -> String {
    wait.as_millis().clamp(1, i32::MAX as u128).to_string()
}
