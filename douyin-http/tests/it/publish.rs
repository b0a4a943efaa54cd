//! `/publish/…`

mod arrival;
mod room;
mod strangers;

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::app::{Answer, App, CLIP, Caller, FORM, JSON, MULTIPART, Part, keys, multipart, text};
use crate::feed::VIDEO_KEYS;

async fn upload(app: &App, query: &str, parts: &[Part<'_>]) -> Answer {
    app.send(
        "POST",
        &format!("/publish/action/{query}"),
        MULTIPART,
        multipart(parts),
    )
    .await
}

async fn titles(app: &App, author: &Caller) -> Vec<String> {
    let list = app
        .get(&format!("/publish/list/?user_id={}", author.id))
        .await;
    let videos = list.body["video_list"].as_array().unwrap();
    videos
        .iter()
        .map(|video| video["title"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_published_video_is_in_the_lists_with_its_files_stored() {
    let app = App::new();
    let alice = app.register("alice").await;
    let answer = upload(
        &app,
        "",
        &[
            text("name=\"token\"", &alice.token),
            text("name=\"title\"", " 第一个 "),
            CLIP,
        ],
    )
    .await;
    answer.assert_success();
    assert_eq!(keys(&answer.body), ["status_code", "status_msg"]);
    let list = app
        .get(&format!("/publish/list/?token={}", alice.token))
        .await;
    list.assert_success();
    let video = &list.body["video_list"][0];
    assert_eq!(keys(video), VIDEO_KEYS);
    assert_eq!(video["title"], "第一个");
    assert_eq!(video["author"]["work_count"], 1);
    assert_eq!(
        video["play_url"],
        format!("http://video.example.com/media/videos/{}.mp4", video["id"])
    );
    assert_eq!(
        video["cover_url"],
        format!("http://video.example.com/media/covers/{}.jpg", video["id"])
    );
    assert_eq!(
        app.files(),
        [
            format!("{}.jpg", video["id"]),
            format!("{}.mp4", video["id"]),
            format!("{}.webp", video["id"])
        ]
    );
    assert_eq!(
        app.get("/feed/").await.body["video_list"][0]["id"],
        video["id"]
    );
}

#[tokio::test]
async fn parts_may_be_in_any_order_and_the_file_may_have_any_name_and_type() {
    let app = App::new();
    let alice = app.register("alice").await;
    let token = || text("name=\"token\"", &alice.token);
    let long = format!("name=\"data\"; filename=\"{}.mp4\"", "长".repeat(800));
    for (index, head) in [
        "name=\"data\"; filename=\"../../public/x.mp4\"\r\nContent-Type: application/octet-stream",
        "name=\"data\"; filename=\"\"",
        "name=\"data\"",
        "name=\"video\"; filename=\"a b\\\"c.exe\"\r\nContent-Type: text/html; charset=gbk",
        &long,
    ]
    .into_iter()
    .enumerate()
    {
        let file = || Part {
            head,
            content: CLIP.content,
        };
        let title = format!("{index}");
        let title = || text("name=\"title\"", &title);
        for parts in [[file(), token(), title()], [title(), file(), token()]] {
            upload(&app, "", &parts).await.assert_success();
        }
    }
    assert_eq!(
        titles(&app, &alice).await,
        ["4", "4", "3", "3", "2", "2", "1", "1", "0", "0"]
    );
}

#[tokio::test]
async fn the_query_and_the_header_do_as_well_and_the_query_wins() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let query = format!("?token={}&title=a", alice.token);
    upload(
        &app,
        &query,
        &[
            text("name=\"token\"", &bob.token),
            CLIP,
            text("name=\"title\"", "b"),
        ],
    )
    .await
    .assert_success();
    let request = |body: Vec<u8>| {
        let request = Request::post("/douyin/publish/action").header("content-type", MULTIPART);
        request
            .header("authorization", format!("Bearer {}", alice.token))
            .body(Body::from(body))
            .unwrap()
    };
    app.call(request(multipart(&[
        CLIP,
        text("name=\"token\"", "undefined"),
    ])))
    .await
    .assert_success();
    assert_eq!(titles(&app, &alice).await, ["", "a"]);
    app.call(request(multipart(&[
        CLIP,
        text("name=\"token\"", &bob.token),
    ])))
    .await
    .assert_success();
    assert_eq!(titles(&app, &bob).await, [""]);
}

#[tokio::test]
async fn a_refused_upload_leaves_nothing_behind() {
    let app = App::new();
    let alice = app.register("alice").await;
    let token = || text("name=\"token\"", &alice.token);
    let file = |content| Part {
        head: CLIP.head,
        content,
    };
    let (large, long) = (vec![0; (1 << 20) + 1], "长".repeat(1025));
    let cases: [(&[Part<'_>], u64); 12] = [
        (&[CLIP], 2001),
        (&[CLIP, text("name=\"token\"", "garbage")], 2002),
        (&[text("name=\"token\"", "garbage"), CLIP], 2002),
        (&[token()], 6002),
        (&[token(), file(b"")], 6003),
        (&[token(), CLIP, CLIP], 6004),
        (&[token(), file(b"not a video")], 6006),
        (&[token(), file(&CLIP.content[..4_000])], 6006),
        (&[token(), text("name=\"title\"", &long), CLIP], 1006),
        (&[token(), CLIP, text("name=\"title\"", &long)], 1006),
        (&[token(), CLIP, text("name=\"title\"", "a\0b")], 1010),
        (
            &[
                token(),
                CLIP,
                Part {
                    head: "name=\"title\"",
                    content: b"\xff",
                },
            ],
            1003,
        ),
    ];
    for (index, (parts, code)) in cases.iter().enumerate() {
        let answer = upload(&app, "", parts).await;
        assert_eq!(answer.code(), *code, "case {index}: {answer:?}");
        assert_eq!(keys(&answer.body), ["status_code", "status_msg"]);
        app.left_nothing_behind().await;
    }
    let answer = upload(&app, "", &[token(), file(&large)]).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::PAYLOAD_TOO_LARGE, 6007)
    );
    assert_eq!(
        answer.body["status_msg"],
        "The video is too large: at most 1 MB."
    );
    app.left_nothing_behind().await;
    assert_eq!(titles(&app, &alice).await, [""; 0]);
}

#[tokio::test]
async fn what_is_not_a_form_is_a_failure() {
    let app = App::new();
    let alice = app.register("alice").await;
    let path = format!("/publish/action/?token={}", alice.token);
    for (media_type, body, code) in [
        ("", "", 6001),
        ("", "data=x", 6001),
        (FORM, "data=x", 6001),
        (JSON, "{\"data\":1}", 6001),
        ("video/mp4", "x", 6001),
        ("multipart/form-data", "x", 6001),
        (MULTIPART, "", 6005),
        (MULTIPART, "x", 6005),
        (MULTIPART, "--BOUNDARY--", 6002),
        (
            MULTIPART,
            "--BOUNDARY\r\nContent-Disposition: form-data; name=\"data\"",
            6005,
        ),
    ] {
        app.send("POST", &path, media_type, body)
            .await
            .assert_failure(code);
    }
}

#[tokio::test]
async fn the_list_of_nobody_is_a_failure() {
    let app = App::new();
    app.get("/publish/list/").await.assert_failure(2001);
    app.get("/publish/list/?user_id=7")
        .await
        .assert_failure(4001);
}
