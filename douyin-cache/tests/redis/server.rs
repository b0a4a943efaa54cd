//! A Redis server to be flushed, frozen, killed and started again.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use redis::{Cmd, FromRedisValue};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// It listens on a socket in a folder of its own, so that it is at the same place whenever it runs and takes nobody's port.
pub(crate) struct Server {
    folder: TempDir,
    child: Option<Child>,
}

/// One for a case; none where it is not installed, which is a failure in CI.
pub(crate) fn start(case: &str) -> Option<Server> {
    let mut server = Server {
        folder: tempfile::tempdir().unwrap(),
        child: None,
    };
    if server.try_start() {
        return Some(server);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{case} needs redis-server on the PATH"
    );
    // Past what the test harness captures.
    let mut stderr = std::io::stderr();
    writeln!(stderr, "SKIPPED {case}: no redis-server on the PATH").unwrap();
    None
}

/// The server of a case, which is skipped where there is none.
macro_rules! server {
    ($case:literal) => {
        match crate::server::start($case) {
            Some(server) => server,
            None => return,
        }
    };
}
pub(crate) use server;

impl Server {
    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// Whether there is such a program.
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
        while self.try_run(&redis::cmd("PING")).is_err() {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "redis-server ended: {ended:?}");
            std::thread::yield_now();
        }
        true
    }

    fn try_run(&self, command: &Cmd) -> redis::RedisResult<redis::Value> {
        let mut connection = redis::Client::open(self.url())?.get_connection()?;
        command.query(&mut connection)
    }

    /// Runs a command on it, such as `["CONFIG", "SET", …]`.
    pub(crate) fn run<T: FromRedisValue>(&self, words: &[&str]) -> T {
        let mut command = Cmd::new();
        command.arg(words);
        redis::from_redis_value(self.try_run(&command).unwrap()).unwrap()
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(self.child.as_ref().unwrap()), signal).unwrap();
    }

    /// Lets it stand still, with its connections open.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts it again with what it last saved, if anything.
    pub(crate) fn restart(&mut self) {
        self.kill();
        assert!(self.try_start());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
