//! A database that is out of reach.

use std::net::TcpListener;

use super::{program, stderr};

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
