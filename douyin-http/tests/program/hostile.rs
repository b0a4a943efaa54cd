//! What is uploaded by those who mean harm: each is answered in time and in memory, and leaves nothing behind.

mod files;
#[expect(dead_code, reason = "not every part of it is spoiled here")]
#[path = "../../../douyin-media/tests/recognise/movie.rs"]
mod movie;
mod requests;
mod served;

use std::io;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use self::requests::{Reply, Request};
use self::served::Served;
use crate::client::Client;
use crate::crash::leftovers;
use crate::site::Site;
use crate::wait_until;

/// The largest upload that is taken, in MiB.
const LARGEST: usize = 32;

/// No answer takes so long, on a machine that does much else. One that waits for something takes [`PATIENCE`] more.
const IN_TIME: Duration = Duration::from_secs(30);

/// Within so many seconds a body has to make progress.
const PATIENCE: &str = "3";

/// By so many bytes the server may grow over one of them: they have up to 40 MB.
const GROWTH: u64 = 24 << 20;

/// Something hostile, and what becomes of it.
struct Attempt {
    name: &'static str,
    request: Request,
    /// The `status_code` that answers it.
    expected: i64,
}

/// What became of it.
struct Outcome {
    reply: Reply,
    took: Duration,
    /// By how many bytes the server grew.
    growth: u64,
    /// What is left in storage and in staging.
    left: u64,
}

#[test]
fn what_is_hostile_is_answered_in_time_and_in_memory_and_leaves_nothing() {
    // Hostile files name it: whoever opened what they name would connect.
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let trap_url = format!("http://{}/", trap.local_addr().unwrap());
    let site = Site::on_url(None)
        .with("DOUYIN_MAX_UPLOAD_MB", &LARGEST.to_string())
        .with("DOUYIN_SERVER_BODY_IDLE_SECONDS", PATIENCE)
        .with("DOUYIN_LIMITS_ENFORCED", "false")
        .with("DOUYIN_LOG", "error");
    let running = site.start();
    let client = Client::new(&running.url());
    let token = client.register("mallory", "password").token;
    let server = Served::by(running.child.id());
    let attempts = [
        files::all(&trap_url, &site.data(), &token),
        requests::all(&token),
    ];

    println!(
        "{:<48} {:>6} {:>7} {:>9} {:>5}",
        "what", "answer", "ms", "KiB more", "left"
    );
    let mut failures = Vec::new();
    for Attempt {
        name,
        request,
        expected,
    } in attempts.into_iter().flatten()
    {
        let outcome = server.measured(|| {
            let started = Instant::now();
            let reply = request.send(running.address);
            (reply, started.elapsed())
        });
        let (reply, took) = outcome.result;
        let left = || leftovers::without_row(&client, &site.data());
        wait_until(name, || left().is_empty() && server.media_files_open() == 0);
        let outcome = Outcome {
            reply,
            took,
            growth: outcome.growth,
            left: left()
                .iter()
                .filter_map(|path| Some(path.metadata().ok()?.len()))
                .sum(),
        };
        println!(
            "{name:<48} {:>6} {:>7} {:>9} {:>5}",
            outcome
                .reply
                .code()
                .map_or("none".to_owned(), |code| code.to_string()),
            outcome.took.as_millis(),
            outcome.growth >> 10,
            outcome.left,
        );
        failures.extend(
            outcome
                .contradiction(expected)
                .map(|what| format!("{name}: {what}")),
        );
    }
    assert!(failures.is_empty(), "{failures:#?}");

    let nobody = trap.accept().unwrap_err();
    assert_eq!(
        nobody.kind(),
        io::ErrorKind::WouldBlock,
        "somebody connected"
    );
    // It is as well as before, and has what is no harm.
    let answer = client.upload(
        douyin_media::DEMO_CLIP,
        &[("token", Some(&token)), ("data", None)],
    );
    assert_eq!(answer["status_code"], 0, "{answer}");
    leftovers::assert_none(&client, &site.data(), 0);
    site.assert_no_drift();
}

impl Outcome {
    /// What is not as it must be.
    fn contradiction(&self, expected: i64) -> Option<String> {
        if self.reply.code() != Some(expected) {
            return Some(format!("{:?} instead of {expected}", self.reply));
        }
        if self.took > IN_TIME {
            return Some(format!("after {:?}", self.took));
        }
        (self.growth > GROWTH).then(|| format!("grew by {} bytes", self.growth))
    }
}
