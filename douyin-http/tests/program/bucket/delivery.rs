use std::path::Path;
use std::process::Command;

use super::{Bucket, newest, publish};
use crate::client::Client;
use crate::database;
use crate::site::Site;

/// A real MP4 of more than a part, which is stored as it is, if there is a program that makes one.
fn real_video() -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("video.mp4");
    let made = Command::new("ffmpeg")
        .args(["-loglevel", "error", "-f", "lavfi", "-i"])
        .args(["testsrc2=size=1280x720:rate=30", "-t", "8"])
        .args(["-c:v", "mpeg4", "-q:v", "1", "-pix_fmt", "yuv420p"])
        .args(["-movflags", "+faststart"])
        .arg(&file)
        .status();
    let video = made.ok().filter(std::process::ExitStatus::success);
    video.map(|_| std::fs::read(&file).expect("it was made"))
}

/// Fetches a URL, with a range or without.
fn get(client: &Client, url: &str, range: Option<&str>) -> (u16, Vec<u8>) {
    let headers: Vec<_> = range.iter().map(|range| ("range", *range)).collect();
    let mut answer = client.get(url, &headers);
    let body = answer.body_mut().with_config().limit(1 << 30);
    let bytes = body.read_to_vec().expect("all of it");
    (answer.status().as_u16(), bytes)
}

#[test]
fn a_real_video_is_played_through_the_server_or_from_the_bucket() {
    let case = "media in a bucket";
    let Some(bucket) = Bucket::make(case) else {
        return;
    };
    let video: Option<Vec<u8>> = database::found(real_video(), "a real video without ffmpeg");
    let Some(video) = video else {
        return;
    };
    assert!(video.len() > 8 << 20, "of several parts: {}", video.len());
    let site = bucket.site(Site::on_url(None));
    let running = site.start();
    let client = Client::new(&running.url());
    let alice = client.register("alice", "password");
    let answer = publish(&client, &alice, &video).expect("an answer");
    assert_eq!(answer.decided()["status_code"], 0);

    let published = newest(&client);
    let play_url = published["play_url"].as_str().expect("a URL");
    assert!(play_url.starts_with(&running.url()), "{play_url}");
    assert!(get(&client, play_url, None) == (200, video.clone()));
    let end = video.len() - 1;
    for (range, part) in [
        ("bytes=0-0".to_owned(), 0..=0),
        ("bytes=8388600-8388700".to_owned(), 8_388_600..=8_388_700),
        (format!("bytes={end}-"), end..=end),
        ("bytes=-100000".to_owned(), end - 99_999..=end),
        (format!("bytes=5000000-{}", usize::MAX), 5_000_000..=end),
    ] {
        let expected = (206, video[part].to_vec());
        assert!(get(&client, play_url, Some(&range)) == expected, "{range}");
    }
    let several = get(&client, play_url, Some("bytes=-5,8388600-8388700")).1;
    for part in [&video[video.len() - 5..], &video[8_388_600..=8_388_700]] {
        assert!(several.windows(part.len()).any(|found| found == part));
    }
    let behind = format!("bytes={}-", video.len());
    assert_eq!(get(&client, play_url, Some(&behind)).0, 416);
    let whole = client.get(play_url, &[("range", "bytes=0-0")]);
    let etag = whole.headers()["etag"].to_str().expect("a text");
    assert_eq!(
        client.get(play_url, &[("if-none-match", etag)]).status(),
        304
    );
    drop(running);

    let path = play_url.split_once("/media/").expect("a path").1;
    played_from_the_bucket(
        &bucket,
        site.with("DOUYIN_MEDIA_DELIVERY", "redirect"),
        &video,
        path,
    );
}

fn played_from_the_bucket(bucket: &Bucket, site: Site, video: &[u8], path: &str) {
    let running = site.start();
    let client = Client::new(&running.url());
    let sent = client.get(&format!("{}/media/{path}", running.url()), &[]);
    assert_eq!(sent.status(), 302);
    assert_eq!(sent.headers()["cache-control"], "public, max-age=1800");
    let signed = sent.headers()["location"].to_str().expect("a URL");
    assert!(signed.starts_with(&bucket.endpoint()), "{signed}");
    assert!(get(&client, signed, None) == (200, video.to_vec()));
    let part = get(&client, signed, Some("bytes=8388600-8388700"));
    assert!(part == (206, video[8_388_600..=8_388_700].to_vec()));

    // Pictures of the program are not in the bucket.
    let author = &newest(&client)["author"];
    let avatar = author["avatar"].as_str().expect("a URL");
    assert_eq!(client.get(avatar, &[]).status(), 200);
    drop(running);

    let site = site.with("DOUYIN_MEDIA_DELIVERY", "public").with(
        "DOUYIN_MEDIA_PUBLIC_URL",
        "https://cdn.example.org/of/douyin/",
    );
    let running = site.start();
    let client = Client::new(&running.url());
    let video = newest(&client);
    let public = format!("https://cdn.example.org/of/douyin/{path}");
    assert_eq!(video["play_url"], public);
    let cover = video["cover_url"].as_str().expect("a URL");
    let key = cover
        .strip_prefix("https://cdn.example.org/of/douyin/")
        .expect("there");
    assert!(
        bucket
            .objects()
            .iter()
            .any(|object| object == Path::new(key)),
        "{key}"
    );
    let avatar = video["author"]["avatar"].as_str().expect("a URL");
    assert_eq!(client.get(avatar, &[]).status(), 200);
    // Who has an older URL is sent there.
    let sent = client.get(&format!("{}/media/{path}", running.url()), &[]);
    assert_eq!(
        (sent.status().as_u16(), &sent.headers()["location"]),
        (302, &public.parse().expect("a value"))
    );
}
