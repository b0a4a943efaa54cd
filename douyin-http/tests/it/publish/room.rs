//! How much an account may upload, and how much of it may be stored.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use douyin_core::port::MockStore;
use douyin_core::{Limits, StoreError};
use douyin_http::api::{Allowance, UploadSlots};
use futures_util::{StreamExt as _, stream};

use super::upload;
use crate::app::{Answer, App, CLIP, MULTIPART, Part, multipart, text};
use crate::upload::Tus;

const OVER_QUOTA: u64 = 6011;

static MEBIBYTE: [u8; 1 << 20] = [0; 1 << 20];

/// So many MiB.
const fn a_day(times: u32) -> Allowance {
    Allowance {
        times,
        window: Duration::from_hours(24),
    }
}

#[track_caller]
fn assert_too_many(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::TOO_MANY_REQUESTS, 7003)
    );
    assert!(answer.headers.contains_key("retry-after"));
}

/// A service where everybody has so many bytes stored, of so many.
fn app_with(stored: u64, quota: u64) -> App {
    let mut store = MockStore::default();
    let videos = &mut store.videos;
    videos.expect_stored_bytes().returning(move |_| Ok(stored));
    videos
        .expect_publish()
        .returning(|_| Err(StoreError::OverQuota));
    let mut limits = Limits::default();
    limits.stored_bytes = Some(quota);
    App::over(store, limits, |api| api)
}

#[tokio::test]
async fn what_there_is_no_room_for_is_refused_before_it_comes_in() {
    let app = app_with(0, 100);
    let token = app.token_of(7);
    let path = format!("/publish/action/?token={token}");
    // No form at all, which nobody has looked at yet.
    let large = vec![0; 3 << 19];
    app.send("POST", &path, MULTIPART, large)
        .await
        .assert_failure(OVER_QUOTA);
    // Where the token is known in the end, it is known then.
    let parts = multipart(&[CLIP, text("name=\"token\"", &app.token_of(7))]);
    app.send("POST", "/publish/action/", MULTIPART, parts)
        .await
        .assert_failure(OVER_QUOTA);
    app.left_nothing_behind().await;
}

#[tokio::test]
async fn what_does_not_fit_in_the_end_is_refused_by_the_store_and_leaves_nothing() {
    let app = app_with(0, 1 << 40);
    let answer = upload(&app, &format!("?token={}", app.token_of(7)), &[CLIP]).await;
    answer.assert_failure(OVER_QUOTA);
    app.left_nothing_behind().await;
}

/// A form that does not say how large it is, and breaks off.
fn cut() -> Body {
    let mut form = multipart(&[CLIP]);
    form.truncate(form.len() - 20);
    let pieces: Vec<_> = form.chunks(1_000).map(|piece| Ok(piece.to_vec())).collect();
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Body::from_stream(stream::iter(pieces.into_iter().chain([Err(broken)])))
}

#[tokio::test]
async fn what_does_not_say_how_large_it_is_is_refused_at_the_first_byte_too_many() {
    let app = app_with(0, 100);
    let path = format!("/publish/action/?token={}", app.token_of(7));
    let answer = app.send("POST", &path, MULTIPART, cut()).await;
    answer.assert_failure(OVER_QUOTA);
    app.left_nothing_behind().await;
}

#[tokio::test]
async fn an_upload_that_broke_off_counts_for_what_came_in() {
    let app = App::with(|api| api.uploaded_megabytes(Some(a_day(1))));
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let path = format!("/publish/action/?token={}", alice.token);
    let broken = app.send("POST", &path, MULTIPART, cut()).await;
    broken.assert_failure(6005);
    // All that there is for somebody else.
    let large = Part {
        content: &vec![b'x'; (1 << 20) - 1_000],
        ..CLIP
    };
    let answer = upload(&app, &format!("?token={}", alice.token), &[large]).await;
    assert_too_many(&answer);
    let large = Part {
        content: &vec![b'x'; (1 << 20) - 1_000],
        ..CLIP
    };
    let answer = upload(&app, &format!("?token={}", bob.token), &[large]).await;
    answer.assert_failure(6006);
}

