//! `/user/avatar/` and `/user/background/`

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use douyin_cache::{CacheOptions, CachedStore};
use douyin_core::{Jobs as _, Limits, PageRequest, Task};
use douyin_http::api::{Action, Allowance, RateLimit};
use douyin_store_mem::MemStore;

use crate::app::{Answer, App, CLIP, Caller, FORM, MULTIPART, Part, keys, multipart, text};
use crate::user::USER_KEYS;

const PATHS: [&str; 2] = ["/user/avatar/", "/user/background/"];

/// A picture of one pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

pub(crate) const PICTURE: Part<'static> = Part {
    head: "name=\"data\"; filename=\"../me.exe\"\r\nContent-Type: text/html",
    content: GIF,
};

async fn send(app: &App, path: &str, parts: &[Part<'_>]) -> Answer {
    app.send("POST", path, MULTIPART, multipart(parts)).await
}

async fn set(app: &App, path: &str, by: &Caller) -> Answer {
    send(app, path, &[PICTURE, text("name=\"token\"", &by.token)]).await
}

/// The URLs of both, as a viewer gets them.
async fn pictures(app: &App, of: &Caller, viewer: &Caller) -> [String; 2] {
    let path = format!("/user/?user_id={}&token={}", of.id, viewer.token);
    let user = &app.get(&path).await.body["user"];
    [&user["avatar"], &user["background_image"]].map(|url| url.as_str().unwrap().to_owned())
}

/// The API, and the same where answers are remembered.
fn apps() -> [App; 2] {
    let remembering = CachedStore::alone(Arc::new(MemStore::new()), CacheOptions::default());
    let remembering = App::over(remembering, Limits::default(), |api| api);
    [App::new(), remembering]
}

#[tokio::test]
async fn a_picture_is_answered_as_one_sees_oneself_and_shown_to_everybody() {
    for app in apps() {
        let (alice, bob) = (app.register("alice").await, app.register("bob").await);
        app.publish(&alice, "hello").await;
        let before = pictures(&app, &alice, &bob).await;
        assert!(!before[0].contains("/pictures/"), "{before:?}");
        for (place, path) in PATHS.into_iter().enumerate() {
            let answer = set(&app, path, &alice).await;
            answer.assert_success();
            assert_eq!(keys(&answer.body), ["status_code", "status_msg", "user"]);
            assert_eq!(keys(&answer.body["user"]), USER_KEYS);
            let own = app.get(&format!("/user/?token={}", alice.token)).await;
            assert_eq!(answer.body["user"], own.body["user"]);
            let now = pictures(&app, &alice, &bob).await;
            let url = &now[place];
            assert!(
                url.starts_with("http://video.example.com/media/pictures/"),
                "{url}"
            );
            let file = url.rsplit('/').next().unwrap();
            assert!(app.files().contains(&file.to_owned()), "{file}");
            if place == 0 {
                assert_eq!(now[1], before[1], "the other one stays");
                let feed = app.get("/feed/").await;
                assert_eq!(feed.body["video_list"][0]["author"]["avatar"], **url);
            }
        }
    }
}

#[tokio::test]
async fn the_token_may_be_anywhere_and_come_after_the_file() {
    let app = App::new();
    let alice = app.register("alice").await;
    let token = text("name=\"token\"", &alice.token);
    let in_query = format!("/user/avatar/?token={}", alice.token);
    let mut shown = Vec::new();
    for (path, parts) in [
        ("/user/avatar/", &[token, PICTURE][..]),
        (
            "/user/avatar/",
            &[PICTURE, text("name=\"token\"", &alice.token)],
        ),
        (&in_query, &[PICTURE]),
    ] {
        send(&app, path, parts).await.assert_success();
        shown.push(pictures(&app, &alice, &alice).await[0].clone());
    }
    let request = Request::post("/douyin/user/avatar")
        .header("authorization", format!("Bearer {}", alice.token))
        .header("content-type", MULTIPART)
        .body(Body::from(multipart(&[PICTURE])))
        .unwrap();
    app.call(request).await.assert_success();
    shown.push(pictures(&app, &alice, &alice).await[0].clone());
    shown.sort();
    shown.dedup();
    assert_eq!(
        shown.len(),
        4,
        "each has a URL of its own, which may be kept"
    );
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_leaves_nothing_behind() {
    let app = App::new();
    let alice = app.register("alice").await;
    let token = || text("name=\"token\"", &alice.token);
    let file = |content| Part {
        head: "name=\"data\"; filename=\"a.gif\"",
        content,
    };
    let large = vec![0; (8 << 20) + 1];
    let script = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    for path in PATHS {
        for (parts, code) in [
            (vec![token(), CLIP], 6013),
            (vec![token(), file(script)], 6013),
            (vec![token(), file(&GIF[..20])], 6013),
            (vec![token(), file(b"")], 6012),
            (vec![token()], 6012),
            (vec![token(), PICTURE, PICTURE], 6004),
            (vec![PICTURE], 2001),
            (vec![text("name=\"token\"", "forged"), PICTURE], 2002),
        ] {
            send(&app, path, &parts).await.assert_failure(code);
        }
        let answer = send(&app, path, &[token(), file(&large)]).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(answer.code(), 6014);
        let form = format!("token={}&data=hello", alice.token);
        let answer = app.send("POST", path, FORM, form).await;
        answer.assert_failure(6001);
        let cut = multipart(&[token(), PICTURE]);
        let cut = cut[..cut.len() - 30].to_vec();
        let answer = app.send("POST", path, MULTIPART, cut).await;
        answer.assert_failure(6005);
    }
    app.left_nothing_behind().await;
    let shown = pictures(&app, &alice, &alice).await;
    assert!(shown.iter().all(|url| !url.contains("/pictures/")));
}

#[tokio::test]
async fn the_default_picture_comes_back_and_what_it_replaces_is_to_be_removed() {
    let store = Arc::new(MemStore::new());
    let cached = CachedStore::alone(Arc::<MemStore>::clone(&store), CacheOptions::default());
    let app = App::over(cached, Limits::default(), |api| api);
    let alice = app.register("alice").await;
    let defaults = pictures(&app, &alice, &alice).await;
    for path in PATHS {
        set(&app, path, &alice).await.assert_success();
    }
    let set = pictures(&app, &alice, &alice).await;
    for (what, shown) in [
        ("avatar", [&defaults[0], &set[1]]),
        ("background", [&defaults[0], &defaults[1]]),
        ("background", [&defaults[0], &defaults[1]]),
    ] {
        let clear = format!("/user/profile/?clear={what}&token={}", alice.token);
        let answer = app.post(&clear).await;
        answer.assert_success();
        let user = &answer.body["user"];
        assert_eq!([&user["avatar"], &user["background_image"]], shown);
        assert_eq!(pictures(&app, &alice, &alice).await.each_ref(), shown);
    }
    let jobs = store.jobs(PageRequest::newest(10)).await.unwrap().items;
    let mut removed: Vec<String> = jobs
        .into_iter()
        .map(|job| match job.task {
            Task::RemoveFile(key) => format!("http://video.example.com/media/{key}"),
            other => panic!("{other}"),
        })
        .collect();
    removed.sort();
    let mut expected = set.to_vec();
    expected.sort();
    assert_eq!(removed, expected);
}

#[tokio::test]
async fn a_picture_may_be_cleared_beside_other_edits_which_are_refused_first() {
    let app = App::new();
    let (alice, _bob) = (app.register("alice").await, app.register("bob").await);
    set(&app, "/user/avatar/", &alice).await.assert_success();
    let shown = pictures(&app, &alice, &alice).await;
    let edit = |name: &str| {
        let path = format!(
            "/user/profile/?clear=avatar&name={name}&token={}",
            alice.token
        );
        async { app.post(&{ path }).await }
    };
    edit("bob").await.assert_failure(5001);
    assert_eq!(pictures(&app, &alice, &alice).await, shown);
    let answer = edit("carol").await;
    answer.assert_success();
    assert_eq!(answer.body["user"]["name"], "carol");
    assert_ne!(answer.body["user"]["avatar"], shown[0]);
}

#[tokio::test]
async fn a_picture_counts_as_a_write_wherever_its_token_is() {
    for token_in_the_body in [true, false] {
        let app = App::with(|api| {
            let once = Allowance {
                times: 1,
                window: Duration::from_hours(24),
            };
            let limit = RateLimit {
                per_address: None,
                per_account: Some(once),
            };
            api.rate_limit(Action::Writing, limit)
        });
        let alice = app.register("alice").await;
        let path = format!("/user/avatar/?token={}", alice.token);
        for expected in [StatusCode::OK, StatusCode::TOO_MANY_REQUESTS] {
            let answer = if token_in_the_body {
                set(&app, "/user/avatar/", &alice).await
            } else {
                send(&app, &path, &[PICTURE]).await
            };
            assert_eq!(answer.status, expected, "{answer:?}");
        }
    }
}
