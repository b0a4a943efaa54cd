//! Somebody else's axum service, with the whole API and the web client under a prefix.
//!
//! `cargo run -p douyin-examples --bin embed_in_axum`, then
//! `curl -X POST 'http://127.0.0.1:8090/video/douyin/user/register/?username=alice&password=correct-horse'`
//!
//! The service keeps its own routes, its own state and its own idea of where rows live; here, in memory. Its handlers call
//! the same [`Douyin`] that the API calls. The web client is at <http://127.0.0.1:8090/video>.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use douyin_core::{Douyin, FeedQuery};
use douyin_http::api::{self, Api, Tokens};
use douyin_http::media_files::{self, Delivery};
use douyin_http::web::{self, MediaSources};
use douyin_media::{MediaOptions, MediaStorage};
use douyin_store_mem::MemStore;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let staging = tempfile::tempdir()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
    println!("the shop is open on http://{}", listener.local_addr()?);
    let service = shop(staging.path())?.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await?;
    Ok(())
}

fn shop(staging: &Path) -> Result<Router, BoxError> {
    let douyin = Douyin::builder(Arc::new(MemStore::new())).build();
    let media = MediaStorage::open("memory:", staging, MediaOptions::default())?;
    // A service that runs for longer than an example keeps its secret.
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)?;
    let tokens = Tokens::new(&secret, Duration::from_hours(24))?;
    let api = Api::builder(douyin.clone(), media.clone(), tokens).build();
    let video = api::router(Arc::new(api))
        .merge(media_files::router(media, Delivery::Proxy))
        .merge(web::router(&MediaSources::default()));
    Ok(Router::new()
        .route("/", get(front_page))
        .with_state(douyin)
        .nest("/video", video))
}

/// A page of the service's own that shows what is in the feed.
async fn front_page(State(douyin): State<Douyin>) -> Result<String, String> {
    let feed = douyin.feed(None, FeedQuery::default()).await;
    let videos = feed.map_err(|error| error.to_string())?.videos.items;
    Ok(format!(
        "Welcome to our shop. New videos: {}\n",
        videos.len()
    ))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode, header};
    use serde_json::Value;
    use tower::ServiceExt as _;

    use super::*;

    async fn answer(shop: &Router, request: Request<Body>) -> (StatusCode, Vec<u8>) {
        let answer = shop.clone().oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        (head.status, body.into())
    }

    async fn call(shop: &Router, request: Request<Body>) -> Value {
        let (status, body) = answer(shop, request).await;
        assert_eq!(status, StatusCode::OK);
        let envelope: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(envelope["status_code"], 0, "{envelope}");
        envelope
    }

    fn get(uri: &str) -> Request<Body> {
        let request = Request::get(uri).header(header::HOST, "shop.example");
        request.body(Body::empty()).unwrap()
    }

    fn upload(token: &str) -> Request<Body> {
        let mut body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n\
             --x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.mp4\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(douyin_media::DEMO_CLIP);
        body.extend_from_slice(b"\r\n--x--\r\n");
        Request::post("/video/douyin/publish/action/")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(body.into())
            .unwrap()
    }

    #[tokio::test]
    async fn the_api_works_under_the_prefix_and_the_shops_own_page_beside_it() {
        let staging = tempfile::tempdir().unwrap();
        let shop = shop(staging.path()).unwrap();
        let register = "/video/douyin/user/register/?username=alice&password=correct-horse";
        let register = Request::post(register).body(Body::empty()).unwrap();
        let alice = call(&shop, register).await;
        call(&shop, upload(alice["token"].as_str().unwrap())).await;

        let feed = call(&shop, get("/video/douyin/feed")).await;
        for url in ["play_url", "cover_url"] {
            let url = feed["video_list"][0][url].as_str().unwrap();
            let path = url.strip_prefix("http://shop.example").unwrap();
            assert!(path.starts_with("/video/media/"), "{url}");
            assert_eq!(answer(&shop, get(path)).await.0, StatusCode::OK, "{url}");
        }
        let (status, page) = answer(&shop, get("/video")).await;
        let page = String::from_utf8(page).unwrap();
        assert!(status == StatusCode::OK && page.contains("\"/video/web/"));
        let (_, page) = answer(&shop, get("/")).await;
        assert_eq!(page, b"Welcome to our shop. New videos: 1\n");
    }
}
