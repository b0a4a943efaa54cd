//! `/upload/…`: uploads over several requests, and how they are published.

mod bounds;
mod holding;
mod publishing;
mod publishing_again;
mod refused;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use douyin_http::api::BodyTooSlow;
use douyin_media::DEMO_CLIP;
use futures_util::{StreamExt as _, stream};

use crate::app::{Answer, App, Caller};

pub(crate) const BYTES: &str = "application/offset+octet-stream";

/// A client of the protocol.
pub(crate) struct Tus<'a> {
    pub(crate) app: &'a App,
    pub(crate) token: &'a str,
}

impl<'a> Tus<'a> {
    pub(crate) fn new(app: &'a App, caller: &'a Caller) -> Self {
        Self {
            app,
            token: &caller.token,
        }
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("tus-resumable", "1.0.0");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.app.call(request.body(body).unwrap()).await;
        assert_eq!(answer.headers["tus-resumable"], "1.0.0");
        answer
    }

    /// Begins an upload, and answers where its bytes are sent.
    pub(crate) async fn create(&self, length: usize) -> String {
        let answer = self.try_create(&length.to_string()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.headers["location"].to_str().unwrap().to_owned()
    }

    pub(crate) async fn try_create(&self, length: &str) -> Answer {
        let headers = [("upload-length", length)];
        self.send("POST", "/douyin/upload/", &headers, Body::empty())
            .await
    }

    pub(crate) async fn append(&self, place: &str, offset: usize, body: impl Into<Body>) -> Answer {
        let offset = offset.to_string();
        let headers = [("upload-offset", &*offset), ("content-type", BYTES)];
        self.send("PATCH", place, &headers, body.into()).await
    }

    async fn look(&self, place: &str) -> Answer {
        self.send("HEAD", place, &[], Body::empty()).await
    }

    pub(crate) async fn offset(&self, place: &str) -> u64 {
        let answer = self.look(place).await;
        assert_eq!(answer.status, StatusCode::OK);
        number(&answer, "upload-offset")
    }

    pub(crate) async fn terminate(&self, place: &str) -> Answer {
        self.send("DELETE", place, &[], Body::empty()).await
    }

    /// An upload of which everything is there.
    pub(crate) async fn complete(&self, content: &'static [u8]) -> String {
        let place = self.create(content.len()).await;
        let answer = self.append(&place, 0, content).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{answer:?}");
        place
    }
}

fn number(answer: &Answer, header: &str) -> u64 {
    answer.headers[header].to_str().unwrap().parse().unwrap()
}

/// The `upload` that publishes what is sent there.
fn id(place: &str) -> &str {
    place.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn an_upload_comes_in_over_several_requests() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.create(DEMO_CLIP.len()).await;
    assert!(place.starts_with("/douyin/upload/"), "{place}");
    let mut offset = 0;
    for piece in DEMO_CLIP.chunks(DEMO_CLIP.len().div_ceil(3)) {
        let answer = tus.append(&place, offset, piece).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        offset += piece.len();
        assert_eq!(number(&answer, "upload-offset"), offset as u64);
        for place in [&place, &format!("{place}/")] {
            let answer = tus.look(place).await;
            assert_eq!(number(&answer, "upload-offset"), offset as u64);
            assert_eq!(number(&answer, "upload-length"), DEMO_CLIP.len() as u64);
            assert_eq!(answer.headers["cache-control"], "no-store");
        }
    }
}

#[tokio::test]
async fn what_the_server_can_do_is_told_to_anybody() {
    let app = App::new();
    for path in ["/douyin/upload/", "/douyin/upload"] {
        let request = Request::options(path).body(Body::empty()).unwrap();
        let answer = app.call(request).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert_eq!(answer.headers["tus-version"], "1.0.0");
        assert_eq!(
            answer.headers["tus-extension"],
            "creation,termination,expiration"
        );
        assert_eq!(number(&answer, "tus-max-size"), 1 << 20);
    }
}

#[tokio::test]
async fn another_version_of_the_protocol_is_not_spoken() {
    let app = App::new();
    let alice = app.register("alice").await;
    for version in [None, Some("0.2.2")] {
        let mut request = Request::post(format!("/douyin/upload/?token={}", alice.token));
        request = request.header("upload-length", "1");
        if let Some(version) = version {
            request = request.header("tus-resumable", version);
        }
        let answer = app.call(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(answer.headers["tus-version"], "1.0.0");
        assert_eq!(answer.code(), 1016);
    }
    app.left_nothing_behind().await;
}

#[tokio::test]
async fn nobody_but_its_owner_sees_an_upload() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let (alice, bob) = (Tus::new(&app, &alice), Tus::new(&app, &bob));
    let place = alice.create(10).await;
    for answer in [
        bob.append(&place, 0, "0123456789").await,
        bob.terminate(&place).await,
        alice.terminate("/douyin/upload/7").await,
        alice.terminate("/douyin/upload/..%2f..").await,
    ] {
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::NOT_FOUND, 4005)
        );
    }
    assert_eq!(bob.look(&place).await.status, StatusCode::NOT_FOUND);
    let nobody = Tus {
        app: &app,
        token: "garbage",
    };
    for answer in [
        nobody.append(&place, 0, "0123456789").await,
        nobody.terminate(&place).await,
        nobody.try_create("10").await,
    ] {
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNAUTHORIZED, 2002)
        );
    }
    assert_eq!(alice.offset(&place).await, 0);
}

