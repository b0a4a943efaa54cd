//! Database servers of a case alone, to be killed.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::database;

/// A database server that `scripts/database` started; stopped when dropped.
pub(crate) struct DatabaseServer {
    engine: &'static str,
    folder: TempDir,
    url: String,
}

/// A Postgres server, where the tests have one.
pub(crate) fn postgres() -> Option<DatabaseServer> {
    database::postgres_server().map(|_| DatabaseServer::new("postgres"))
}

/// A MariaDB server, where the tests have one.
pub(crate) fn mariadb() -> Option<DatabaseServer> {
    database::mariadb_server().map(|_| DatabaseServer::new("mariadb"))
}

/// A server of buckets, where the tests have one.
#[cfg(feature = "s3")]
pub(crate) fn buckets() -> Option<DatabaseServer> {
    std::env::var_os("DOUYIN_TEST_S3_URL").map(|_| DatabaseServer::new("s3"))
}

impl DatabaseServer {
    /// The folder that it keeps its data in.
    #[cfg(feature = "s3")]
    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    fn new(engine: &'static str) -> Self {
        let mut server = Self {
            engine,
            folder: tempfile::tempdir().expect("a temporary folder"),
            url: String::new(),
        };
        server.url = server.start();
        server
    }

    /// The URL of a database on it, for good: the server has the same port whenever it runs.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Starts it again.
    pub(crate) fn restart(&self) {
        assert_eq!(self.start(), self.url, "it is back where it was");
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&self) {
        self.script(&["kill"]);
    }

    fn start(&self) -> String {
        self.script(&["start", self.engine])
    }

    fn script(&self, arguments: &[&str]) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/database");
        let output = Command::new(&script)
            .args(arguments)
            .arg(self.folder.path())
            .stderr(Stdio::inherit())
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", script.display()));
        assert!(output.status.success(), "scripts/database {arguments:?}");
        String::from_utf8(output.stdout)
            .expect("a URL is text")
            .trim_end()
            .to_owned()
    }
}

impl Drop for DatabaseServer {
    fn drop(&mut self) {
        // What it keeps goes with its folder: there is nothing to stop in good order.
        self.kill();
    }
}
