//! The API behind what the server has around it.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use douyin_core::Limits;
use douyin_core::port::MockStore;
use douyin_http::config::{Config, Sources};
use douyin_http::metrics::Metrics;
use douyin_http::server::{ServerLimits, instrument};
use futures_util::{StreamExt as _, stream};

use crate::app::{App, CLIP, FORM, MULTIPART, keys, multipart, text};

fn behind_the_server(mut app: App) -> App {
    let limits = ServerLimits::of(&Config::load(&Sources::default()).unwrap());
    app.router = instrument(app.router, &limits, &Metrics::new());
    app
}

/// A body that comes no further.
fn stuck(beginning: impl Into<Bytes>) -> Body {
    let beginning = stream::iter([Ok::<_, io::Error>(beginning.into())]);
    Body::from_stream(beginning.chain(stream::pending()))
}

#[tokio::test(start_paused = true)]
async fn a_body_that_comes_too_slowly_is_408_in_the_shape_of_the_payload() {
    let app = behind_the_server(App::new());
    for (path, payload) in [
        ("/feed/", &["next_time", "video_list"][..]),
        ("/user/", &[]),
        ("/relation/friend/list/", &["user_list"]),
    ] {
        let answer = app.send("GET", path, FORM, stuck("user_id=7&")).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::REQUEST_TIMEOUT, 1014)
        );
        assert_eq!(answer.headers["connection"], "close");
        let mut expected = [&["status_code", "status_msg"], payload].concat();
        expected.sort_unstable();
        assert_eq!(keys(&answer.body), expected, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_comes_too_slowly_is_408_and_leaves_nothing_behind() {
    let app = behind_the_server(App::new());
    let alice = app.register("alice").await;
    let body = multipart(&[text("name=\"token\"", &alice.token), CLIP]);
    for length in [20, 5_000] {
        let answer = app
            .send(
                "POST",
                "/publish/action/",
                MULTIPART,
                stuck(body[..length].to_vec()),
            )
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::REQUEST_TIMEOUT, 1014)
        );
        assert_eq!(answer.headers["connection"], "close");
        app.left_nothing_behind().await;
    }
}

#[tokio::test]
async fn a_panic_is_an_internal_failure_in_the_shape_of_the_payload() {
    // A mock that nothing is expected of panics.
    let app = App::over(MockStore::default(), Limits::default(), |api| api);
    let answer = app.get("/feed/").await;
    answer.assert_failure(9001);
    assert_eq!(
        keys(&answer.body),
        ["next_time", "status_code", "status_msg", "video_list"]
    );
    let message = answer.body["status_msg"].as_str().unwrap();
    assert!(!message.contains("MockVideos"), "{message}");
    let token = app.token_of(7);
    let upload = multipart(&[text("name=\"token\"", &token), CLIP]);
    app.send("POST", "/publish/action/", MULTIPART, upload)
        .await
        .assert_failure(9001);
}

#[tokio::test]
async fn pages_of_any_origin_may_call() {
    let app = behind_the_server(App::new());
    let alice = app.register("alice").await;
    let asked = Request::options("/douyin/user/")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization")
        .body(Body::empty())
        .unwrap();
    let allowed = app.call(asked).await;
    assert_eq!(allowed.status, StatusCode::OK);
    assert_eq!(allowed.headers["access-control-allow-origin"], "*");
    for (name, values) in [
        ("access-control-allow-methods", ["GET", "POST"]),
        (
            "access-control-allow-headers",
            ["authorization", "content-type"],
        ),
    ] {
        let allowed = allowed.headers[name].to_str().unwrap();
        for value in values {
            assert!(allowed.split(',').any(|one| one == value), "{allowed}");
        }
    }
    for (path, status) in [
        (format!("/douyin/user/?token={}", alice.token), 200),
        ("/douyin/nowhere/".to_owned(), 404),
        ("/douyin/user/register/".to_owned(), 405),
    ] {
        let request = Request::get(&path).header("origin", "https://app.example.com");
        let answer = app.call(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert_eq!(answer.headers["access-control-allow-origin"], "*", "{path}");
        let exposed = answer.headers["access-control-expose-headers"]
            .to_str()
            .unwrap();
        assert!(exposed.contains("x-request-id"), "{exposed}");
        assert!(!answer.headers.contains_key("vary"), "{path}");
    }
}
