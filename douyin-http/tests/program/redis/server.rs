use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use redis::Cmd;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A Redis server on a socket in a folder of its own; killed when dropped.
pub(super) struct Server {
    folder: TempDir,
    child: Option<Child>,
}

impl Server {
    /// One that is empty; none where it is not installed.
    pub(super) fn start() -> Option<Self> {
        let mut server = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            child: None,
        };
        server.try_start().then_some(server)
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    pub(super) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    fn try_start(&mut self) -> bool {
        let spawned = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no"])
            .arg("--unixsocket")
            .arg(self.socket())
            .arg("--dir")
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .spawn();
        match spawned {
            Ok(child) => self.child = Some(child),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return false,
            Err(error) => panic!("{error}"),
        }
        while self.try_run(&["PING"]).is_err() {
            let ended = self.child.as_mut().map(Child::try_wait);
            assert!(matches!(ended, Some(Ok(None))), "redis-server: {ended:?}");
            std::thread::yield_now();
        }
        true
    }

    fn try_run(&self, words: &[&str]) -> redis::RedisResult<redis::Value> {
        let mut connection = redis::Client::open(self.url())?.get_connection()?;
        let mut command = Cmd::new();
        command.arg(words);
        command.query(&mut connection)
    }

    pub(super) fn run(&self, words: &[&str]) {
        let _answer = self.try_run(words).expect("Redis answers");
    }

    pub(super) fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("it runs");
        kill_process(Pid::from_child(child), signal).expect("it can be signalled");
    }

    /// Ends it as a power cut would.
    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
        }
    }

    /// Starts it again with what it last saved, if anything.
    pub(super) fn restart(&mut self) {
        self.kill();
        assert!(self.try_start(), "redis-server is still installed");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
