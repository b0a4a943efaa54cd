//! Failures: their shape, their language, their words.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use douyin_http::api::{Language, Status};

use crate::app::{App, FORM, JSON, NOW, get, keys};

/// Each way to fail that every endpoint has: no token, malformed requests, bodies that are too large.
#[tokio::test]
async fn a_failure_keeps_the_shape_of_the_payload() {
    let app = App::new();
    let large = "x".repeat((1 << 20) + 1);
    for (method, path, payload) in [
        ("GET", "/feed/", &["next_time", "video_list"][..]),
        ("POST", "/user/register/", &["token", "user_id"]),
        ("POST", "/user/login/", &["token", "user_id"]),
        ("GET", "/user/", &[]),
        ("POST", "/user/profile/", &[]),
        ("POST", "/user/logout/", &[]),
        ("POST", "/user/logout/all/", &[]),
        ("POST", "/user/password/", &["token", "user_id"]),
        ("POST", "/user/token/", &["token", "user_id"]),
        ("GET", "/publish/list/", &["video_list"]),
        ("POST", "/publish/delete/", &[]),
        ("POST", "/favorite/action/", &[]),
        ("GET", "/favorite/list/", &["video_list"]),
        ("POST", "/comment/action/", &[]),
        ("GET", "/comment/list/", &["comment_list"]),
        ("POST", "/relation/action/", &[]),
        ("GET", "/relation/follow/list/", &["user_list"]),
        ("GET", "/relation/follower/list/", &["user_list"]),
        ("GET", "/relation/friend/list/", &["user_list"]),
        ("POST", "/message/action/", &[]),
        ("GET", "/message/chat/", &["message_list"]),
    ] {
        let mut failures = vec![
            app.send(method, path, JSON, "{").await,
            app.send(method, path, FORM, large.clone()).await,
        ];
        assert_eq!(failures[1].status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(failures[1].code(), 1013);
        if path != "/feed/" {
            failures.push(app.send(method, path, "", "").await);
        }
        for failure in failures {
            assert_ne!(failure.code(), 0, "{path}");
            let mut expected = [&["status_code", "status_msg"], payload].concat();
            expected.sort_unstable();
            assert_eq!(keys(&failure.body), expected, "{path}");
            for key in payload {
                match *key {
                    "next_time" => assert_eq!(failure.body[key], NOW.as_millis()),
                    "user_id" => assert_eq!(failure.body[key], 0),
                    "token" => assert_eq!(failure.body[key], ""),
                    list => assert_eq!(failure.body[list], serde_json::json!([]), "{path}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_failed_page_has_an_empty_cursor_where_one_was_asked_for() {
    let app = App::new();
    let failure = app.get("/publish/list/?limit=10").await;
    failure.assert_failure(2001);
    assert_eq!(
        keys(&failure.body),
        ["next_cursor", "status_code", "status_msg", "video_list"]
    );
    assert_eq!(failure.body["next_cursor"], "");
}

async fn message(app: &App, path_and_query: &str, language: &str) -> String {
    let request = get(path_and_query)
        .header("accept-language", language)
        .body(Body::empty())
        .unwrap();
    app.call(request).await.body["status_msg"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn people_are_told_in_their_language() {
    let app = App::new();
    assert_eq!(
        message(&app, "/user/", "en-US,en;q=0.9").await,
        "Please sign in first."
    );
    assert_eq!(
        message(&app, "/user/", "zh-CN,zh;q=0.9,en;q=0.8").await,
        "请先登录"
    );
    assert_eq!(
        message(&app, "/user/", "en;q=0.5, zh;q=0.6").await,
        "请先登录"
    );
    assert_eq!(message(&app, "/user/", "fr").await, "Please sign in first.");
    let chinese = App::with(|api| api.language(Language::Chinese));
    assert_eq!(message(&chinese, "/user/", "fr").await, "请先登录");
    assert_eq!(
        message(&chinese, "/user/", "en").await,
        "Please sign in first."
    );
}

#[tokio::test]
async fn people_are_told_what_is_wrong_with_what_they_wrote() {
    let app = App::new();
    for (query, english, chinese) in [
        ("username=alice", "password is missing.", "缺少 password"),
        (
            "username=alice&password=1234",
            "A password has 5 to 32 characters.",
            "密码须为 5 到 32 个字符",
        ),
        (
            "username=%00&password=12345",
            "The text contains a character that is not allowed.",
            "内容包含不允许的字符",
        ),
    ] {
        for (language, expected) in [("en", english), ("zh", chinese)] {
            let request = Request::post(format!("/douyin/user/register/?{query}"))
                .header("accept-language", language)
                .body(Body::empty())
                .unwrap();
            assert_eq!(app.call(request).await.body["status_msg"], expected);
        }
    }
}

#[tokio::test]
async fn what_fails_outside_of_the_endpoints_is_told_in_the_same_way() {
    let app = App::new();
    let request = Request::get("/nowhere")
        .header("accept-language", "zh")
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        app.call(request).await.body["status_msg"],
        Status::PathNotFound.text(Language::Chinese)
    );
    let chinese = App::with(|api| api.language(Language::Chinese));
    for (path, status) in [
        ("/nowhere", Status::PathNotFound),
        ("/douyin/user/register/", Status::MethodNotAllowed),
        ("/docs/nothing", Status::PathNotFound),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = chinese.call(request).await;
        assert_eq!(
            answer.body["status_msg"],
            status.text(Language::Chinese),
            "{path}"
        );
    }
}

#[tokio::test]
async fn no_answer_is_kept_by_anybody_or_taken_for_something_else() {
    let app = App::new();
    for (path, status) in [
        ("/feed/", StatusCode::OK),
        ("/user/", StatusCode::OK),
        ("/nowhere/", StatusCode::NOT_FOUND),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, status);
        for (name, value) in [
            ("content-type", "application/json"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(answer.headers[name], value, "{path}");
        }
    }
}