#[tokio::test]
async fn what_goes_on_elsewhere_than_it_ended_is_a_conflict() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.create(10).await;
    tus.append(&place, 0, "01234").await;
    for offset in [0, 4, 6, 10, 11] {
        let answer = tus.append(&place, offset, "5").await;
        assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, 5002));
        assert_eq!(answer.body["status_msg"], "The upload goes on at byte 5.");
    }
    assert_eq!(
        tus.append(&place, 5, "56789").await.status,
        StatusCode::NO_CONTENT
    );
    // Sent twice, because its answer was lost.
    assert_eq!(
        tus.append(&place, 5, "56789").await.status,
        StatusCode::CONFLICT
    );
    assert_eq!(
        tus.append(&place, 10, "").await.status,
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn what_came_in_before_the_connection_broke_is_kept() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.create(10).await;
    let broken = |end: io::Error| {
        let chunks = [Ok::<_, io::Error>("012"), Ok("34"), Err(end)];
        Body::from_stream(stream::iter(chunks))
    };
    let answer = tus
        .append(&place, 0, broken(io::ErrorKind::ConnectionReset.into()))
        .await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::BAD_REQUEST, 6005)
    );
    assert_eq!(tus.offset(&place).await, 5);
    let slow = axum::Error::new(BodyTooSlow);
    let late = stream::iter([Ok("567"), Err(slow)]);
    let answer = tus.append(&place, 5, Body::from_stream(late)).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::REQUEST_TIMEOUT, 1014)
    );
    assert_eq!(tus.offset(&place).await, 8);
    // A client who is gone: the request is dropped while it waits for more.
    let waits_for_more = Arc::new(AtomicBool::new(false));
    let waits = Arc::clone(&waits_for_more);
    let endless = stream::iter([Ok::<_, io::Error>("8")]).chain(stream::poll_fn(move |_| {
        waits.store(true, Ordering::Relaxed);
        Poll::Pending
    }));
    let mut request = Box::pin(tus.append(&place, 8, Body::from_stream(endless)));
    while !waits_for_more.load(Ordering::Relaxed) {
        assert!(futures_util::poll!(&mut request).is_pending());
        tokio::task::yield_now().await;
    }
    drop(request);
    app.waits_until(async || tus.offset(&place).await == 9)
        .await;
    app.waits_until(async || tus.append(&place, 9, "9").await.status == StatusCode::NO_CONTENT)
        .await;
}

#[tokio::test]
async fn an_upload_is_given_up() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.complete(DEMO_CLIP).await;
    assert_eq!(tus.terminate(&place).await.status, StatusCode::NO_CONTENT);
    assert_eq!(tus.terminate(&place).await.status, StatusCode::NOT_FOUND);
    assert_eq!(tus.look(&place).await.status, StatusCode::NOT_FOUND);
    app.left_nothing_behind().await;
}
