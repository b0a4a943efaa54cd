//! The program as clients, somebody at a terminal, or a service manager see it.

#[cfg(feature = "s3")]
mod bucket;
mod client;
mod commands;
mod crash;
mod database;
mod database_server;
mod deletion;
mod end_to_end;
mod first_megabyte;
#[cfg(target_os = "linux")]
mod hostile;
#[cfg(unix)]
mod jobs;
mod log;
mod metrics;
mod nodes;
#[cfg(unix)]
mod redis;
mod refused_uploads;
#[cfg(unix)]
mod reload;
mod resumable;
mod running;
#[cfg(unix)]
mod signals;
mod site;
#[cfg(all(unix, feature = "otlp"))]
mod traces;
mod two_servers;
mod unreachable;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// The program with its data in `folder`, on a free port, and with nothing of this environment but the `PATH`.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_douyin-http"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("DOUYIN_DATA_DIR", folder.join("data"))
        .env("DOUYIN_LISTEN", "127.0.0.1:0")
        .env("DOUYIN_ADMIN_LISTEN", "")
        .env("DOUYIN_BCRYPT_COST", "4")
        .env("DOUYIN_LOG", "warn")
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Waits for something that happens behind the caller's back.
///
/// # Panics
/// After a minute.
fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..6000 {
        if done() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it does not happen: {what}");
}
