//! Uploads on their way: in pieces, broken off, refused while they still come in, and what becomes of their files.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use douyin_core::port::MockStore;
use douyin_core::{Entity, Limits, StoreError};
use douyin_http::api::UploadSlots;
use futures_util::{StreamExt as _, stream};
use tokio::sync::oneshot;

use super::{titles, upload};
use crate::app::{Answer, App, CLIP, MULTIPART, multipart, text};

/// A body in pieces, which may end in an error.
fn pieces(body: &[u8], size: usize, end: Option<io::ErrorKind>) -> Body {
    let chunks: Vec<io::Result<Vec<u8>>> = body
        .chunks(size)
        .map(|chunk| Ok(chunk.to_vec()))
        .chain(end.map(|end| Err(end.into())))
        .collect();
    Body::from_stream(stream::iter(chunks))
}

async fn upload_body(app: &App, body: Body) -> Answer {
    app.send("POST", "/publish/action/", MULTIPART, body).await
}

#[tokio::test]
async fn a_body_may_come_in_pieces_of_any_size() {
    let app = App::new();
    let alice = app.register("alice").await;
    let body = multipart(&[CLIP, text("name=\"token\"", &alice.token)]);
    for size in [1, 7, 100, 5_000] {
        upload_body(&app, pieces(&body, size, None))
            .await
            .assert_success();
    }
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing_behind() {
    let app = App::new();
    let alice = app.register("alice").await;
    let body = multipart(&[text("name=\"token\"", &alice.token), CLIP]);
    for end in [None, Some(io::ErrorKind::ConnectionReset)] {
        for length in [10, 300, 5_000, body.len() - 20] {
            let answer = upload_body(&app, pieces(&body[..length], 1_000, end)).await;
            answer.assert_failure(6005);
            app.left_nothing_behind().await;
        }
    }
    // A client who is gone: the request is dropped while it waits for more.
    let half = stream::iter([Ok::<_, io::Error>(body[..5_000].to_vec())]);
    let endless = Body::from_stream(half.chain(stream::pending()));
    let mut request = Box::pin(upload_body(&app, endless));
    while app.files().is_empty() {
        assert!(futures_util::poll!(&mut request).is_pending());
        tokio::task::yield_now().await;
    }
    drop(request);
    app.left_nothing_behind().await;
}

#[tokio::test]
async fn an_upload_that_came_in_whole_is_published_though_its_client_is_gone() {
    let app = App::new();
    let alice = app.register("alice").await;
    let body = multipart(&[text("name=\"token\"", &alice.token), CLIP]);
    let mut request = Box::pin(upload_body(&app, Body::from(body)));
    while !app.files().iter().any(|file| file.contains(".jpg")) {
        assert!(futures_util::poll!(&mut request).is_pending());
        tokio::task::yield_now().await;
    }
    drop(request);
    app.waits_until(async || {
        let is_published = titles(&app, &alice).await == [""];
        is_published && app.files().len() == 3
    })
    .await;
}

/// Uploads to a store that answers so, and waits until nobody works on it any more.
async fn upload_to_a_store_that(answers: fn() -> StoreError) -> (App, Answer) {
    let mut store = MockStore::default();
    store
        .videos
        .expect_publish()
        .returning(move |_| Err(answers()));
    let app = App::over(store, Limits::default(), |api| api);
    let token = app.token_of(7);
    let answer = upload(&app, "", &[text("name=\"token\"", &token), CLIP]).await;
    (app, answer)
}

#[tokio::test]
async fn an_upload_that_is_certainly_not_published_leaves_nothing_behind() {
    let author_is_gone = || StoreError::NotFound(Entity::User);
    let (app, answer) = upload_to_a_store_that(author_is_gone).await;
    answer.assert_failure(4001);
    app.left_nothing_behind().await;
}

#[tokio::test]
async fn an_upload_that_may_have_been_published_keeps_its_files() {
    let cases: [(fn() -> StoreError, u64); 3] = [
        (|| StoreError::Taken, 9001),
        (|| StoreError::Corrupt(String::new()), 9001),
        (|| StoreError::Unavailable("gone".into()), 8002),
    ];
    for (answers, code) in cases {
        let (app, answer) = upload_to_a_store_that(answers).await;
        assert_eq!(answer.code(), code);
        let media = |ending| app.files().iter().any(|file| file.contains(ending));
        assert!(media(".mp4") && media(".jpg"), "{code}");
    }
}

#[tokio::test]
async fn a_refused_upload_makes_room_for_others_while_it_is_still_coming_in() {
    let app = App::with(|api| api.upload_slots(UploadSlots::new(1)));
    let alice = app.register("alice").await;
    let (refused, token) = (
        multipart(&[CLIP, text("name=\"token\"", "garbage")]),
        &alice.token,
    );
    let (go_on, wait) = oneshot::channel::<()>();
    let (beginning, rest) = refused.split_at(5_000);
    let (beginning, rest) = (beginning.to_vec(), rest.to_vec());
    let rest = async move {
        wait.await.unwrap();
        Ok(rest)
    };
    let coming = stream::iter([Ok::<_, io::Error>(beginning)]).chain(stream::once(rest));
    let endless = Body::from_stream(coming.chain(stream::pending()));
    let mut slow = pin!(upload_body(&app, endless));
    while app.files().is_empty() {
        assert!(futures_util::poll!(&mut slow).is_pending());
        tokio::task::yield_now().await;
    }
    let parts = [text("name=\"token\"", token), CLIP];
    let answer = upload(&app, "", &parts).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    go_on.send(()).unwrap();
    while !app.files().is_empty() {
        assert!(futures_util::poll!(&mut slow).is_pending());
        tokio::task::yield_now().await;
    }
    upload(&app, "", &parts).await.assert_success();
}

#[tokio::test]
async fn headers_that_do_not_end_are_not_read_to_their_end() {
    let app = App::new();
    let endless_head = [b"--BOUNDARY\r\nX: ".to_vec(), vec![b'x'; 1 << 20]].concat();
    upload_body(&app, pieces(&endless_head, 10_000, None))
        .await
        .assert_failure(6005);
    let preamble = vec![b'x'; 1 << 20];
    upload_body(&app, pieces(&preamble, 10_000, None))
        .await
        .assert_failure(6005);
}

#[tokio::test]
async fn a_form_that_declares_too_much_is_refused_before_it_is_stored() {
    let app = App::new();
    let body = Body::from(vec![0; (2 << 20) + 1]);
    let answer = upload_body(&app, body).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::PAYLOAD_TOO_LARGE, 6007)
    );
}

