use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use douyin_core::{BcryptHasher, Douyin};
use douyin_media::{MediaOptions, MediaStorage};
use douyin_store_mem::MemStore;
use futures_util::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use tokio::sync::oneshot;
use tower::ServiceExt as _;

use super::*;
use crate::api::endpoint::account::Session;
use crate::api::endpoint::lists::VideoList;
use crate::api::{Gates, Tokens};

/// An API with one place of each kind, and endpoints that answer at once or never.
struct OnePlace {
    routes: Router,
    api: Arc<Api>,
    _folder: tempfile::TempDir,
}

impl OnePlace {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let media = MediaStorage::open("memory:", folder.path(), MediaOptions::default()).unwrap();
        let hasher = Arc::new(BcryptHasher::new(4).unwrap());
        let douyin = Douyin::builder_with_hasher(Arc::new(MemStore::new()), hasher).build();
        let tokens = Tokens::new(&[7; 32], Duration::from_hours(1)).unwrap();
        let api = Api::builder(douyin, media, tokens).gates(Arc::new(Gates::new(1, 1)));
        let api = Arc::new(api.build());
        let around = |work| Around {
            api: Arc::clone(&api),
            work,
            action: Action::Reading,
        };
        let by_method = from_fn_with_state(around(Work::ByMethod), with_params::<VideoList>);
        let hashing = from_fn_with_state(around(Work::Hashing), with_params::<Session>);
        let routes = Router::new()
            .route("/at-once", get(async || "read").post(async || "written"))
            .route("/never", get(pending::<()>).post(pending::<()>))
            .layer(by_method)
            .route("/sign-in", post(pending::<()>).layer(hashing));
        Self {
            routes,
            api,
            _folder: folder,
        }
    }

    /// Begins a request; what it answers is told when it is.
    fn begin(&self, method: &str, path: &str, body: Body) -> oneshot::Receiver<Response> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT_LANGUAGE, "zh-CN");
        let answer = self.routes.clone().oneshot(request.body(body).unwrap());
        let (mut tell, told) = oneshot::channel();
        tokio::spawn(async move {
            tokio::select! {
                Ok(answer) = answer => {
                    // Whoever began it may have gone away.
                    let _ = tell.send(answer);
                }
                () = tell.closed() => {}
            }
        });
        told
    }

    async fn ask(&self, method: &str, path: &str) -> Response {
        self.begin(method, path, Body::empty()).await.unwrap()
    }

    fn taken(&self) -> [usize; 4] {
        self.api.gates.stats().map(|kind| kind.taken)
    }
}

/// Lets everything that can go on do so.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

async fn text(answer: Response) -> String {
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.into()).unwrap()
}

/// A body of which nothing more comes after its beginning; anything that asks for it before that is told.
fn stuck() -> (Body, oneshot::Receiver<()>) {
    let (tell, told) = oneshot::channel();
    let beginning = stream::once(async move {
        let _ = tell.send(());
        Ok::<_, Infallible>(Bytes::from_static(b"user_id="))
    });
    (Body::from_stream(beginning.chain(stream::pending())), told)
}

#[tokio::test(start_paused = true)]
async fn who_finds_no_place_is_refused_in_the_shape_of_the_payload() {
    let service = OnePlace::new();
    let _running = service.begin("GET", "/never", Body::empty());
    settle().await;
    let refused = service.ask("GET", "/at-once").await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()[header::RETRY_AFTER], "1");
    let refused = text(refused).await;
    let expected = r#"{"status_code":8001,"status_msg":"服务繁忙，请稍后再试","video_list":[]}"#;
    assert_eq!(refused, expected);
}

#[tokio::test(start_paused = true)]
async fn under_overload_nothing_is_read_of_a_body() {
    let service = OnePlace::new();
    let _running = service.begin("POST", "/never", Body::empty());
    settle().await;
    for _ in 0..20 {
        let refused = service.ask("POST", "/at-once").await;
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
    let _waiting = service.begin("POST", "/at-once", Body::empty());
    settle().await;
    let (body, asked_for) = stuck();
    let refused = service.begin("POST", "/at-once", body).await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(asked_for.await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_on_its_way_takes_no_place() {
    let service = OnePlace::new();
    let (body, asked_for) = stuck();
    let _arriving = service.begin("POST", "/at-once", body);
    asked_for.await.unwrap();
    assert_eq!(service.taken(), [0; 4]);
    assert_eq!(text(service.ask("POST", "/at-once").await).await, "written");
}

#[tokio::test(start_paused = true)]
async fn no_kind_of_work_takes_the_places_of_another() {
    let service = OnePlace::new();
    let _writing = service.begin("POST", "/never", Body::empty());
    let _signing_in = service.begin("POST", "/sign-in", Body::empty());
    settle().await;
    assert_eq!(service.taken(), [0, 1, 1, 0]);
    assert_eq!(text(service.ask("GET", "/at-once").await).await, "read");
}

#[tokio::test(start_paused = true)]
async fn work_that_takes_too_long_is_given_up_and_its_place_is_free() {
    let service = OnePlace::new();
    let late = service.ask("GET", "/never").await;
    assert_eq!(late.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(late.headers()[header::RETRY_AFTER], "1");
    let late = text(late).await;
    assert!(late.starts_with(r#"{"status_code":8003,"#), "{late}");
    assert!(late.ends_with(r#","video_list":[]}"#), "{late}");
    assert_eq!(text(service.ask("GET", "/at-once").await).await, "read");
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_goes_away_gives_the_place_back() {
    let service = OnePlace::new();
    let running = service.begin("GET", "/never", Body::empty());
    settle().await;
    assert_eq!(service.taken(), [1, 0, 0, 0]);
    drop(running);
    settle().await;
    assert_eq!(service.taken(), [0; 4]);
}
