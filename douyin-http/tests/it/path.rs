//! Paths, methods and what is at none of them.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use crate::app::{App, keys};

const ROUTES: [(Method, &str); 24] = [
    (Method::GET, "/feed/"),
    (Method::POST, "/user/register/"),
    (Method::POST, "/user/login/"),
    (Method::GET, "/user/"),
    (Method::POST, "/user/profile/"),
    (Method::POST, "/user/avatar/"),
    (Method::POST, "/user/background/"),
    (Method::POST, "/user/logout/"),
    (Method::POST, "/user/logout/all/"),
    (Method::POST, "/user/password/"),
    (Method::POST, "/user/token/"),
    (Method::POST, "/publish/action/"),
    (Method::GET, "/publish/list/"),
    (Method::POST, "/publish/delete/"),
    (Method::POST, "/favorite/action/"),
    (Method::GET, "/favorite/list/"),
    (Method::POST, "/comment/action/"),
    (Method::GET, "/comment/list/"),
    (Method::POST, "/relation/action/"),
    (Method::GET, "/relation/follow/list/"),
    (Method::GET, "/relation/follower/list/"),
    (Method::GET, "/relation/friend/list/"),
    (Method::POST, "/message/action/"),
    (Method::GET, "/message/chat/"),
];

async fn call(app: &App, method: &Method, path: &str) -> crate::app::Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap();
    app.call(request).await
}

#[tokio::test]
async fn every_route_answers_with_and_without_its_trailing_slash_and_never_redirects() {
    let app = App::new();
    for (method, path) in ROUTES {
        let path = format!("/douyin{path}");
        for path in [path.as_str(), path.trim_end_matches('/')] {
            let answer = call(&app, &method, path).await;
            assert_eq!(answer.status, StatusCode::OK, "{method} {path}");
            assert_eq!(
                answer.headers["content-type"], "application/json",
                "{method} {path}"
            );
            assert!(answer.body["status_msg"].is_string(), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn other_methods_are_405_with_the_envelope() {
    let app = App::new();
    for (method, path) in ROUTES {
        let other = if method == Method::GET {
            Method::POST
        } else {
            Method::GET
        };
        for path in [
            format!("/douyin{path}"),
            format!("/douyin{}", path.trim_end_matches('/')),
        ] {
            let answer = call(&app, &other, &path).await;
            assert_eq!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{other} {path}"
            );
            assert_eq!(keys(&answer.body), ["status_code", "status_msg"]);
            assert_eq!(answer.code(), 3003);
        }
    }
}

#[tokio::test]
async fn other_paths_are_404_with_the_envelope() {
    let app = App::new();
    for path in [
        "/",
        "/douyin",
        "/douyin/",
        "/douyin/feed//",
        "/douyin/Feed/",
        "/douyin/feed/x",
        "/feed/",
    ] {
        let answer = call(&app, &Method::GET, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(keys(&answer.body), ["status_code", "status_msg"]);
        assert_eq!(answer.code(), 4004);
    }
}
