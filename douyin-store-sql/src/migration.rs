//! The schema and its history: embedded, run under a lock when a store opens, never edited once released.

use sqlx::{Connection, SqlStr};

use crate::engine::{Columns, ConnectionOf, Engine, Failure, Value, run};
use crate::open_error::OpenError;

/// A step of the schema's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Its number; they are consecutive.
    pub version: i64,
    /// What it is about.
    pub name: &'static str,
    /// What it runs.
    pub sql: &'static str,
}

/// Every released migration, oldest first, out of the folder of an engine: the history is the same on all of them.
macro_rules! migrations {
    ($engine:literal) => {
        $crate::migration::migrations!(
            $engine: 1 "0001_" "initial", 2 "0002_" "nodes", 3 "0003_" "audit", 4 "0004_" "sessions", 5 "0005_" "jobs",
            6 "0006_" "deletion", 7 "0007_" "quota", 8 "0008_" "feed", 9 "0009_" "works", 10 "0010_" "likers"
        )
    };
    ($engine:literal: $($version:literal $number:literal $name:literal),+) => {
        [$($crate::migration::Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../migrations/", $engine, "/", $number, $name, ".sql")),
        }),+]
    };
}

pub(crate) use migrations;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)";
const EXISTS: &str = "SELECT version FROM schema_migrations WHERE version < 0";
const NEWEST: &str = "SELECT MAX(version) FROM schema_migrations";
/// Changes nothing, but fails on a database that cannot be written.
pub(crate) const WRITE_PROBE: &str = "DELETE FROM schema_migrations WHERE version < 0";
const RECORD: &str = "INSERT INTO schema_migrations (version, name) VALUES (?1, ?2)";

/// Brings the schema up to date and returns the migrations that it ran. Each is a transaction of its own, so that what one locks is
/// free again before the next, which may build an index for long; all of them happen under a lock, but on SQLite, where each finds out
/// anew what is left to do.
///
/// On MySQL and MariaDB changing the schema commits by itself: there a migration can be run again after it was interrupted.
pub(crate) async fn bring_up_to_date<E: Engine>(
    connection: &mut ConnectionOf<E>,
) -> Result<Vec<Migration>, OpenError> {
    E::lock_schema(connection)
        .await
        .map_err(OpenError::Migrate)?;
    let mut done = Vec::new();
    while let Some(migration) = run_next::<E>(connection).await? {
        done.push(migration);
    }
    E::unlock_schema(connection)
        .await
        .map_err(OpenError::Migrate)?;
    Ok(done)
}

/// Runs the first migration that is missing, if any is.
async fn run_next<E: Engine>(
    connection: &mut ConnectionOf<E>,
) -> Result<Option<Migration>, OpenError> {
    let mut transaction = connection
        .begin_with(SqlStr::from_static(E::BEGIN_WRITE))
        .await
        .map_err(OpenError::Migrate)?;
    for statement in [TABLE, WRITE_PROBE] {
        E::script(&mut transaction, statement)
            .await
            .map_err(OpenError::Migrate)?;
    }
    let next = missing::<E>(&mut transaction).await?.first().copied();
    if let Some(migration) = next {
        E::script(&mut transaction, migration.sql)
            .await
            .map_err(OpenError::Migrate)?;
        let values = [Value::from(migration.version), Value::from(migration.name)];
        run::<E>(&mut transaction, &E::translate(RECORD), &values)
            .await
            .map_err(OpenError::Migrate)?;
    }
    transaction.commit().await.map_err(OpenError::Migrate)?;
    Ok(next)
}

/// The migrations that [`bring_up_to_date`] would run.
pub(crate) async fn pending<E: Engine>(
    connection: &mut ConnectionOf<E>,
) -> Result<Vec<Migration>, OpenError> {
    match run::<E>(connection, &E::translate(EXISTS), &[]).await {
        Ok(_) => missing::<E>(connection).await,
        // The statement is refused where the table is missing: the database is new.
        Err(error) if Failure::of::<E>(&error) == Failure::RefusedText => {
            Ok(E::MIGRATIONS.to_vec())
        }
        Err(error) => Err(OpenError::Migrate(error)),
    }
}

async fn missing<E: Engine>(connection: &mut ConnectionOf<E>) -> Result<Vec<Migration>, OpenError> {
    let rows = run::<E>(connection, &E::translate(NEWEST), &[])
        .await
        .map_err(OpenError::Migrate)?;
    let found = match rows.first() {
        Some(row) => Columns::of(row)
            .optional_integer()
            .map_err(|error| OpenError::Migrate(sqlx::Error::Decode(error.into())))?
            .unwrap_or(0),
        None => 0,
    };
    let known = E::MIGRATIONS.last().map_or(0, |newest| newest.version);
    if found > known {
        return Err(OpenError::NewerSchema { found, known });
    }
    Ok(E::MIGRATIONS
        .iter()
        .filter(|migration| migration.version > found)
        .copied()
        .collect())
}
