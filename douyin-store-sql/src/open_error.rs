//! Why a database cannot be used.

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// No engine that this program was built with has the URL's scheme. The message shows the scheme alone: the rest may hold
    /// a password.
    #[error("this program has no SQL store for `{scheme}:` URLs")]
    UnknownScheme {
        /// The part of the URL before the colon.
        scheme: String,
    },
    /// The URL cannot be read.
    #[error("the database URL cannot be read")]
    Url(#[source] sqlx::Error),
    /// An SQLite URL that names no file.
    #[error("an SQLite database needs a file: for one in memory use the memory store")]
    NoFile,
    /// The connection to the database failed.
    #[error("the database {database} cannot be opened")]
    Connect {
        /// The database, without credentials.
        database: String,
        /// The cause.
        #[source]
        source: sqlx::Error,
    },
    /// The database does not exist, and the caller asked not to create it.
    #[error("there is no database {database}")]
    Missing {
        /// The database, without credentials.
        database: String,
    },
    /// The schema lacks migrations, and the caller asked not to run them.
    #[error(
        "the schema of the database {database} is not up to date: {pending} migrations are pending"
    )]
    Outdated {
        /// The database, without credentials.
        database: String,
        /// How many migrations it lacks.
        pending: usize,
    },
    /// A migration failed. It was rolled back; on MySQL and MariaDB, where changing the schema commits by itself, what it did until then
    /// stays, and the next attempt goes on from there.
    #[error("the schema cannot be brought up to date")]
    Migrate(#[source] sqlx::Error),
    /// A newer version of this program created the schema.
    #[error(
        "the database has schema version {found}, and this program knows versions up to {known}: use a newer program"
    )]
    NewerSchema {
        /// The version of the database.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
}
