//! `/openapi.json` and `/docs`.

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
    assert_eq!(answer.body["paths"].as_object().unwrap().len(), 16);
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
    let (status, html) = page(&app, "/docs/").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        !html.contains("http://") && !html.contains("https://"),
        "{html}"
    );
    for attribute in ["src=\"", "href=\""] {
        for reference in html.split(attribute).skip(1) {
            let file = reference
                .split('"')
                .next()
                .unwrap()
                .trim_start_matches("./");
            let (status, _) = page(&app, &format!("/docs/{file}")).await;
            assert_eq!(status, StatusCode::OK, "{file}");
        }
    }
    let (_, script) = page(&app, "/docs/swagger-initializer.js").await;
    assert!(script.contains("../openapi.json"), "{script}");
    assert_eq!(
        page(&app, "/docs/nothing.js").await.0,
        StatusCode::NOT_FOUND
    );
}
