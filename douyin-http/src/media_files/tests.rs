mod pictures;
mod several_ranges;

use std::ops::Range;

use douyin_core::{UserId, VideoId};
use douyin_media::{DEMO_CLIP, Ffmpeg, MediaOptions, default_avatar, demo_clip};
use tempfile::TempDir;

use super::*;
use crate::asked::{Reply, ask};

/// A storage with one video, larger than a piece that is read at a time.
struct Site {
    folder: TempDir,
    router: Router,
    video: Vec<u8>,
}

impl Site {
    async fn new(url: &str) -> Self {
        Self::delivering(url, Delivery::Proxy).await
    }

    async fn delivering(url: &str, delivery: Delivery) -> Self {
        let folder = TempDir::new().unwrap();
        let url = match url {
            "file" => format!("file:{}", folder.path().join("media").display()),
            other => other.to_owned(),
        };
        let mut options = MediaOptions::default();
        options.ffmpeg = Ffmpeg::Off;
        let storage = MediaStorage::open(&url, folder.path().join("staging"), options).unwrap();
        let mut video = DEMO_CLIP.to_vec();
        video.extend(700_000_u32.to_be_bytes());
        video.extend(b"free");
        video.extend(
            (8..700_000_u32).map(|index| index.wrapping_mul(2_654_435_761).to_be_bytes()[0]),
        );
        let mut incoming = storage.begin(VideoId::new(1).unwrap()).await.unwrap();
        incoming.write(&video).await.unwrap();
        incoming.finish().await.unwrap().keep().await;
        Self {
            folder,
            router: router(storage, delivery),
            video,
        }
    }

    async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        ask(&self.router, method, path, headers).await
    }

    async fn get(&self, headers: &[(&str, &str)]) -> Reply {
        self.request("GET", "/media/videos/1.mp4", headers).await
    }
}

#[tokio::test]
async fn a_video_is_sent_whole_with_everything_a_player_asks_for() {
    for url in ["file", "memory:"] {
        let site = Site::new(url).await;
        let reply = site.get(&[]).await;
        assert_eq!(reply.status, 200);
        assert!(reply.body == site.video);
        assert_eq!(reply.header("content-type"), "video/mp4");
        assert_eq!(reply.header("content-length"), site.video.len().to_string());
        assert_eq!(reply.header("accept-ranges"), "bytes");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("cache-control"), FOR_EVER);
        assert!(reply.header("etag").starts_with('"'));
        assert!(httpdate::parse_http_date(reply.header("last-modified")).is_ok());
        let cover = site.request("GET", "/media/covers/1.jpg", &[]).await;
        assert_eq!(
            (cover.status, cover.header("content-type")),
            (200, "image/jpeg")
        );
    }
}

#[tokio::test]
async fn head_says_the_same_without_the_video() {
    let site = Site::new("file").await;
    let (get, head) = (
        site.get(&[]).await,
        site.request("HEAD", "/media/videos/1.mp4", &[("range", "bytes=0-1")])
            .await,
    );
    assert_eq!(head.status, 200);
    assert!(head.body.is_empty());
    assert_eq!(head.headers, get.headers);
}

#[tokio::test]
async fn any_one_range_is_answered_byte_by_byte() {
    for url in ["file", "memory:"] {
        let site = Site::new(url).await;
        let total = site.video.len();
        let ranges: [(String, Range<usize>); 8] = [
            ("bytes=0-0".to_owned(), 0..1),
            ("bytes=0-1".to_owned(), 0..2),
            ("bytes=262143-262144".to_owned(), 262_143..262_145),
            (format!("bytes=5-{}", total - 2), 5..total - 1),
            (format!("bytes={}-", total - 1), total - 1..total),
            ("bytes=-300000".to_owned(), total - 300_000..total),
            ("bytes=0-".to_owned(), 0..total),
            // Several that come to one.
            (format!("bytes=-5,1000-,200-262344 ,{total}-"), 200..total),
        ];
        for (range, part) in ranges {
            let reply = site.get(&[("range", &range)]).await;
            assert_eq!(reply.status, 206, "{range}");
            assert!(reply.body == site.video[part.clone()], "{range}");
            assert_eq!(reply.header("content-length"), part.len().to_string());
            assert_eq!(
                reply.header("content-range"),
                format!("bytes {}-{}/{total}", part.start, part.end - 1)
            );
            assert_eq!(reply.header("content-type"), "video/mp4");
        }
    }
}

#[tokio::test]
async fn a_range_behind_the_end_is_answered_with_the_size() {
    let site = Site::new("file").await;
    let total = site.video.len();
    for range in [format!("bytes={total}-"), "bytes=-0".to_owned()] {
        let reply = site.get(&[("range", &range)]).await;
        assert_eq!(reply.status, 416, "{range}");
        assert_eq!(reply.header("content-range"), format!("bytes */{total}"));
        assert_is_refusal_because_of(&reply, "Range");
    }
}

#[tokio::test]
async fn a_condition_that_does_not_hold_is_answered_with_its_name() {
    let site = Site::new("file").await;
    let long_ago = "Sat, 01 Jan 2000 00:00:00 GMT";
    for (name, value) in [("If-Match", "\"other\""), ("If-Unmodified-Since", long_ago)] {
        let reply = site.get(&[(name, value)]).await;
        assert_eq!(reply.status, 412, "{name}");
        assert_is_refusal_because_of(&reply, name);
    }
}

