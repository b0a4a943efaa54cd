//! `kill -9` at every step of publishing: what was acknowledged is there, what is listed can be played, nothing else is left.

mod mortal;

use std::os::unix::process::ExitStatusExt as _;
use std::process::Child;

use douyin_media::{DEMO_CLIP, VideoLimits, recognise};

use serde_json::Value;

use self::mortal::Moment;
use super::leftovers;
use crate::client::Client;
use crate::site::Site;
use crate::wait_until;

const fn begin(span: &'static str, number: usize) -> Moment {
    Moment {
        span,
        number,
        is_end: false,
    }
}

const fn end(span: &'static str, number: usize) -> Moment {
    Moment {
        span,
        number,
        is_end: true,
    }
}

/// Each with whether the video is there afterwards: from the commit on.
const MOMENTS: [(&str, Moment, bool); 18] = [
    ("as the upload begins", begin("receive", 1), false),
    ("when all of it has come in", end("receive", 1), false),
    ("as it is recognised", begin("recognise", 1), false),
    ("as its index is put first", begin("fast start", 1), false),
    (
        "when its index has been put first",
        end("fast start", 1),
        false,
    ),
    ("as its cover is made", begin("make cover", 1), false),
    ("when it is synced", end("sync", 1), false),
    ("when the cover is stored", end("store file", 1), false),
    ("as the next file is stored", begin("store file", 2), false),
    ("when all are stored", end("store", 1), false),
    ("as the row is to be committed", begin("commit", 1), false),
    ("when the row is committed", end("commit", 1), true),
    (
        "when nothing is left in staging",
        end("clear staging", 1),
        true,
    ),
    ("as its job is worked at", begin("job", 1), true),
    ("as it is prepared", begin("prepare", 1), true),
    ("when it is prepared", end("prepare", 1), true),
    ("as that is to be committed", begin("complete", 1), true),
    ("when that is committed", end("complete", 1), true),
];

#[test]
fn a_server_that_is_killed_at_any_step_of_publishing_leaves_what_can_be_played_and_nothing_else() {
    println!("{:<36} {:>12} {:>6}", "killed", "acknowledged", "listed");
    let video = with_its_index_at_the_end();
    for (name, moment, is_there) in MOMENTS {
        let site = Site::on_url(None)
            .with("DOUYIN_LIMITS_ENFORCED", "false")
            .with("DOUYIN_LOG", "error")
            // Whoever comes after has the job as soon.
            .with("DOUYIN_JOBS_LEASE_SECONDS", "5");
        let (child, url) = mortal::start(&site.program(), &moment);
        let client = Client::new(&url);
        let token = client.register("alice", "password").token;
        let parts = [("token", Some(&token[..])), ("data", None)];
        let answer = client.try_upload(&video, &parts);
        let is_acknowledged = answer.is_some_and(|answer| answer.decided()["status_code"] == 0);
        assert_was_killed(name, child);

        let running = site.start();
        let client = Client::new(&running.url());
        // Jobs go on, and are done once.
        let feed = || client.call("GET", "/feed/", &[("hls", "1")]);
        let is_streamed = |video: &Value| video["hls_url"].is_string();
        wait_until(name, || {
            feed()["video_list"]
                .as_array()
                .unwrap()
                .iter()
                .all(is_streamed)
        });
        leftovers::assert_none(&client, &site.data(), 0);
        let feed = feed();
        let videos = feed["video_list"].as_array().unwrap();
        println!("{name:<36} {is_acknowledged:>12} {:>6}", videos.len());
        assert_eq!(videos.len(), usize::from(is_there), "{name}");
        assert!(is_there || !is_acknowledged, "{name}: it was promised");
        for video in videos {
            let fetched = |field: &str| {
                let url = video[field].as_str().unwrap();
                let mut answer = client.get(url, &[]);
                answer.body_mut().read_to_vec().unwrap()
            };
            let play = std::io::Cursor::new(fetched("play_url"));
            recognise(play, &VideoLimits::default()).unwrap();
            let cover = fetched("cover_url");
            assert!(
                cover.starts_with(b"\xFF\xD8") && cover.ends_with(b"\xFF\xD9"),
                "{name}"
            );
        }
        // It goes on as if nothing had been.
        assert_eq!(client.upload(&video, &parts)["status_code"], 0, "{name}");
        site.assert_no_drift();
    }
}

/// A video that is rewritten when it has come in.
fn with_its_index_at_the_end() -> Vec<u8> {
    let mut boxes = Vec::new();
    let mut rest = DEMO_CLIP;
    while let Some(size) = rest.first_chunk::<4>() {
        let (first, others) = rest.split_at(u32::from_be_bytes(*size) as usize);
        boxes.push(first.to_vec());
        rest = others;
    }
    let mut index = boxes.remove(1);
    // Its only chunk lies nearer to the beginning by as many bytes as it has.
    let moved = u32::try_from(index.len()).unwrap();
    let table = index.windows(4).position(|four| four == b"stco").unwrap();
    let place = index[table + 12..].first_chunk_mut::<4>().unwrap();
    *place = (u32::from_be_bytes(*place) - moved).to_be_bytes();
    boxes.push(index);
    boxes.concat()
}

/// Waits for its end, by its own hand.
fn assert_was_killed(name: &str, mut child: Child) {
    let mut ended = None;
    wait_until(name, || {
        ended = child.try_wait().unwrap();
        ended.is_some()
    });
    assert_eq!(ended.and_then(|status| status.signal()), Some(9), "{name}");
}
