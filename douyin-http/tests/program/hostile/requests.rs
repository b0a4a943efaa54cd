//! Requests that lie about themselves, and names that are meant to be taken for paths.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;

use douyin_media::DEMO_CLIP;

use super::{Attempt, IN_TIME, LARGEST};

const BOUNDARY: &str = "x-boundary";

/// A request as it goes over the wire.
pub(super) struct Request {
    head: String,
    body: Vec<u8>,
    end: End,
}

/// What a client does when it has sent its body.
pub(super) enum End {
    /// It waits for the answer.
    Waits,
    /// It sends no more, and says so.
    Leaves,
    /// It repeats this for as long as it is taken.
    GoesOn(Vec<u8>),
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply(String);

impl Reply {
    /// That of the envelope; `None` where there is none.
    pub(super) fn code(&self) -> Option<i64> {
        let (_, body) = self.0.split_once("\r\n\r\n")?;
        let envelope: serde_json::Value = serde_json::from_str(body).ok()?;
        envelope["status_code"].as_i64()
    }
}

impl Request {
    /// An upload of a file that is what it says it is.
    pub(super) fn upload(token: &str, file: &[u8]) -> Self {
        Self::named(token, "video.mp4", file)
    }

    /// An upload of a file with a name.
    fn named(token: &str, name: &str, file: &[u8]) -> Self {
        Self::form(&[
            part("name=\"token\"", token.as_bytes()),
            data(name, file),
            end(),
        ])
    }

    fn form(parts: &[Vec<u8>]) -> Self {
        let body = parts.concat();
        Self::declaring(body.len() as u64, body, End::Waits)
    }

    fn declaring(length: u64, body: Vec<u8>, end: End) -> Self {
        let head = head(&format!("content-length: {length}"));
        Self { head, body, end }
    }