fn assert_is_refusal_because_of(reply: &Reply, field: &str) {
    let envelope: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(envelope["status_code"], Status::InvalidParameter.code());
    assert!(
        envelope["status_msg"].as_str().unwrap().contains(field),
        "{envelope}"
    );
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("accept-ranges"), "bytes");
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    for url in ["file", "memory:"] {
        let site = Site::new(url).await;
        let first = site.get(&[]).await;
        let (etag, modified) = (first.header("etag"), first.header("last-modified"));
        for condition in [("if-none-match", etag), ("if-modified-since", modified)] {
            let reply = site.get(&[condition]).await;
            assert_eq!(reply.status, 304, "{condition:?}");
            assert!(reply.body.is_empty());
            assert_eq!(reply.header("etag"), etag);
            assert_eq!(reply.header("cache-control"), FOR_EVER);
        }
        assert_eq!(
            site.get(&[("if-none-match", "\"other\"")]).await.status,
            200
        );
        assert_eq!(site.get(&[("if-match", "\"other\"")]).await.status, 412);
        let range = ("range", "bytes=0-1");
        assert_eq!(site.get(&[range, ("if-range", etag)]).await.status, 206);
        assert_eq!(
            site.get(&[range, ("if-range", "\"other\"")]).await.status,
            200
        );
    }
}

#[tokio::test]
async fn files_of_the_program_are_served_like_stored_ones() {
    let site = Site::new("memory:").await;
    let clip = site
        .request(
            "GET",
            &format!("/media/{}", demo_clip()),
            &[("range", "bytes=4-7")],
        )
        .await;
    assert_eq!((clip.status, clip.body.as_slice()), (206, &b"ftyp"[..]));
    let avatar = default_avatar(UserId::new(5).unwrap());
    let avatar = site.request("GET", &format!("/media/{avatar}"), &[]).await;
    assert_eq!(
        (avatar.status, avatar.header("content-type")),
        (200, "image/jpeg")
    );
    assert_eq!(avatar.header("cache-control"), A_DAY);
}

#[tokio::test]
async fn nothing_else_is_there() {
    let site = Site::new("file").await;
    for path in [
        "/media/videos/2.mp4",
        "/media/videos/1.webm",
        "/media/videos",
        "/media/videos/",
        "/media/staging/session-0/lock",
        "/media/../staging/gate",
        "/media/videos/../../staging/gate",
        "/media/videos/%2e%2e/%2e%2e/staging/gate",
        "/media/videos/..%2f..%2fstaging%2fgate",
        "/media/videos/1.mp4%00",
        "/media/videos/%ff",
        "/media//videos/1.mp4",
        "/media/%2fetc/passwd",
        "/media/videos/1.mp4/",
    ] {
        let reply = site.request("GET", path, &[]).await;
        assert_eq!(reply.status, 404, "{path}");
        let envelope: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert_ne!(envelope["status_code"], 0, "{path}");
        assert!(envelope["status_msg"].is_string(), "{path}");
    }
    assert_eq!(
        site.request("POST", "/media/videos/1.mp4", &[])
            .await
            .status,
        405
    );
}

#[tokio::test]
async fn stored_files_are_sent_for_to_a_public_url_and_those_of_the_program_are_not() {
    let url = "https://cdn.example.org/a".to_owned();
    let site = Site::delivering("memory:", Delivery::Public { url }).await;
    for method in ["GET", "HEAD"] {
        let reply = site
            .request(method, "/media/videos/1.mp4", &[("range", "bytes=0-0")])
            .await;
        let there = "https://cdn.example.org/a/videos/1.mp4";
        assert_eq!((reply.status, reply.header("location")), (302, there));
        assert_eq!(reply.header("cache-control"), A_DAY);
        assert!(reply.body.is_empty());
    }
    let avatar = format!("/media/{}", default_avatar(UserId::new(1).unwrap()));
    assert_eq!(site.request("GET", &avatar, &[]).await.status, 200);
    for other in ["/media/videos/x.mp4", "/media/ready", "/media/https://a/"] {
        assert_eq!(site.request("GET", other, &[]).await.status, 404, "{other}");
    }
}

#[tokio::test]
async fn files_of_a_stream_are_sent_as_what_they_are_or_sent_for_to_a_public_url() {
    let names = [
        ("streams/1/5-1/main.m3u8", "application/vnd.apple.mpegurl"),
        ("streams/1/5-1/source.mp4", "video/mp4"),
        ("plain/1/5-1.mp4", "video/mp4"),
    ];
    let site = Site::new("file").await;
    for (name, content_type) in names {
        let path = site.folder.path().join("media").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, name).unwrap();
        let reply = site.request("GET", &format!("/media/{name}"), &[]).await;
        assert_eq!((reply.status, reply.text()), (200, name));
        assert_eq!(reply.header("content-type"), content_type);
        assert_eq!(reply.header("cache-control"), FOR_EVER);
    }
    let url = "https://cdn.example.org".to_owned();
    let site = Site::delivering("memory:", Delivery::Public { url }).await;
    for (name, _) in names {
        let reply = site.request("GET", &format!("/media/{name}"), &[]).await;
        let there = format!("https://cdn.example.org/{name}");
        assert_eq!((reply.status, reply.header("location")), (302, &there[..]));
    }
}

#[tokio::test]
async fn what_lies_in_no_bucket_is_sent_by_the_server_whatever_the_delivery() {
    let valid = Duration::from_hours(1);
    let site = Site::delivering("file", Delivery::Redirect { valid }).await;
    let reply = site.get(&[("range", "bytes=4-7")]).await;
    assert_eq!((reply.status, &reply.body[..]), (206, &b"ftyp"[..]));
}
