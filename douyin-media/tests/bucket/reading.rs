use std::time::Duration;

use douyin_core::MediaKey;
use douyin_media::{Extent, MediaOptions, MediaStorage};
use futures_util::TryStreamExt as _;
use ureq::http::Method;

use crate::Fixture;
use crate::bytes::video;
use crate::s3::{S3Server, fetch};

#[tokio::test]
async fn any_extent_is_read_byte_by_byte_with_as_few_requests_as_can_be() {
    let Some(server) = S3Server::of_the_tests("any extent") else {
        return;
    };
    let fixture = Fixture::new(&server).await;
    let video = video(1_000_000);
    let key = fixture.upload(1, &video).await.unwrap().play().clone();
    let requests = || fixture.storage.stats().bucket.unwrap().requests;
    for extent in [
        Extent::Whole,
        Extent::From(0),
        Extent::From(999_999),
        Extent::Within(0..=0),
        Extent::Within(10..=19),
        Extent::Within(999_990..=u64::MAX - 1),
        Extent::Within(999_990..=u64::MAX),
        Extent::Last(1),
        Extent::Last(5_000_000),
    ] {
        let before = requests();
        let read = fixture.read(&key, extent.clone()).await.unwrap();
        let range = extent.of(1_000_000);
        let (start, end) = (
            range.start.try_into().unwrap(),
            range.end.try_into().unwrap(),
        );
        assert!(read == video[start..end], "{extent:?}");
        let needed = if matches!(extent, Extent::Last(_)) {
            2
        } else {
            1
        };
        assert_eq!(requests() - before, needed, "{extent:?}");
    }
    // What there is nothing of is answered with what there is.
    for extent in [Extent::From(1_000_000), Extent::Last(0), Extent::Nothing] {
        let file = fixture.storage.file(&key, extent.clone()).await.unwrap();
        assert_eq!(file.unwrap().size(), 1_000_000, "{extent:?}");
    }
}

#[tokio::test]
async fn a_file_is_read_in_parts_one_request_each() {
    let Some(server) = S3Server::of_the_tests("a file in parts") else {
        return;
    };
    let fixture = Fixture::new(&server).await;
    let video = video(1_000_000);
    let key = fixture.upload(1, &video).await.unwrap().play().clone();
    let before = fixture.storage.stats().bucket.unwrap().requests;
    let file = fixture.storage.file(&key, Extent::Within(500..=999)).await;
    let mut file = file.unwrap().unwrap();
    for part in [500..1000, 0..10, 999_990..1_000_000, 500..1000] {
        let chunks = file.read(part.clone()).await.unwrap();
        let chunks: Vec<_> = chunks.try_collect().await.unwrap();
        let part = part.start.try_into().unwrap()..part.end.try_into().unwrap();
        assert!(chunks.concat() == video[part]);
    }
    // What the file was opened for is not asked for again.
    let requests = fixture.storage.stats().bucket.unwrap().requests - before;
    assert_eq!(requests, 4);
}

#[tokio::test]
async fn what_is_not_there_is_not_there() {
    let Some(server) = S3Server::of_the_tests("what is not there") else {
        return;
    };
    let fixture = Fixture::new(&server).await;
    for extent in [Extent::Nothing, Extent::Whole, Extent::Last(5)] {
        let key = MediaKey::new("videos/1.mp4");
        assert!(fixture.storage.file(&key, extent).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_signed_url_is_all_that_a_plain_client_needs() {
    let Some(server) = S3Server::of_the_tests("a signed URL") else {
        return;
    };
    let fixture = Fixture::new(&server).await;
    let video = video(100_000);
    let key = fixture.upload(1, &video).await.unwrap().play().clone();
    let hour = Duration::from_hours(1);
    let requests = fixture.storage.stats().bucket.unwrap().requests;
    let url = fixture.storage.signed_url(&key, false, hour).await.unwrap();
    let url = url.unwrap();
    let head_url = fixture.storage.signed_url(&key, true, hour).await.unwrap();
    assert_eq!(
        fixture.storage.stats().bucket.unwrap().requests,
        requests,
        "signing asks nobody"
    );

    let mut whole = fetch(&Method::GET, &url, &[]);
    assert_eq!(whole.body_mut().read_to_vec().unwrap(), video);
    let mut part = fetch(&Method::GET, &url, &[("range", "bytes=4-7")]);
    assert_eq!(part.status(), 206);
    assert_eq!(part.body_mut().read_to_vec().unwrap(), b"ftyp");
    let head = fetch(&Method::HEAD, &head_url.unwrap(), &[]);
    assert_eq!(head.headers()["content-length"], "100000");

    let forged = url.replace("videos/1.mp4", "covers/1.jpg");
    assert_eq!(fetch(&Method::GET, &forged, &[]).status(), 403);
    let (unsigned, _) = url.split_once('?').unwrap();
    assert_eq!(fetch(&Method::GET, unsigned, &[]).status(), 403);
    assert!(!url.contains(&server.secret_key), "{url}");
}

#[tokio::test]
async fn only_stored_files_in_a_bucket_have_signed_urls() {
    let (folder, hour) = (tempfile::tempdir().unwrap(), Duration::from_hours(1));
    let memory = MediaStorage::open("memory:", folder.path(), MediaOptions::default()).unwrap();
    let key = MediaKey::new("videos/1.mp4");
    assert_eq!(memory.signed_url(&key, false, hour).await.unwrap(), None);
    let Some(server) = S3Server::of_the_tests("signed URLs of other names") else {
        return;
    };
    let storage = Fixture::new(&server).await.storage;
    for other in [
        "ready",
        "default/avatar-1.jpg",
        "videos/../1.mp4",
        "",
        // What it names would not be signed.
        "streams/1/5-1/main.m3u8",
    ] {
        let key = MediaKey::new(other);
        let url = storage.signed_url(&key, false, hour).await.unwrap();
        assert_eq!(url, None, "{other}");
    }
}
