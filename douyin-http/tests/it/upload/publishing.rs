//! How an upload over several requests becomes a video.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use douyin_media::DEMO_CLIP;

use super::{Tus, id};
use crate::app::{App, CLIP, Caller, FORM, JSON, MULTIPART, multipart, text};

pub(super) async fn ids(app: &App, author: &Caller) -> Vec<i64> {
    let list = format!("/publish/list/?user_id={}", author.id);
    app.get(&list).await.ids("video_list")
}

/// How many video files are stored.
pub(super) fn videos_in(app: &App) -> usize {
    let files = app.files();
    files.iter().filter(|file| file.contains(".mp4")).count()
}

#[tokio::test]
async fn an_upload_is_published_by_its_number_in_any_kind_of_body() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let token = &*alice.token;
    for kind in ["", FORM, JSON, MULTIPART] {
        let place = tus.complete(DEMO_CLIP).await;
        let upload = id(&place);
        let form = format!("upload={upload}&title=a+title&token={token}");
        let json = format!("{{\"upload\":{upload},\"title\":\"a title\",\"token\":\"{token}\"}}");
        let parts = multipart(&[
            text("name=\"title\"", "a title"),
            text("name=\"upload\"", upload),
            text("name=\"token\"", token),
        ]);
        let (query, body) = match kind {
            FORM => (String::new(), form.into()),
            JSON => (String::new(), json.into()),
            MULTIPART => (String::new(), parts),
            _ => (form, Vec::new()),
        };
        let path = format!("/publish/action/?{query}");
        app.send("POST", &path, kind, body).await.assert_success();
        let video: i64 = upload.parse().unwrap();
        assert_eq!(ids(&app, &alice).await[0], video, "{kind}");
        let stored = app.folder.path().join(format!("media/videos/{video}.mp4"));
        assert_eq!(std::fs::read(stored).unwrap(), DEMO_CLIP);
        assert_eq!(tus.look(&place).await.status, StatusCode::NOT_FOUND);
    }
    let list = app
        .get(&format!("/publish/list/?user_id={}", alice.id))
        .await;
    for video in list.body["video_list"].as_array().unwrap() {
        assert_eq!(video["title"], "a title");
    }
    assert_eq!(videos_in(&app), 4, "{:?}", app.files());
}

#[tokio::test]
async fn published_twice_it_is_one_video_and_a_success() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let place = Tus::new(&app, &alice).complete(DEMO_CLIP).await;
    let by = |caller: &Caller| {
        format!(
            "/publish/action/?upload={}&token={}",
            id(&place),
            caller.token
        )
    };
    for _ in 0..2 {
        app.post(&by(&alice)).await.assert_success();
    }
    app.post(&by(&bob)).await.assert_failure(4005);
    assert_eq!(ids(&app, &alice).await.len(), 1);
}

#[tokio::test]
async fn published_by_several_at_once_it_is_one_video() {
    let app = App::new();
    let alice = app.register("alice").await;
    let place = Tus::new(&app, &alice).complete(DEMO_CLIP).await;
    let path = format!(
        "/publish/action/?upload={}&token={}",
        id(&place),
        alice.token
    );
    let answers = futures_util::future::join_all((0..8).map(|_| app.post(&path))).await;
    assert!(answers.iter().any(|answer| answer.code() == 0));
    for answer in answers {
        assert!([0, 8001].contains(&answer.code()), "{answer:?}");
    }
    app.post(&path).await.assert_success();
    assert_eq!(ids(&app, &alice).await.len(), 1);
    assert_eq!(videos_in(&app), 1);
}

#[tokio::test]
async fn what_is_not_complete_or_not_there_is_not_published() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let tus = Tus::new(&app, &alice);
    let place = tus.create(DEMO_CLIP.len()).await;
    tus.append(&place, 0, &DEMO_CLIP[..1000]).await;
    let publish = async |upload: &str, caller: &Caller| {
        let path = format!("/publish/action/?upload={upload}&token={}", caller.token);
        app.post(&path).await
    };
    publish(id(&place), &alice).await.assert_failure(6009);
    publish(id(&place), &bob).await.assert_failure(4005);
    publish("7", &alice).await.assert_failure(4005);
    publish("x", &alice).await.assert_failure(1003);
    let nobody = format!("/publish/action/?upload={}", id(&place));
    app.post(&nobody).await.assert_failure(2001);
    // It can still go on.
    tus.append(&place, 1000, &DEMO_CLIP[1000..]).await;
    publish(id(&place), &alice).await.assert_success();
}

#[tokio::test]
async fn what_is_no_video_is_removed_and_one_with_a_wrong_title_stays() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.complete(DEMO_CLIP).await;
    let path = format!(
        "/publish/action/?upload={}&token={}",
        id(&place),
        alice.token
    );
    let long = "x".repeat(1025);
    app.post(&format!("{path}&title={long}"))
        .await
        .assert_failure(1006);
    app.post(&path).await.assert_success();
    let place = tus
        .complete(b"this is no video, whatever it is called")
        .await;
    let path = format!(
        "/publish/action/?upload={}&token={}",
        id(&place),
        alice.token
    );
    app.post(&path).await.assert_failure(6006);
    assert_eq!(tus.look(&place).await.status, StatusCode::NOT_FOUND);
    app.waits_until(async || !app.files().iter().any(|file| file == "upload"))
        .await;
    assert_eq!(videos_in(&app), 1);
}

#[tokio::test]
async fn a_form_has_a_file_or_names_an_upload() {
    let app = App::new();
    let alice = app.register("alice").await;
    let place = Tus::new(&app, &alice).complete(DEMO_CLIP).await;
    let body = multipart(&[
        text("name=\"token\"", &alice.token),
        text("name=\"upload\"", id(&place)),
        CLIP,
    ]);
    app.send("POST", "/publish/action/", MULTIPART, body)
        .await
        .assert_failure(6004);
    assert!(ids(&app, &alice).await.is_empty());
}

#[tokio::test]
async fn a_session_that_ended_publishes_nothing_and_the_next_one_can() {
    let app = App::new();
    let alice = app.register("alice").await;
    let place = Tus::new(&app, &alice).complete(DEMO_CLIP).await;
    let path = |token: &str| format!("/publish/action/?upload={}&token={token}", id(&place));
    app.post(&format!("/user/logout/?token={}", alice.token))
        .await;
    app.post(&path(&alice.token)).await.assert_failure(2002);
    let again = app
        .post("/user/login/?username=alice&password=secret")
        .await;
    let token = again.body["token"].as_str().unwrap();
    app.post(&path(token)).await.assert_success();
}

#[tokio::test]
async fn a_file_that_is_sent_as_it_is_is_no_form() {
    let app = App::new();
    let alice = app.register("alice").await;
    let large = vec![b'x'; 2 << 20];
    let request = Request::post(format!("/douyin/publish/action/?token={}", alice.token))
        .header("content-type", "video/mp4")
        .body(Body::from(large))
        .unwrap();
    app.call(request).await.assert_failure(6001);
}
