//! Absolute URLs of media.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;

use crate::app::App;

async fn play_url(app: &App, path: &str, headers: &[(&str, &str)]) -> String {
    play_url_for("192.0.2.1", app, path, headers).await
}

/// What somebody is told who is connected from an address.
async fn play_url_for(peer: &str, app: &App, path: &str, headers: &[(&str, &str)]) -> String {
    let peer: SocketAddr = format!("{peer}:4711").parse().unwrap();
    let mut request = Request::get(path).extension(ConnectInfo(peer));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = app.call(request.body(Body::empty()).unwrap()).await;
    answer.assert_success();
    let url = answer.body["video_list"][0]["play_url"].as_str().unwrap();
    url.split("/videos/").next().unwrap().to_owned()
}

async fn with_a_video(app: App) -> App {
    let alice = app.register("alice").await;
    app.publish(&alice, "").await;
    app
}

#[tokio::test]
async fn they_begin_with_the_host_of_the_request() {
    let app = with_a_video(App::new()).await;
    for (headers, expected) in [
        (
            &[("host", "video.example.com:8080")][..],
            "http://video.example.com:8080/media",
        ),
        (&[("host", "[::1]:8080")], "http://[::1]:8080/media"),
        (&[], "http://localhost/media"),
        (&[("host", "evil.example/x?")], "http://localhost/media"),
        (&[("host", "user@evil.example")], "http://localhost/media"),
        (
            &[("host", "a.example"), ("x-forwarded-host", "evil.example")],
            "http://a.example/media",
        ),
    ] {
        assert_eq!(play_url(&app, "/douyin/feed/", headers).await, expected);
    }
}

#[tokio::test]
async fn they_begin_with_what_a_trusted_proxy_says() {
    let app = with_a_video(App::with(|api| {
        api.trusted_proxies("10.0.0.0/8".parse().unwrap())
            .fallback_host("fallback:1")
    }))
    .await;
    let headers = [
        ("host", "inner"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "video.example.com"),
    ];
    let told = async |peer, headers| play_url_for(peer, &app, "/douyin/feed/", headers).await;
    assert_eq!(
        told("10.1.2.3", &headers).await,
        "https://video.example.com/media"
    );
    assert_eq!(told("10.1.2.3", &[]).await, "http://fallback:1/media");
    assert_eq!(told("192.0.2.1", &headers).await, "http://inner/media");
}

#[tokio::test]
async fn they_begin_with_the_configured_url() {
    let app = with_a_video(App::with(|api| {
        api.public_url("https://cdn.example.com/x/")
    }))
    .await;
    assert_eq!(
        play_url(&app, "/douyin/feed/", &[("host", "a")]).await,
        "https://cdn.example.com/x/media"
    );
}

#[tokio::test]
async fn they_carry_the_prefix_that_the_api_is_nested_under() {
    let mut app = with_a_video(App::new()).await;
    app.router = Router::new().nest("/a/b", app.router);
    let headers = [("host", "video.example.com")];
    for path in ["/a/b/douyin/feed/", "/a/b/douyin/feed"] {
        assert_eq!(
            play_url(&app, path, &headers).await,
            "http://video.example.com/a/b/media"
        );
    }
    let nowhere = app
        .call(Request::get("/a/b/douyin/x").body(Body::empty()).unwrap())
        .await;
    assert_eq!(nowhere.code(), 4004);
}
