//! A server of a test alone.

use std::fs;
use std::future::{Ready, ready};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A server that `scripts/database` started; ended when dropped.
pub(super) struct OwnServer {
    engine: &'static str,
    folder: TempDir,
    pub(super) url: String,
}

/// Where the tests have a Postgres server they can start another one.
#[cfg(feature = "postgres")]
pub(super) fn postgres() -> Ready<Option<OwnServer>> {
    let is_there = std::env::var("DOUYIN_TEST_POSTGRES_URL").is_ok();
    ready(is_there.then(|| OwnServer::start_new("postgres")))
}

/// Where the tests have a MariaDB server they can start another one.
#[cfg(feature = "mysql")]
pub(super) fn mysql() -> Ready<Option<OwnServer>> {
    let is_there = std::env::var("DOUYIN_TEST_MYSQL_URL").is_ok();
    ready(is_there.then(|| OwnServer::start_new("mariadb")))
}

impl OwnServer {
    fn start_new(engine: &'static str) -> Self {
        let mut server = Self {
            engine,
            folder: tempfile::tempdir().unwrap(),
            url: String::new(),
        };
        server.url = server.script(&["start", engine]);
        server
    }

    /// Starts it again, where it was.
    pub(super) fn restart(&self) {
        assert_eq!(self.script(&["start", self.engine]), self.url);
    }

    /// Ends it as a power cut would.
    pub(super) fn kill(&self) {
        self.script(&["kill"]);
    }

    /// Ends it in good order.
    pub(super) fn stop(&self) {
        self.script(&["stop"]);
    }

    /// Starts it again with further arguments.
    pub(super) fn restart_with(&self, arguments: &[String]) {
        fs::write(self.folder.path().join("options"), arguments.join("\n")).unwrap();
        self.stop();
        self.restart();
    }

    /// Stops it where it stands until what this answers is dropped.
    pub(super) fn freeze(&self) -> Frozen {
        let pid = fs::read_to_string(self.folder.path().join("pid")).unwrap();
        let pid = pid.trim().to_owned();
        signal("STOP", &pid);
        // Postgres works in children of its process, which starts no more of them now.
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
        let children = children.split_whitespace().map(str::to_owned);
        let processes: Vec<String> = std::iter::once(pid).chain(children).collect();
        processes[1..]
            .iter()
            .for_each(|child| signal("STOP", child));
        let begun = Instant::now();
        while !processes.iter().all(|process| stands_still(process)) {
            assert!(begun.elapsed() < Duration::from_mins(1), "it goes on");
        }
        Frozen { processes }
    }

    /// Where it keeps its data, and its user may read.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn script(&self, arguments: &[&str]) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/database");
        let output = Command::new(&script)
            .args(arguments)
            .arg(self.folder.path())
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(output.status.success(), "scripts/database {arguments:?}");
        String::from_utf8(output.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Processes that do nothing until this is dropped.
pub(super) struct Frozen {
    processes: Vec<String>,
}

impl Drop for Frozen {
    fn drop(&mut self) {
        for process in &self.processes {
            signal("CONT", process);
        }
    }
}

/// Fails where the process has ended, which is as good.
fn signal(name: &str, process: &str) {
    let kill = Command::new("kill").args(["-s", name, process]).status();
    kill.expect("kill is there");
}

/// Whether every thread of a process is stopped, or the process has ended.
fn stands_still(process: &str) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else {
        return true;
    };
    threads.flatten().all(|thread| {
        let state = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        let state = state.rsplit_once(") ").map_or("", |(_, state)| state);
        state.is_empty() || state.starts_with(['T', 'Z', 'X'])
    })
}
