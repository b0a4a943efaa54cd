//! A real video, from the upload to its pieces.

use douyin_media::DEMO_CLIP;
use serde_json::json;

use super::{FORM, Scene, USER, VIDEO, assert_fields, ok, refused};
use crate::client::encode;

pub(crate) fn check(scene: &Scene, url: &str) -> i64 {
    let Scene { client, alice, .. } = scene;
    let empty = scene.get("/feed", &[]);
    assert_fields(
        ok(&empty),
        ["status_code", "status_msg", "video_list", "next_time"],
    );
    assert_eq!(empty["video_list"], json!([]));
    assert!(
        empty["next_time"]
            .as_i64()
            .is_some_and(|now| now > 1_700_000_000_000),
        "now, in milliseconds"
    );

    let text = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n";
    let refusal = client.upload(text, &[("token", Some(&alice.token)), ("data", None)]);
    refused(&refusal, &[]);
    refused(
        &client.call_with_body(
            "POST",
            "/publish/action/",
            FORM,
            encode(&[("token", &alice.token)]),
        ),
        &[],
    );
    assert_eq!(
        scene.get("/publish/list", &[("token", &alice.token)])["video_list"],
        json!([])
    );

    let first = scene.publish(alice, "第一个 🎬");
    let token_first = [("token", Some(alice.token.as_str())), ("data", None)];
    ok(&client.upload(DEMO_CLIP, &token_first));

    let feed = scene.get("/feed", &[("latest_time", "garbage")]);
    let videos = ok(&feed)["video_list"].as_array().expect("a list");
    assert_eq!(
        (&videos[0]["title"], &videos[1]["title"]),
        (&json!(""), &json!("第一个 🎬"))
    );
    let video = &videos[1];
    assert_fields(video, VIDEO);
    assert_fields(&video["author"], USER);
    assert_eq!(video["author"]["work_count"], 2);
    let older = client.call(
        "GET",
        "/feed/",
        &[("latest_time", &feed["next_time"].to_string())],
    );
    assert_eq!(
        ok(&older)["video_list"],
        json!([]),
        "strictly older than the oldest"
    );

    let play_url = video["play_url"].as_str().expect("a URL");
    assert!(play_url.starts_with(&format!("{url}/")), "{play_url}");
    let mut whole = client.get(play_url, &[]);
    assert_eq!(
        (whole.status().as_u16(), &whole.headers()["content-type"]),
        (200, &"video/mp4".parse().expect("a value"))
    );
    assert_eq!(whole.headers()["x-content-type-options"], "nosniff");
    assert_eq!(whole.body_mut().read_to_vec().expect("the file"), DEMO_CLIP);
    let mut part = client.get(play_url, &[("range", "bytes=4-7")]);
    assert_eq!(part.status(), 206);
    assert_eq!(part.body_mut().read_to_vec().expect("the part"), b"ftyp");
    assert_eq!(
        client
            .get(play_url, &[("range", "bytes=99999999-")])
            .status(),
        416
    );
    let etag = whole.headers()["etag"].to_str().expect("a text").to_owned();
    assert_eq!(
        client.get(play_url, &[("if-none-match", &etag)]).status(),
        304
    );
    let mut cover = client.get(video["cover_url"].as_str().expect("a URL"), &[]);
    assert_eq!(
        cover.body_mut().read_to_vec().expect("the picture")[..3],
        [0xFF, 0xD8, 0xFF],
        "a JPEG"
    );
    first
}
