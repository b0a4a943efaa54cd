//! `/openapi.json` and `/docs`.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::app::App;

/// What clients are generated from: a change of it is a change of the contract. `INSTA_UPDATE=always` accepts one.
#[test]
fn the_document_is_the_one_that_was_agreed_on() {
    insta::assert_snapshot!(
        "openapi",
        douyin_http::api::document().to_pretty_json().unwrap()
    );
}

#[tokio::test]
async fn the_document_is_served() {
    let app = App::new();
    let answer = app
        .call(Request::get("/openapi.json").body(Body::empty()).unwrap())
        .await;
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.body["paths"].as_object().unwrap().len(), 26);
    assert_eq!(answer.body["openapi"], "3.1.0");
    let description = answer.body["info"]["description"].as_str().unwrap();
    for code in ["| 1002 |", "| 9001 |", "请先登录"] {
        assert!(description.contains(code), "{code}");
    }
}

async fn page(app: &App, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = app.router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn the_page_shows_it_without_anything_from_elsewhere() {
    let app = App::new();
    for path in ["/docs", "/docs/"] {
        let (status, html) = page(&app, path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            !html.contains("http://") && !html.contains("https://"),
            "{html}"
        );
        assert!(html.contains("<base href=\"/docs/\">"), "{html}");
        let files = html.split("<script src=\"./").skip(1);
        let files: Vec<&str> = files.map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(files.len(), 3);
        for file in files {
            let (status, _) = page(&app, &format!("/docs/{file}")).await;
            assert_eq!(status, StatusCode::OK, "{file}");
        }
    }
    let (_, script) = page(&app, "/docs/swagger-initializer.js").await;
    assert!(script.contains("../openapi.json"), "{script}");
    let missing = page(&app, "/docs/nothing.js").await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_runs_nothing_but_its_own_scripts_and_nobody_can_frame_it() {
    let app = App::new();
    for path in ["/docs", "/docs/", "/docs/swagger-ui-bundle.js"] {
        let answer = app
            .call(Request::get(path).body(Body::empty()).unwrap())
            .await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        let (scripts, styles) = policy.split_once("; style-src ").unwrap();
        assert_eq!(scripts, "default-src 'self'");
        assert!(styles.ends_with("; frame-ancestors 'none'"), "{styles}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn under_a_prefix_the_document_and_the_page_say_so() {
    let mut app = App::new();
    app.router = Router::new().nest("/a/b", app.router);
    let (_, html) = page(&app, "/a/b/docs").await;
    assert!(html.contains("<base href=\"/a/b/docs/\">"), "{html}");
    let document = Request::get("/a/b/openapi.json")
        .body(Body::empty())
        .unwrap();
    let document = app.call(document).await;
    assert_eq!(document.body["servers"][0]["url"], "/a/b");
}
