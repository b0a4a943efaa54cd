use std::iter;

use fastrand::Rng;

use super::*;

/// A part of an answer with its headers.
struct Part {
    content_type: String,
    place: Range<usize>,
    bytes: Vec<u8>,
}

/// Takes an answer with several parts to pieces, by the boundary that it names (RFC 2046, 5.1).
fn parts(reply: &Reply, total: usize) -> Vec<Part> {
    assert_eq!(reply.status, 206);
    assert_eq!(reply.header("content-length"), reply.body.len().to_string());
    // Only the parts have one (RFC 9110, 15.3.7.2).
    assert_eq!(reply.header("content-range"), "");
    let content_type = reply.header("content-type");
    let boundary = content_type
        .strip_prefix("multipart/byteranges; boundary=")
        .unwrap();
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = reply.body.strip_prefix(delimiter.as_bytes()).unwrap();
    let mut parts = Vec::new();
    while rest != b"--\r\n" {
        let (head, body) = cut(rest.strip_prefix(b"\r\n").unwrap(), b"\r\n\r\n");
        let (bytes, behind) = cut(body, delimiter.as_bytes());
        let head = str::from_utf8(head).unwrap();
        let field = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(found, _)| *found == name).unwrap().1
        };
        parts.push(Part {
            content_type: field("Content-Type").to_owned(),
            place: place(field("Content-Range"), total),
            bytes: bytes.to_owned(),
        });
        rest = behind;
    }
    parts
}

/// What stands before and behind the first of these.
fn cut<'a>(bytes: &'a [u8], separator: &[u8]) -> (&'a [u8], &'a [u8]) {
    let mut windows = bytes.windows(separator.len());
    let at = windows.position(|found| found == separator).unwrap();
    (&bytes[..at], &bytes[at + separator.len()..])
}

fn place(content_range: &str, total: usize) -> Range<usize> {
    let (place, size) = content_range.split_once('/').unwrap();
    assert_eq!(size, total.to_string());
    let place = place.strip_prefix("bytes ").unwrap();
    let (first, last) = place.split_once('-').unwrap();
    first.parse().unwrap()..last.parse::<usize>().unwrap() + 1
}

#[tokio::test]
async fn several_ranges_are_answered_byte_by_byte_each_with_its_place() {
    for url in ["file", "memory:"] {
        let site = Site::new(url).await;
        let total = site.video.len();
        for (range, expected) in [
            ("bytes=0-1,500-600".to_owned(), vec![0..2, 500..601]),
            ("bytes=500-600,0-1".to_owned(), vec![500..601, 0..2]),
            (
                "bytes=-300000,0-299999,5-6".to_owned(),
                vec![total - 300_000..total, 0..300_000],
            ),
        ] {
            let reply = site.get(&[("range", &range)]).await;
            let parts = parts(&reply, total);
            for part in &parts {
                assert!(part.bytes == site.video[part.place.clone()], "{range}");
                assert_eq!(part.content_type, "video/mp4");
            }
            let places: Vec<_> = parts.into_iter().map(|part| part.place).collect();
            assert_eq!(places, expected, "{range}");
            assert_eq!(reply.header("accept-ranges"), "bytes");
            assert_eq!(reply.header("cache-control"), FOR_EVER);
            assert!(reply.header("etag").starts_with('"'));
        }
    }
}

#[tokio::test]
async fn files_of_the_program_are_sent_in_parts_too() {
    let site = Site::new("memory:").await;
    let path = format!("/media/{}", demo_clip());
    let range = ("range", "bytes=4-7,-10");
    let parts = parts(&site.request("GET", &path, &[range]).await, DEMO_CLIP.len());
    assert_eq!(parts[0].bytes, b"ftyp");
    assert_eq!(parts[1].bytes, DEMO_CLIP[DEMO_CLIP.len() - 10..]);
    assert_eq!(parts.len(), 2);
}

#[tokio::test]
async fn random_sets_of_ranges_are_answered_with_every_byte_of_them_once() {
    let site = Site::new("file").await;
    let total = site.video.len();
    let mut random = Rng::with_seed(9110);
    for _ in 0..100 {
        let (mut wanted, amount) = (vec![false; total], random.usize(1..=16));
        let ranges: Vec<String> = iter::repeat_with(|| {
            let first = random.usize(..total + total / 8);
            let (range, spec) = match random.u8(..8) {
                0 => (first..total, format!("{first}-")),
                1 => (
                    first.min(total)..total,
                    format!("-{}", total.saturating_sub(first)),
                ),
                _ => {
                    let last = first + random.usize(..5000);
                    (first..total.min(last + 1), format!("{first}-{last}"))
                }
            };
            wanted[range.start.min(range.end)..range.end].fill(true);
            spec
        })
        .take(amount)
        .collect();
        let range = format!("bytes={}", ranges.join(","));
        let reply = site.get(&[("range", &range)]).await;
        if !wanted.contains(&true) {
            assert_eq!(reply.status, 416, "{range}");
            continue;
        }
        let sent = if reply.header("content-range").is_empty() {
            parts(&reply, total)
        } else {
            vec![Part {
                content_type: reply.header("content-type").to_owned(),
                place: place(reply.header("content-range"), total),
                bytes: reply.body,
            }]
        };
        let mut got = vec![false; total];
        for part in sent {
            assert!(part.bytes == site.video[part.place.clone()], "{range}");
            let place = &mut got[part.place];
            assert!(!place.contains(&true), "{range}");
            place.fill(true);
        }
        let missing = iter::zip(&wanted, &got).filter(|(wanted, got)| **wanted && !**got);
        assert_eq!(missing.count(), 0, "{range}");
        // What nobody asked for is less than what it takes to leave it out.
        let besides = iter::zip(&wanted, &got).filter(|(wanted, got)| !**wanted && **got);
        assert!(besides.count() <= 80 * ranges.len(), "{range}");
    }
}

#[tokio::test]
async fn several_ranges_of_another_version_are_not_answered() {
    let site = Site::new("file").await;
    let whole = site.get(&[]).await;
    let (etag, modified) = (whole.header("etag"), whole.header("last-modified"));
    let range = ("range", "bytes=0-1,500-600");
    for (version, status) in [
        (etag, 206),
        (modified, 206),
        ("\"other\"", 200),
        (&format!("W/{etag}"), 200),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 200),
    ] {
        let reply = site.get(&[range, ("if-range", version)]).await;
        assert_eq!(reply.status, status, "{version}");
        if status == 200 {
            assert!(reply.body == site.video, "{version}");
        }
    }
    let head = site.request("HEAD", "/media/videos/1.mp4", &[range]).await;
    assert_eq!((head.status, head.headers), (200, whole.headers.clone()));
    let unchanged = site.get(&[range, ("if-none-match", etag)]).await;
    assert_eq!(unchanged.status, 304);
    let behind = format!("bytes={0}-,{0}-{0},-0", site.video.len());
    assert_eq!(site.get(&[("range", &behind)]).await.status, 416);
}

#[tokio::test]
async fn a_flood_of_ranges_costs_no_more_than_the_file() {
    let site = Site::new("file").await;
    for range in [
        format!("bytes=0-{}", ",0-".repeat(1300)),
        format!("bytes=0-0{}", ",500-500".repeat(500)),
        format!("bytes=0-{}", ",0-".repeat(15)),
    ] {
        let reply = site.get(&[("range", &range)]).await;
        assert!(reply.body == site.video, "{}", &range[..20]);
    }
}
