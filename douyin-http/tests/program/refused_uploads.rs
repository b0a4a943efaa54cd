//! What a connection is good for after an upload on it was refused.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use douyin_media::DEMO_CLIP;

use crate::running::start;

const NEXT: &str = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

/// A form whose token is nobody's.
fn form() -> Vec<u8> {
    let token = "--B\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\na.b.c\r\n";
    let file = "--B\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\n";
    [
        token.as_bytes(),
        file.as_bytes(),
        DEMO_CLIP,
        b"\r\n--B--\r\n",
    ]
    .concat()
}

fn head(framing: &str) -> String {
    format!(
        "POST /douyin/publish/action/?token=a.b.c HTTP/1.1\r\nhost: a\r\n\
         content-type: multipart/form-data; boundary=B\r\n{framing}\r\n\r\n"
    )
}

fn rest(mut stream: TcpStream) -> String {
    let mut answers = String::new();
    let forgotten = Some(Duration::from_mins(1));
    stream.set_read_timeout(forgotten).unwrap();
    stream.read_to_string(&mut answers).unwrap();
    answers
}

#[test]
fn the_request_behind_a_refused_upload_is_answered_too() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path());
    let (form, size) = (form(), form().len());
    let chunks = [format!("{size:x}\r\n").as_bytes(), &form, b"\r\n0\r\n\r\n"].concat();
    for (framing, body) in [
        (format!("content-length: {size}"), form),
        ("transfer-encoding: chunked".to_owned(), chunks),
    ] {
        let mut stream = server.connect();
        let pipelined = [head(&framing).as_bytes(), &body, NEXT.as_bytes()].concat();
        stream.write_all(&pipelined).unwrap();
        let answers = rest(stream);
        assert!(answers.contains("\"status_code\":2002"), "{answers}");
        let answered = answers.matches("HTTP/1.1 200 OK\r\n").count();
        assert_eq!(answered, 2, "{answers}");
    }
}

#[test]
fn who_asks_first_is_told_to_go_on_or_refused_without_a_byte() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path());
    let framing = format!("content-length: {}\r\nexpect: 100-continue", form().len());
    let mut stream = server.connect();
    stream.write_all(head(&framing).as_bytes()).unwrap();
    let refused = rest(stream);
    assert!(refused.starts_with("HTTP/1.1 200 OK\r\n"), "{refused}");
    assert!(refused.contains("\"status_code\":2002"), "{refused}");

    let account = crate::client::Client::new(&server.url()).register("alice", "secret");
    let mut stream = server.connect();
    stream
        .set_read_timeout(Some(Duration::from_mins(1)))
        .unwrap();
    let framing = format!("{framing}\r\nconnection: close");
    let asked = head(&framing).replace("a.b.c", &account.token);
    stream.write_all(asked.as_bytes()).unwrap();
    let mut told = [0; 25];
    stream.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    // What the query says wins over the form.
    stream.write_all(&form()).unwrap();
    let published = rest(stream);
    assert!(published.contains("\"status_code\":0"), "{published}");
}
