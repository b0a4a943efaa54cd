use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep_until};

use super::report::{Outcome, Report};

/// An answer takes no longer than this, or counts as none.
const FORGOTTEN: Duration = Duration::from_secs(20);

/// What all connections share. Whoever is free takes the next request, whose time stands fixed: if all of them are busy then, it is
/// sent late, and its latency counts from when it was due.
struct Plan {
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    begin: Instant,
    end: Instant,
    rate: f64,
    next: Cell<u32>,
    report: RefCell<Report>,
}

pub(super) async fn run(
    address: &str,
    targets: &str,
    connections: &str,
    seconds: &str,
    rate: &str,
) -> Result<(), Box<dyn Error>> {
    let requests: Vec<_> = fs::read_to_string(targets)?
        .lines()
        .map(|line| {
            format!("{line} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 0\r\n\r\n").into_bytes()
        })
        .collect();
    if requests.is_empty() {
        return Err("no targets".into());
    }
    let begin = Instant::now();
    let plan = Rc::new(Plan {
        address: address.parse()?,
        requests,
        begin,
        end: begin + Duration::from_secs_f64(seconds.parse()?),
        rate: rate.parse()?,
        next: Cell::new(0),
        report: RefCell::default(),
    });
    let clients = LocalSet::new();
    for seed in 0..connections.parse()? {
        clients.spawn_local(ask_again_and_again(Rc::clone(&plan), seed));
    }
    clients.await;
    plan.report
        .borrow_mut()
        .print(begin.elapsed().min(plan.end - begin));
    Ok(())
}

async fn ask_again_and_again(plan: Rc<Plan>, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut connection = None;
    let mut received = Vec::new();
    loop {
        let due = plan.due();
        if due >= plan.end {
            return;
        }
        sleep_until(due).await;
        let request = &plan.requests[random.usize(..plan.requests.len())];
        let asked = async {
            let stream = match &mut connection {
                Some(stream) => stream,
                none => none.insert(TcpStream::connect(plan.address).await?),
            };
            stream.write_all(request).await?;
            receive(stream, &mut received).await
        };
        let (outcome, closes) = match tokio::time::timeout(FORGOTTEN, asked).await {
            Ok(Ok(answer)) => answer,
            _ => (Outcome::Failed, true),
        };
        if closes {
            connection = None;
        }
        let at = due - plan.begin;
        plan.report.borrow_mut().add(at, due.elapsed(), outcome);
    }
}

impl Plan {
    fn due(&self) -> Instant {
        if self.rate == 0.0 {
            return Instant::now();
        }
        let number = self.next.replace(self.next.get() + 1);
        self.begin + Duration::from_secs_f64(f64::from(number) / self.rate)
    }
}

/// Reads an answer to its end; answers what it says and whether the connection ends with it.
async fn receive(stream: &mut TcpStream, received: &mut Vec<u8>) -> io::Result<(Outcome, bool)> {
    received.clear();
    let (head, length) = loop {
        if stream.read_buf(received).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&received[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length
                .and_then(|length| length.parse().ok())
                .ok_or(io::ErrorKind::InvalidData)?;
            break (head, end + 4 + length);
        }
    };
    // All of an answer that is long is read, and only its beginning is kept.
    let mut left = length.saturating_sub(received.len());
    let mut rest = vec![0; left.min(1 << 16)];
    while left > 0 {
        let most = left.min(rest.len());
        let read = stream.read(&mut rest[..most]).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        left -= read;
    }
    let is_success = received
        .windows(15)
        .any(|text| text == b"\"status_code\":0");
    let outcome = if head.starts_with("http/1.1 200 ") && is_success {
        Outcome::Done
    } else if head.starts_with("http/1.1 503 ") {
        Outcome::Refused
    } else {
        Outcome::Failed
    };
    Ok((outcome, head.contains("connection: close")))
}
