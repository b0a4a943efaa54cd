//! An upload over several requests to a server that is killed in the middle of it.

use std::io::{Read as _, Write as _};
use std::path::Path;

use douyin_media::DEMO_CLIP;
use ureq::Body;
use ureq::http::{Request, Response};

use crate::client::{Account, Client};
use crate::running::{Running, start};

/// A client of the protocol. The server may be another one each time.
struct Tus<'a> {
    account: &'a Account,
}

impl Tus<'_> {
    fn send(
        &self,
        server: &Running,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response<Body> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", server.url()))
            .header("authorization", format!("Bearer {}", self.account.token))
            .header("tus-resumable", "1.0.0");
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let client = Client::new(&server.url());
        client
            .try_send(request.body(body.to_vec()).unwrap())
            .unwrap()
    }

    fn create(&self, server: &Running, length: usize) -> String {
        let length = length.to_string();
        let headers = [("upload-length", &*length)];
        let answer = self.send(server, "POST", "/douyin/upload/", &headers, &[]);
        assert_eq!(answer.status(), 201);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    fn append(&self, server: &Running, place: &str, offset: usize, bytes: &[u8]) -> u16 {
        let offset = offset.to_string();
        let media_type = "application/offset+octet-stream";
        let headers = [("upload-offset", &*offset), ("content-type", media_type)];
        let answer = self.send(server, "PATCH", place, &headers, bytes);
        answer.status().as_u16()
    }

    fn offset(&self, server: &Running, place: &str) -> usize {
        let answer = self.send(server, "HEAD", place, &[], &[]);
        assert_eq!(answer.status(), 200);
        answer.headers()["upload-offset"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// Begins to send the rest and breaks off in the middle of it.
    fn break_off(&self, server: &Running, place: &str, offset: usize, bytes: &[u8]) {
        let head = format!(
            "PATCH {place} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ntus-resumable: 1.0.0\r\n\
             content-type: application/offset+octet-stream\r\nupload-offset: {offset}\r\n\
             content-length: {}\r\n\r\n",
            self.account.token,
            bytes.len()
        );
        let mut stream = server.connect();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&bytes[..bytes.len() / 2]).unwrap();
    }
}

/// Files below a folder.
fn files_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap();
    let of_entry = |path: &Path| if path.is_dir() { files_below(path) } else { 1 };
    entries.map(|entry| of_entry(&entry.unwrap().path())).sum()
}

#[test]
fn an_upload_survives_kill_9_of_the_server_and_is_published_byte_by_byte() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = start(folder.path());
    let account = Client::new(&server.url()).register("alice", "secret");
    let tus = Tus { account: &account };
    let place = tus.create(&server, DEMO_CLIP.len());
    let mut offset = 0;
    let third = DEMO_CLIP.len() / 3;
    for _ in 0..3 {
        // A piece that is acknowledged, and one that is not.
        let piece = &DEMO_CLIP[offset..][..third / 2];
        assert_eq!(tus.append(&server, &place, offset, piece), 204);
        let acknowledged = offset + piece.len();
        tus.break_off(&server, &place, acknowledged, &DEMO_CLIP[acknowledged..]);
        server.kill();
        server = start(folder.path());
        offset = tus.offset(&server, &place);
        assert!(offset >= acknowledged, "{offset} of {acknowledged}");
    }
    assert_eq!(
        tus.append(&server, &place, offset, &DEMO_CLIP[offset..]),
        204
    );
    server.kill();
    let server = start(folder.path());
    assert_eq!(tus.offset(&server, &place), DEMO_CLIP.len());

    let client = Client::new(&server.url());
    let upload = place.rsplit('/').next().unwrap();
    let token = ("token", &*account.token);
    let parameters = [("upload", upload), ("title", "at last"), token];
    for _ in 0..2 {
        let published = client.call("POST", "/publish/action/", &parameters);
        assert_eq!(published["status_code"], 0, "{published}");
    }
    let list = client.call("GET", "/publish/list/", &[token]);
    let videos = list["video_list"].as_array().unwrap();
    assert_eq!(videos.len(), 1);
    assert_eq!(videos[0]["id"].to_string(), upload);
    let mut played = Vec::new();
    let answer = client.get(videos[0]["play_url"].as_str().unwrap(), &[]);
    answer
        .into_body()
        .into_reader()
        .read_to_end(&mut played)
        .unwrap();
    assert_eq!(played, DEMO_CLIP);
    // No more than its lock.
    let kept = folder.path().join("data/staging/resumable");
    assert_eq!(files_below(&kept), 1);
}

#[test]
fn a_preflight_is_answered_for_pages_and_a_question_of_the_protocol_by_the_protocol() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path());
    let ask = |headers: &str| {
        let mut stream = server.connect();
        let head = format!(
            "OPTIONS /douyin/upload/ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.to_lowercase()
    };
    let discovered = ask("");
    assert!(discovered.starts_with("http/1.1 204 "), "{discovered}");
    assert!(discovered.contains("tus-extension: creation,termination,expiration\r\n"));
    let allowed = ask(
        "origin: https://a.example\r\naccess-control-request-method: PATCH\r\n\
         access-control-request-headers: tus-resumable,upload-offset\r\n",
    );
    assert!(allowed.starts_with("http/1.1 200 "), "{allowed}");
    let methods = allowed
        .lines()
        .find(|line| line.starts_with("access-control-allow-methods"));
    assert!(
        methods.unwrap().contains("patch") && methods.unwrap().contains("delete"),
        "{allowed}"
    );
    let headers = allowed
        .lines()
        .find(|line| line.starts_with("access-control-allow-headers"));
    assert!(headers.unwrap().contains("upload-offset"), "{allowed}");
    let of_page = server.get("/douyin/feed/", "origin: https://a.example\r\n");
    assert!(of_page.contains("upload-offset"), "{of_page}");
}
