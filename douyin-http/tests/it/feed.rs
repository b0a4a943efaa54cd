//! `/feed/`

use crate::app::{App, NOW, keys};
use crate::user::USER_KEYS;

pub(crate) const VIDEO_KEYS: [&str; 8] = [
    "author",
    "comment_count",
    "cover_url",
    "favorite_count",
    "id",
    "is_favorite",
    "play_url",
    "title",
];

#[tokio::test]
async fn an_empty_feed_goes_on_from_now() {
    let app = App::new();
    let feed = app.get("/feed/").await;
    feed.assert_success();
    assert_eq!(
        keys(&feed.body),
        ["next_time", "status_code", "status_msg", "video_list"]
    );
    assert_eq!(feed.body["video_list"], serde_json::json!([]));
    assert_eq!(feed.body["next_time"], NOW.as_millis());
}

#[tokio::test]
async fn the_newest_thirty_videos_come_first_and_next_time_is_that_of_the_oldest() {
    let app = App::new();
    let alice = app.register("alice").await;
    let mut videos = Vec::new();
    for number in 0..35 {
        videos.push(app.publish(&alice, &format!("第{number}个")).await);
    }
    videos.reverse();
    let feed = app.get("/feed").await;
    assert_eq!(feed.ids("video_list"), videos[..30]);
    assert_eq!(feed.body["next_time"], app.now_millis() - 29_000);
    let video = &feed.body["video_list"][0];
    assert_eq!(keys(video), VIDEO_KEYS);
    assert_eq!(keys(&video["author"]), USER_KEYS);
    assert_eq!(video["title"], "第34个");
    assert_eq!(video["author"]["work_count"], 35);
    assert_eq!(
        video["play_url"],
        format!("http://video.example.com/media/videos/{}.mp4", videos[0])
    );
    let rest = app
        .get(&format!("/feed/?latest_time={}", feed.body["next_time"]))
        .await;
    assert_eq!(rest.ids("video_list"), videos[30..]);
    let wrapped = app
        .get(&format!("/feed/?latest_time={}", rest.body["next_time"]))
        .await;
    assert_eq!(wrapped.ids("video_list"), [0_i64; 0]);
    assert_eq!(wrapped.body["next_time"], app.now_millis());
}

#[tokio::test]
async fn whatever_is_not_a_past_instant_means_now() {
    let app = App::new();
    let alice = app.register("alice").await;
    let video = app.publish(&alice, "").await;
    for latest in [
        "",
        "0",
        "-5",
        "garbage",
        "undefined",
        "NaN",
        "1.5",
        "1e400",
        "9999999999999",
        "99999999999",
        "99999999999999999999",
    ] {
        let feed = app.get(&format!("/feed/?latest_time={latest}")).await;
        assert_eq!(feed.ids("video_list"), [video], "{latest}");
    }
    let json = app
        .send("GET", "/feed/", "application/json", r#"{"latest_time":[]}"#)
        .await;
    assert_eq!(json.ids("video_list"), [video]);
}

#[tokio::test]
async fn instants_are_strict_and_may_be_seconds_or_milliseconds_or_exponents() {
    let app = App::new();
    let alice = app.register("alice").await;
    let video = app.publish(&alice, "").await;
    app.clock.advance_millis(3_600_000);
    let published = NOW.as_millis() + 1_000;
    let nothing: Vec<i64> = Vec::new();
    for (latest, expected) in [
        (published.to_string(), &nothing),
        ((published + 1).to_string(), &vec![video]),
        ((published / 1_000).to_string(), &nothing),
        ((published / 1_000 + 1).to_string(), &vec![video]),
        (format!("{}e3", published / 1_000), &nothing),
        (format!("{}e3", published / 1_000 + 1), &vec![video]),
    ] {
        let feed = app.get(&format!("/feed/?latest_time={latest}")).await;
        assert_eq!(&feed.ids("video_list"), expected, "{latest}");
    }
}

#[tokio::test]
async fn the_feed_shows_what_the_viewer_likes_and_follows() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let video = app.publish(&alice, "").await;
    let token = &bob.token;
    app.post(&format!(
        "/favorite/action/?token={token}&video_id={video}&action_type=1"
    ))
    .await
    .assert_success();
    app.post(&format!(
        "/relation/action/?token={token}&to_user_id={}&action_type=1",
        alice.id
    ))
    .await
    .assert_success();
    let seen = app.get(&format!("/feed/?token={token}")).await;
    assert_eq!(seen.body["video_list"][0]["is_favorite"], true);
    assert_eq!(seen.body["video_list"][0]["author"]["is_follow"], true);
    assert_eq!(seen.body["video_list"][0]["favorite_count"], 1);
    let anonymous = app.get("/feed/").await;
    assert_eq!(anonymous.body["video_list"][0]["is_favorite"], false);
    assert_eq!(
        anonymous.body["video_list"][0]["author"]["is_follow"],
        false
    );
}

#[tokio::test]
async fn pages_go_on_by_their_cursor() {
    let app = App::new();
    let alice = app.register("alice").await;
    let mut videos = Vec::new();
    for _ in 0..5 {
        videos.push(app.publish(&alice, "").await);
    }
    videos.reverse();
    let first = app.get("/feed/?limit=2").await;
    assert_eq!(
        keys(&first.body),
        [
            "next_cursor",
            "next_time",
            "status_code",
            "status_msg",
            "video_list"
        ]
    );
    assert_eq!(first.ids("video_list"), videos[..2]);
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let rest = app.get(&format!("/feed/?cursor={cursor}")).await;
    assert_eq!(rest.ids("video_list"), videos[2..]);
    assert_eq!(rest.body["next_cursor"], "");
    for bad in [
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=1.5",
        "cursor=x",
        "cursor=1",
    ] {
        app.get(&format!("/feed/?{bad}")).await.assert_failure(1003);
    }
}
