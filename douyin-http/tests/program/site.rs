//! Where one server has its things.

use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::database::Database;
use crate::program;
use crate::running::Running;

const DATABASE_URL: &str = "DOUYIN_DATABASE_URL";

/// A data folder of its own, and a database.
pub(crate) struct Site {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
}

impl Site {
    pub(crate) fn on(database: &Database) -> Self {
        Self::on_url(database.url())
    }

    /// On the database of a URL; without one, on the file that the program makes.
    pub(crate) fn on_url(database: Option<&str>) -> Self {
        let site = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            settings: Vec::new(),
        };
        match database {
            Some(url) => site.with(DATABASE_URL, url),
            None => site,
        }
    }

    /// With a setting for everything that runs here.
    pub(crate) fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.settings.push((variable, value.to_owned()));
        self
    }

    /// Sets a setting for everything that starts here from now on.
    pub(crate) fn set(&mut self, variable: &'static str, value: &str) {
        self.settings.push((variable, value.to_owned()));
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The URL of its database, whether it was given or is the program's own choice.
    pub(crate) fn database_url(&self) -> String {
        let given = self.settings.iter().find(|(key, _)| *key == DATABASE_URL);
        given.map_or_else(
            || format!("sqlite:{}", self.data().join("douyin.db").display()),
            |(_, url)| url.clone(),
        )
    }

    pub(crate) fn start(&self) -> Running {
        Running::start(self.program())
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.program().args(arguments).output().expect("it runs")
    }

    /// Asserts that every counter agrees with its rows.
    pub(crate) fn assert_no_drift(&self) {
        let check = self.run(&["check"]);
        assert!(check.status.success(), "drift: {check:?}");
    }

    pub(crate) fn program(&self) -> Command {
        let mut command = program(self.folder.path());
        command.envs(self.settings.iter().map(|(key, value)| (key, value)));
        command
    }
}
