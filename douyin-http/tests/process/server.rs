//! The real program as a child process, on a free port and a folder of the test's own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_douyin-http");

/// A running server. Dropping it kills it.
pub(crate) struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts a server on SQLite in `folder` and waits for the line that says it is ready.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut child = program(folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server program starts");
        let lines = BufReader::new(child.stdout.take().expect("stdout is a pipe")).lines();
        let ready = lines
            .map_while(Result::ok)
            .find(|line| line.contains("http://"));
        let ready =
            ready.unwrap_or_else(|| panic!("no ready line; it ended with {:?}", child.wait()));
        let url = ready[ready.find("http://").expect("found above")..]
            .trim()
            .trim_end_matches('/')
            .to_owned();
        Self { child, url }
    }

    /// `http://address:port`, without a slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Ends the process as a crash would: `SIGKILL`, no chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the server is still running");
        self.child.wait().expect("a killed child ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails where `kill` has ended it already, which is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command of the program, such as `check`, to its end.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Output {
    program(folder)
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .env("DOUYIN_LISTEN", "127.0.0.1:0")
        .env("DOUYIN_ADMIN_LISTEN", "")
        .env("DOUYIN_DATA_DIR", folder)
        .env("DOUYIN_BCRYPT_COST", "4")
        .env("DOUYIN_LOG", "warn")
        .stdin(Stdio::null());
    command
}
