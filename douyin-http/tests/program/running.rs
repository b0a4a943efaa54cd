//! A server that runs, and what it says.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::program;

/// A running server; killed when dropped.
pub(super) struct Running {
    pub(super) child: Child,
    pub(super) address: SocketAddr,
}

impl Running {
    /// Waits for the line that says that it is ready.
    pub(super) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let url = line.strip_prefix("douyin is ready on http://");
        let url = url.unwrap_or_else(|| panic!("no ready line but {line:?}"));
        Self {
            child,
            address: url.trim_end().parse().unwrap(),
        }
    }

    /// `http://address:port`, without a slash at the end.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends the process as a crash would: no chance to tidy up.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(super) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    /// Sends a request without a body on a connection of its own; answers all that comes back.
    pub(super) fn get(&self, target: &str, headers: &str) -> String {
        let mut stream = self.connect();
        let head =
            format!("GET {target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Fails where the process has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn start(folder: &Path) -> Running {
    Running::start(program(folder))
}

#[test]
fn the_first_run_makes_all_that_it_needs_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path());
    assert!(
        running
            .get("/readyz", "")
            .starts_with("HTTP/1.1 200 OK\r\n")
    );
    let data = folder.path().join("data");
    for made in ["douyin.db", "media", "jwt.secret"] {
        assert!(data.join(made).exists(), "{made}");
    }
    #[cfg(unix)]
    for (path, expected) in [(data.clone(), 0o700), (data.join("jwt.secret"), 0o600)] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, expected, "{}", path.display());
    }
}

#[test]
fn health_answers_on_both_ports_and_metrics_on_the_inner_one_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    command
        .env("DOUYIN_ADMIN_LISTEN", "127.0.0.1:0")
        .env("DOUYIN_LOG", "info")
        .env("DOUYIN_LOG_FORMAT", "json")
        .stderr(Stdio::piped());
    let mut running = Running::start(command);
    let mut log = BufReader::new(running.child.stderr.take().unwrap()).lines();
    let admin = log.find_map(|line| {
        let line: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        Some(
            line["admin_url"]
                .as_str()?
                .strip_prefix("http://")?
                .to_owned(),
        )
    });
    for path in ["/healthz", "/readyz"] {
        assert!(running.get(path, "").starts_with("HTTP/1.1 200 "), "{path}");
    }
    assert!(running.get("/metrics", "").starts_with("HTTP/1.1 404 "));
    running.address = admin.unwrap().parse().unwrap();
    for path in ["/healthz", "/readyz"] {
        assert!(running.get(path, "").starts_with("HTTP/1.1 200 "), "{path}");
    }
    let metrics = running.get("/metrics", "");
    let line = "douyin_http_request_duration_seconds_count{route=\"/healthz\"} 1\n";
    assert!(metrics.contains(line), "{metrics}");
}

#[test]
fn without_its_media_storage_it_is_up_but_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path());
    let media = folder.path().join("data/media");
    std::fs::remove_dir_all(&media).unwrap();
    std::fs::write(&media, "a file in its place").unwrap();
    let ready = running.get("/readyz", "");
    assert!(ready.starts_with("HTTP/1.1 503 "), "{ready}");
    assert!(
        ready.contains("retry-after: 1\r\n") && ready.contains("{\"status_code\":"),
        "{ready}"
    );
    assert!(!ready.contains("data/media"), "{ready}");
    assert!(running.get("/healthz", "").starts_with("HTTP/1.1 200 "));
}

#[test]
fn unknown_paths_and_wrong_methods_are_answered_with_the_envelope() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path());
    let unknown = running.get("/nowhere", "x-request-id: abc-1\r\n");
    assert!(unknown.starts_with("HTTP/1.1 404 "), "{unknown}");
    assert!(unknown.contains("x-request-id: abc-1\r\n"), "{unknown}");
    assert!(unknown.contains("\r\n\r\n{\"status_code\":"), "{unknown}");
    for path in ["/douyin/user/login", "/douyin/comment/action/"] {
        let wrong = running.get(path, "");
        assert!(wrong.starts_with("HTTP/1.1 405 "), "{wrong}");
        assert!(wrong.contains("allow: POST\r\n"), "{wrong}");
        assert!(wrong.contains("{\"status_code\":"), "{wrong}");
    }
}
