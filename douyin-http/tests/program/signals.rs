use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use rustix::process::{Pid, Signal, kill_process};

use super::program;
use super::running::Running;

/// A server with a silent connection, and after it one with a request whose body is still on its way.
fn start_with_a_request() -> (tempfile::TempDir, Running, TcpStream, TcpStream) {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(program(folder.path()));
    let silent = running.connect();
    let mut stream = running.connect();
    let head = "POST /douyin/user/register/ HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n\
        content-type: application/json\r\ncontent-length: 40\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    // Told to go on, so the handler is reading: from here the request is running.
    let mut goes_on = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut goes_on).unwrap();
    assert!(goes_on.starts_with(b"HTTP/1.1 100 "));
    (folder, running, silent, stream)
}

fn send(running: &Running, signal: Signal) {
    kill_process(Pid::from_child(&running.child), signal).unwrap();
}

fn wait_until_nobody_listens(running: &Running) {
    while TcpStream::connect(running.address).is_ok() {
        std::thread::yield_now();
    }
}

#[test]
fn a_signal_lets_the_running_request_finish_and_closes_everything_else() {
    for signal in [Signal::TERM, Signal::INT] {
        let (_folder, mut running, mut silent, mut stream) = start_with_a_request();
        send(&running, signal);
        wait_until_nobody_listens(&running);
        assert_eq!(silent.read(&mut [0]).unwrap(), 0);
        stream
            .write_all(br#"{"username":"alice","password":"secret"}"#)
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("connection: close"), "{answer}");
        assert!(answer.contains("\"status_code\":0,"), "{answer}");
        assert_eq!(running.child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let (_folder, mut running, _silent, mut stream) = start_with_a_request();
    send(&running, Signal::TERM);
    wait_until_nobody_listens(&running);
    assert_eq!(running.child.try_wait().unwrap(), None);
    send(&running, Signal::TERM);
    assert_eq!(running.child.wait().unwrap().code(), Some(1));
    let mut rest = Vec::new();
    // The connection is reset or closed; no answer comes either way.
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.is_empty());
}

#[test]
fn before_it_ends_it_is_not_ready_and_goes_on_answering_for_as_long_as_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    command.env("DOUYIN_SERVER_SHUTDOWN_DELAY_SECONDS", "3600");
    let mut running = Running::start(command);
    let mut kept = running.connect();
    assert!(running.get("/readyz", "").starts_with("HTTP/1.1 200 "));
    send(&running, Signal::TERM);
    while running.get("/readyz", "").starts_with("HTTP/1.1 200 ") {}
    let ready = running.get("/readyz", "");
    assert!(ready.starts_with("HTTP/1.1 503 "), "{ready}");
    assert!(ready.contains("retry-after: 1\r\n"), "{ready}");
    // On a connection that was there before, and which ends with it.
    kept.write_all(b"GET /douyin/feed/ HTTP/1.1\r\nhost: a\r\n\r\n")
        .unwrap();
    let mut feed = String::new();
    kept.read_to_string(&mut feed).unwrap();
    assert!(feed.contains("connection: close\r\n"), "{feed}");
    assert!(feed.contains("\"status_code\":0,"), "{feed}");
    assert!(running.get("/healthz", "").starts_with("HTTP/1.1 200 "));
    send(&running, Signal::TERM);
    assert_eq!(running.child.wait().unwrap().code(), Some(1));
}