#[tokio::test]
async fn an_upload_over_several_requests_needs_room_from_the_beginning() {
    let app = app_with(60, 100);
    let token = app.token_of(7);
    let tus = Tus {
        app: &app,
        token: &token,
    };
    let refused = tus.try_create("41").await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::BAD_REQUEST, OVER_QUOTA)
    );
    tus.create(30).await;
    // What has begun is as good as stored.
    assert_eq!(tus.try_create("11").await.code(), OVER_QUOTA);
    tus.create(10).await;
}

#[tokio::test]
async fn an_account_uploads_so_many_megabytes_in_whatever_way() {
    let app = App::with(|api| api.uploaded_megabytes(Some(a_day(2))));
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let query = format!("?token={}", alice.token);
    upload(&app, &query, &[CLIP]).await.assert_success();
    let tus = Tus::new(&app, &alice);
    tus.complete(&MEBIBYTE).await;
    // What is left: one piece less than another such upload.
    let place = tus.create(1 << 20).await;
    let pieces = (0..16).map(|_| Ok::<_, io::Error>(vec![0; 64 << 10]));
    let pieces = Body::from_stream(stream::iter(pieces));
    let answer = tus.append(&place, 0, pieces).await;
    assert_too_many(&answer);
    assert_eq!(tus.offset(&place).await, 15 * (64 << 10));
    for answer in [
        tus.append(&place, 15 * (64 << 10), "1").await,
        upload(&app, &query, &[CLIP]).await,
        upload(&app, "", &[CLIP, text("name=\"token\"", &alice.token)]).await,
    ] {
        assert_too_many(&answer);
    }
    let query = format!("?token={}", bob.token);
    upload(&app, &query, &[CLIP]).await.assert_success();
}

#[tokio::test]
async fn what_was_only_announced_costs_nothing() {
    let app = App::with(|api| api.uploaded_megabytes(Some(a_day(1))));
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    for _ in 0..20 {
        let place = tus.create(1 << 20).await;
        assert_eq!(
            tus.append(&place, 0, "").await.status,
            StatusCode::NO_CONTENT
        );
        assert_eq!(tus.terminate(&place).await.status, StatusCode::NO_CONTENT);
    }
    tus.complete(&MEBIBYTE).await;
    let place = tus.create(1).await;
    assert_too_many(&tus.append(&place, 0, "1").await);
}

#[tokio::test]
async fn a_small_upload_costs_no_whole_megabyte() {
    let app = App::with(|api| api.uploaded_megabytes(Some(a_day(1))));
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    for byte in 0..16 {
        let place = tus.create(2).await;
        for offset in 0..2 {
            let answer = tus.append(&place, offset, "1").await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{byte}");
        }
        tus.terminate(&place).await;
    }
    let place = tus.create(2).await;
    assert_too_many(&tus.append(&place, 0, "1").await);
}

#[tokio::test]
async fn an_account_that_has_its_slots_leaves_the_others_alone() {
    let slots = UploadSlots {
        of_account: 1,
        ..UploadSlots::new(16)
    };
    let app = App::with(|api| api.upload_slots(slots));
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let beginning = stream::iter([Ok::<_, std::io::Error>(
        multipart(&[CLIP])[..5_000].to_vec(),
    )]);
    let endless = Body::from_stream(beginning.chain(stream::pending()));
    let path = format!("/publish/action/?token={}", alice.token);
    let mut slow = Box::pin(app.send("POST", &path, MULTIPART, endless));
    while app.files().is_empty() {
        assert!(futures_util::poll!(&mut slow).is_pending());
        tokio::task::yield_now().await;
    }
    // By the query, and by a form that says it before its file.
    let signed = text("name=\"token\"", &alice.token);
    for answer in [
        upload(&app, &format!("?token={}", alice.token), &[CLIP]).await,
        upload(&app, "", &[signed, CLIP]).await,
    ] {
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::TOO_MANY_REQUESTS, 7003)
        );
    }
    let by_bob = format!("?token={}", bob.token);
    upload(&app, &by_bob, &[CLIP]).await.assert_success();
    drop(slow);
    let by_alice = format!("?token={}", alice.token);
    upload(&app, &by_alice, &[CLIP]).await.assert_success();
}