#[tokio::test]
async fn uploads_beyond_those_that_are_allowed_at_once_are_told_to_try_again() {
    let app = App::with(|api| api.upload_slots(UploadSlots::new(0)));
    let answer = upload(&app, "", &[CLIP]).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::SERVICE_UNAVAILABLE, 8001)
    );
    assert_eq!(answer.headers["retry-after"], "1");
}

#[tokio::test]
async fn a_client_that_asks_first_is_refused_before_it_sends_anything() {
    let app = App::new();
    let never = Body::from_stream(stream::pending::<io::Result<Vec<u8>>>());
    let request = Request::post("/douyin/publish/action/?token=garbage")
        .header("content-type", MULTIPART)
        .header("expect", "100-continue")
        .body(never)
        .unwrap();
    app.call(request).await.assert_failure(2002);
}

#[tokio::test]
async fn a_client_that_sends_at_once_is_listened_to_before_it_is_refused() {
    let app = App::new();
    for (path, media_type, code) in [
        ("/publish/action/?token=garbage", MULTIPART, 2002),
        // No form, which is told before everything has come in, or by what it begins with.
        ("/publish/action/", "video/mp4", 6001),
        ("/user/avatar/", "image/jpeg", 6001),
    ] {
        let sent = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&sent);
        let chunks = (0..100).map(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, io::Error>(vec![b'x'; 15_000])
        });
        let body = Body::from_stream(stream::iter(chunks));
        let answer = app.send("POST", path, media_type, body).await;
        answer.assert_failure(code);
        assert_eq!(sent.load(Ordering::Relaxed), 100, "{path}");
    }
}
