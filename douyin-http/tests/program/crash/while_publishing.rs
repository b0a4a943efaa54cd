//! `kill -9` at every step of publishing: what was acknowledged is there, what is listed can be played, nothing else is left.

mod mortal;

use std::os::unix::process::ExitStatusExt as _;
use std::process::Child;

use douyin_media::{DEMO_CLIP, VideoLimits, recognise};

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
const MOMENTS: [(&str, Moment, bool); 12] = [
    ("as the upload begins", begin("receive", 1), false),
    ("when all of it has come in", end("receive", 1), false),
    ("as it is recognised", begin("recognise", 1), false),
    ("when it has been recognised", end("recognise", 1), false),
    ("as its cover is made", begin("make cover", 1), false),
    ("when it is synced", end("sync", 1), false),
    ("when the cover is stored", end("store file", 1), false),
    ("as the video is stored", begin("store file", 2), false),
    ("when both are stored", end("store", 1), false),
    ("as the row is to be committed", begin("commit", 1), false),
    ("when the row is committed", end("commit", 1), true),
    (
        "when nothing is left in staging",
        end("clear staging", 1),
        true,
    ),
];

#[test]
fn a_server_that_is_killed_at_any_step_of_publishing_leaves_what_can_be_played_and_nothing_else() {
    println!("{:<36} {:>12} {:>6}", "killed", "acknowledged", "listed");
    for (name, moment, is_there) in MOMENTS {
        let site = Site::on_url(None).with("DOUYIN_LIMITS_ENFORCED", "false");
        let (child, url) = mortal::start(&site.program(), &moment);
        let client = Client::new(&url);
        let token = client.register("alice", "password").token;
        let parts = [("token", Some(&token[..])), ("data", None)];
        let answer = client.try_upload(DEMO_CLIP, &parts);
        let is_acknowledged = answer.is_some_and(|answer| answer.decided()["status_code"] == 0);
        assert_was_killed(name, child);

        let running = site.start();
        let client = Client::new(&running.url());
        leftovers::assert_none(&client, &site.data(), 0);
        let feed = client.call("GET", "/feed/", &[]);
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
        assert_eq!(client.upload(DEMO_CLIP, &parts)["status_code"], 0, "{name}");
        site.assert_no_drift();
    }
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
