//! MySQL 8.0 and MariaDB 10.6, and later: row locks under READ COMMITTED, lists of numbers as one JSON value.
//!
//! The SQL is what both servers accept, and what both plan well: neither can be trusted to see that a bound list is short, so
//! every join says what it reads first.

mod failure;
mod session;

use std::str::FromStr;

use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::mysql::{
    MySql as MysqlDriver, MySqlArguments, MySqlConnectOptions, MySqlConnection, MySqlRow,
};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection, Executor, SqlStr};

use self::session::Session;
use crate::engine::{
    Engine, Failure, ListText, Role, Row as _, Statement, Value, Write, WriteText, driver_methods,
};
use crate::migration::{Migration, migrations};
use crate::open_error::OpenError;
use crate::options::SqlOptions;
use crate::server_url;

/// The parameters of a URL that sqlx knows.
const PARAMETERS: [&str; 12] = [
    "charset",
    "collation",
    "socket",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "sslca",
    "sslcert",
    "sslkey",
    "sslmode",
    "statement-cache-capacity",
];

/// A database on a MySQL or MariaDB server.
#[derive(Debug)]
pub(crate) struct Mysql {
    options: MySqlConnectOptions,
    session: Session,
}

impl Engine for Mysql {
    type Database = MysqlDriver;
    type ListRow = MySqlRow;

    /// READ COMMITTED, as the [session](Session) has it: each statement sees what was committed before it, so what follows the
    /// statement that locks rows sees all that those who held the locks have done.
    const BEGIN_WRITE: &'static str = "START TRANSACTION READ WRITE";

    const LOCKS_ROWS: bool = true;

    const JOIN_FROM_LEFT: &'static str = "STRAIGHT_JOIN";

    const BIG_INTEGER: &'static str = "SIGNED";

    /// A table of a few rows is scanned otherwise, which locks them all, and then two transactions wait for each other.
    const BY_PRIMARY_KEY: &'static str = " FORCE INDEX (PRIMARY)";

    const MIGRATIONS: &'static [Migration] = &migrations!("mysql");

    fn from_url(url: &str, options: &SqlOptions) -> Result<Self, OpenError> {
        server_url::check(url, &PARAMETERS)?;
        let connect = MySqlConnectOptions::from_str(url).map_err(OpenError::Url)?;
        if connect.get_database().is_none() {
            let missing = sqlx::Error::Configuration("the URL names no database".into());
            return Err(OpenError::Url(missing));
        }
        Ok(Self {
            options: connect.disable_statement_logging(),
            session: Session::new(options),
        })
    }

    fn name(&self) -> String {
        let database = self.options.get_database().unwrap_or_default();
        if let Some(socket) = self.options.get_socket() {
            return format!("mysql://{}/{database}", socket.display());
        }
        let (host, port) = (self.options.get_host(), self.options.get_port());
        format!("mysql://{host}:{port}/{database}")
    }

    fn exists(&self) -> bool {
        true
    }

    fn existing_only(self) -> Self {
        self
    }

    async fn connect(&self, role: Role) -> Result<MySqlConnection, sqlx::Error> {
        let mut connection = self.options.connect().await?;
        let settings = AssertSqlSafe(self.session.settings(role));
        connection.execute(sqlx::raw_sql(settings)).await?;
        Ok(connection)
    }

    fn translate(canonical: &str) -> Statement {
        Statement::with_bare_parameters(canonical)
    }

    fn write(text: &WriteText<'_>) -> Write {
        Write::asking(text, Self::translate)
    }

    /// The page of keys, which comes first, is read first.
    fn list(list: &ListText<'_>) -> Statement {
        let ListText {
            columns,
            from,
            order,
        } = list;
        Self::translate(&format!(
            "SELECT STRAIGHT_JOIN {columns} FROM {from} ORDER BY {order}"
        ))
    }

    fn bound_table(parameter: usize, columns: &[&str]) -> String {
        let columns: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("{column} BIGINT PATH '$[{at}]'"))
            .collect();
        format!(
            "JSON_TABLE(?{parameter}, '$[*]' COLUMNS ({}))",
            columns.join(", ")
        )
    }

    fn bound_rows(parameter: usize, numbers: &[&str], texts: &[&str]) -> String {
        let kinds = [
            ("BIGINT", numbers),
            ("LONGTEXT CHARACTER SET utf8mb4", texts),
        ];
        let columns: Vec<String> = kinds
            .into_iter()
            .flat_map(|(kind, columns)| columns.iter().map(move |column| (kind, column)))
            .enumerate()
            .map(|(at, (kind, column))| format!("{column} {kind} PATH '$[{at}]'"))
            .collect();
        format!(
            "JSON_TABLE(?{parameter}, '$[*]' COLUMNS ({}))",
            columns.join(", ")
        )
    }

    /// Neither server turns `IN` of a `DELETE` into a join in all of the versions that this is for: they would try every row of
    /// the table.
    fn delete_pairs(table: &str, [one, other]: [&str; 2], pairs: &str) -> String {
        let by_key = Self::BY_PRIMARY_KEY;
        format!(
            "DELETE {table} FROM {pairs} AS pair STRAIGHT_JOIN {table}{by_key} \
             ON {table}.{one} = pair.one AND {table}.{other} = pair.other"
        )
    }

    fn update_from(table: &str, set: &str, moved: &str) -> String {
        let by_key = Self::BY_PRIMARY_KEY;
        format!(
            "UPDATE {moved} AS moved STRAIGHT_JOIN {table}{by_key} ON {table}.id = moved.id SET {set}"
        )
    }

    fn bind(arguments: &mut MySqlArguments, value: &Value<'_>) -> Result<(), BoxDynError> {
        match value {
            Value::Integer(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Numbers(numbers) => arguments.add(numbers.to_json()),
            Value::Rows(rows) => arguments.add(rows.to_json()?),
        }
    }

    driver_methods!(MySqlConnection, MySqlArguments, MySqlRow);

    async fn list_rows(
        connection: &mut MySqlConnection,
        statement: &Statement,
        arguments: MySqlArguments,
    ) -> Result<Vec<MySqlRow>, sqlx::Error> {
        Self::rows(connection, statement, arguments).await
    }

    async fn lock_schema(connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
        let text = SqlStr::from_static(session::LOCK_SCHEMA);
        let answer = connection.fetch_one(sqlx::raw_sql(text)).await?;
        if answer.integer(0)? == Some(1) {
            return Ok(());
        }
        let message = "another process has been changing the schema for a day";
        Err(sqlx::Error::Protocol(message.to_owned()))
    }

    async fn unlock_schema(connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
        Self::script(connection, session::UNLOCK_SCHEMA).await
    }

    fn classify(error: &dyn DatabaseError) -> Failure {
        failure::of(error)
    }

    async fn finish(connection: MySqlConnection) -> Result<(), sqlx::Error> {
        connection.close().await
    }
}
