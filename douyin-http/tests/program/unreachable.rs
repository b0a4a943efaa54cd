//! A database or a Redis server that is out of reach.

use std::net::TcpListener;

use super::running::Running;
use super::{program, run, stderr};

#[test]
fn a_database_that_does_not_answer_is_given_up_and_named_without_its_password() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    for scheme in ["postgres", "mysql"] {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("{scheme}://douyin:hunter2@{address}/douyin");
        let output = program(folder.path())
            .env("DOUYIN_DATABASE_URL", url)
            .env("DOUYIN_DATABASE_CONNECT_SECONDS", "1")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(
            stderr(&output),
            format!(
                "error: cannot open the database: the database {scheme}://{address}/douyin cannot be opened: \
                 error communicating with database: no answer within 1s\n"
            )
        );
    }
}

#[test]
fn a_redis_server_that_does_not_answer_is_done_without() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    for address in [silent.local_addr(), nobody].map(Result::unwrap) {
        let folder = tempfile::tempdir().unwrap();
        let mut command = program(folder.path());
        command.env("DOUYIN_REDIS_URL", format!("redis://:hunter2@{address}"));
        let running = Running::start(command);
        let ready = running.get("/readyz", "");
        assert!(ready.starts_with("HTTP/1.1 200 "), "{ready}");
    }
}

#[test]
fn what_is_no_redis_server_is_refused_without_its_password() {
    for url in [
        "redis://:hunter2@host:hunter2",
        "redis:/:hunter2@host",
        "http://:hunter2@host",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let refused = run(folder.path(), &["--set", &format!("redis_url={url}")]);
        assert_eq!(refused.status.code(), Some(1));
        let said = stderr(&refused);
        assert!(
            said.starts_with("error: redis_url: not the URL of a Redis server"),
            "{said}"
        );
        assert!(!said.contains("hunter2"), "{said}");
        assert!(!folder.path().join("data/douyin.db").exists());
    }
}