    /// Sends it, and reads what comes back meanwhile.
    pub(super) fn send(&self, server: SocketAddr) -> Reply {
        let mut stream = TcpStream::connect(server).unwrap();
        let mut answers = stream.try_clone().unwrap();
        answers.set_read_timeout(Some(2 * IN_TIME)).unwrap();
        thread::scope(|scope| {
            let reading = scope.spawn(move || {
                let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
                // A connection that is reset has said all that it will.
                while let Ok(length @ 1..) = answers.read(&mut piece) {
                    answer.extend_from_slice(&piece[..length]);
                }
                Reply(String::from_utf8_lossy(&answer).into_owned())
            });
            // Who refuses need not listen to the end.
            let sent = stream
                .write_all(self.head.as_bytes())
                .and_then(|()| stream.write_all(&self.body));
            match &self.end {
                End::Leaves => drop(stream.shutdown(Shutdown::Write)),
                End::GoesOn(more) if sent.is_ok() => while stream.write_all(more).is_ok() {},
                End::GoesOn(_) | End::Waits => {}
            }
            reading.join().unwrap()
        })
    }
}

fn head(framing: &str) -> String {
    format!(
        "POST /douyin/publish/action/ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\n{framing}\r\n\r\n"
    )
}

fn head_of_part(disposition: &str) -> Vec<u8> {
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").into_bytes()
}

fn part(disposition: &str, content: &[u8]) -> Vec<u8> {
    [&head_of_part(disposition)[..], content, b"\r\n"].concat()
}

fn chunk(content: &[u8]) -> Vec<u8> {
    let length = format!("{:x}\r\n", content.len());
    [length.as_bytes(), content, b"\r\n"].concat()
}

fn data(name: &str, file: &[u8]) -> Vec<u8> {
    part(&format!("name=\"data\"; filename=\"{name}\""), file)
}

fn end() -> Vec<u8> {
    format!("--{BOUNDARY}--\r\n").into_bytes()
}

/// Those whose harm is not in the file.
pub(super) fn all(token: &str) -> Vec<Attempt> {
    let attempts = lengths(token).into_iter().chain(forms(token)).map(attempt);
    attempts.chain(names(token)).collect()
}

type Row = (&'static str, Request, i64);

fn attempt((name, request, expected): Row) -> Attempt {
    Attempt {
        name,
        request,
        expected,
    }
}

/// Bodies that are shorter or longer than they say, or without end.
fn lengths(token: &str) -> Vec<Row> {
    let signed = part("name=\"token\"", token.as_bytes());
    let whole = [signed.clone(), data("a.mp4", DEMO_CLIP), end()].concat();
    let (length, half) = (whole.len() as u64, whole[..whole.len() / 2].to_vec());
    let declaring = Request::declaring;
    let (half_length, twice) = (length / 2, 2 * length);
    let piece = chunk(&vec![b'x'; 1 << 16]);
    let begun = chunk(&[&signed[..], &head_of_part("name=\"data\"; filename=\"a\"")].concat());
    let chunked = |body, end| Request {
        head: head("transfer-encoding: chunked"),
        body,
        end,
    };
    let (endless, silent) = (End::GoesOn(piece.clone()), [&begun[..], &piece].concat());
    let beyond = b"10000000000000000\r\n".to_vec();
    let too_large = data("a.mp4", &vec![b'x'; (LARGEST + 8) << 20]);
    vec![
        (
            "Content-Length: half of what is sent",
            declaring(half_length, whole, End::Waits),
            6005,
        ),
        (
            "Content-Length: twice, and gone",
            declaring(twice, half.clone(), End::Leaves),
            6005,
        ),
        (
            "Content-Length: twice, and silent",
            declaring(twice, half, End::Waits),
            1014,
        ),
        (
            "Content-Length: 10^18",
            declaring(10_u64.pow(18), signed.clone(), End::Leaves),
            6007,
        ),
        (
            "a file that is too large",
            Request::form(&[signed, too_large, end()]),
            6007,
        ),
        ("chunks without end", chunked(begun, endless), 6007),
        (
            "chunks, and then silence",
            chunked(silent, End::Waits),
            1014,
        ),
        ("a chunk of 2^64 bytes", chunked(beyond, End::Waits), 6005),
    ]
}

/// Forms that are none, or not one for a video.
fn forms(token: &str) -> Vec<Row> {
    let signed = part("name=\"token\"", token.as_bytes());
    let file = data("a.mp4", DEMO_CLIP);
    let long = vec![b'x'; 1 << 20];
    let header = [format!("--{BOUNDARY}\r\nX-Long: ").as_bytes(), &long].concat();
    let parts = part("name=\"x\"", b"y").repeat(10_000);
    let (long_token, no_token) = (
        part("name=\"token\"", &long),
        part("name=\"token\"", b"a.b.c"),
    );
    let two_files = [signed.clone(), file.clone(), file.clone(), end()];
    vec![
        ("10,000 parts", Request::form(&[parts, end()]), 6008),
        (
            "a part with a header of 1 MB",
            Request::form(&[signed.clone(), header, end()]),
            6005,
        ),
        ("two files", Request::form(&two_files), 6004),
        ("a token of 1 MB", Request::form(&[long_token, end()]), 1003),
        (
            "a stranger's token",
            Request::form(&[file, no_token, end()]),
            2002,
        ),
        ("no file", Request::form(&[signed, end()]), 6002),
    ]
}

/// The file is as good as any: it is published under a name of the server's own.
fn names(token: &str) -> Vec<Attempt> {
    let long = "x".repeat(10 << 10);
    let names = [
        ("name: ../../douyin.db", "../../douyin.db", 0),
        ("name: /etc/passwd", "/etc/passwd", 0),
        ("name: -i http://…", "-i http://127.0.0.1/", 0),
        ("name: concat:/etc/passwd", "concat:/etc/passwd", 0),
        ("name: with NUL", "a\0.mp4", 1001),
        ("name: with CRLF", "a\r\nX-Injected: b", 0),
        ("name: of 10 kB", &long, 0),
        ("name: .htaccess%00.mp4", ".htaccess%00.mp4", 0),
    ];
    let upload = |file_name| Request::named(token, file_name, DEMO_CLIP);
    let attempts = names.map(|(name, file_name, expected)| (name, upload(file_name), expected));
    attempts.map(attempt).into()
}
