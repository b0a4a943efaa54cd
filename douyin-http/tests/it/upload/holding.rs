//! Uploads that a request still brings bytes of when another one needs them.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::http::StatusCode;
use douyin_http::api::UploadSlots;
use douyin_media::DEMO_CLIP;
use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc;

use super::{Tus, id, number};
use crate::app::{Answer, App};

/// The body of a connection that hangs.
struct Hanging {
    body: Body,
    /// Whether all that it has was asked for.
    hangs: Arc<AtomicBool>,
    /// Dropped, the server gives the connection up.
    end: mpsc::Sender<Infallible>,
}

impl Hanging {
    /// After so many bytes.
    fn after(bytes: &'static [u8]) -> Self {
        let hangs = Arc::new(AtomicBool::new(false));
        let (end, mut ends) = mpsc::channel::<Infallible>(1);
        let waits = Arc::clone(&hangs);
        let nothing = stream::poll_fn(move |context| {
            waits.store(true, Ordering::Relaxed);
            ends.poll_recv(context).map(|_| None)
        });
        let something = stream::iter([Ok::<_, io::Error>(bytes)]);
        Self {
            body: Body::from_stream(something.chain(nothing)),
            hangs,
            end,
        }
    }
}

/// Sends it, does something else while it hangs, and answers what both came to.
async fn beside_a_request_that_hangs<T>(
    tus: &Tus<'_>,
    place: &str,
    bytes: &'static [u8],
    other: impl Future<Output = T>,
) -> (Answer, T) {
    let Hanging { body, hangs, end } = Hanging::after(bytes);
    let other = async {
        let is_hanging = async || hangs.load(Ordering::Relaxed);
        tus.app.waits_until(is_hanging).await;
        let answer = other.await;
        drop(end);
        answer
    };
    futures_util::join!(tus.append(place, 0, body), other)
}

fn assert_taken_over(answer: &Answer) {
    assert_eq!((answer.status, answer.code()), (StatusCode::LOCKED, 5003));
    assert_eq!(answer.headers["retry-after"], "1");
}

#[tokio::test]
async fn a_newer_request_goes_on_where_one_hangs() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.create(10).await;
    let newer = async {
        // The bytes of the one that hangs are kept: some are there that were not when it was looked.
        let ahead = tus.append(&place, 0, "01234").await;
        assert_eq!((ahead.status, ahead.code()), (StatusCode::CONFLICT, 5002));
        assert_eq!(tus.offset(&place).await, 5);
        tus.append(&place, 5, "56789").await
    };
    let (hanging, newer) = beside_a_request_that_hangs(&tus, &place, b"01234", newer).await;
    assert_taken_over(&hanging);
    assert_eq!(newer.status, StatusCode::NO_CONTENT);
    assert_eq!(number(&newer, "upload-offset"), 10);
}

#[tokio::test]
async fn looking_at_an_upload_ends_no_request() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.create(10).await;
    let looking = async { tus.offset(&place).await };
    let (hanging, offset) = beside_a_request_that_hangs(&tus, &place, b"01234", looking).await;
    assert_eq!(offset, 0);
    assert_eq!(hanging.status, StatusCode::NO_CONTENT);
    assert_eq!(number(&hanging, "upload-offset"), 5);
}

#[tokio::test]
async fn an_upload_is_given_up_while_a_request_hangs() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.create(10).await;
    let given_up = tus.terminate(&place);
    let (hanging, given_up) = beside_a_request_that_hangs(&tus, &place, b"01234", given_up).await;
    assert_taken_over(&hanging);
    assert_eq!(given_up.status, StatusCode::NO_CONTENT);
    app.left_nothing_behind().await;
}

#[tokio::test]
async fn an_upload_is_published_while_the_request_hangs_that_brought_all_of_it() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.create(DEMO_CLIP.len()).await;
    let path = format!(
        "/publish/action/?upload={}&token={}",
        id(&place),
        alice.token
    );
    let publishing = app.post(&path);
    let (hanging, published) =
        beside_a_request_that_hangs(&tus, &place, DEMO_CLIP, publishing).await;
    assert_taken_over(&hanging);
    published.assert_success();
}

#[tokio::test]
async fn a_newer_request_has_the_slot_too_of_one_that_hangs() {
    let only_one = UploadSlots {
        of_account: 1,
        ..UploadSlots::new(1)
    };
    let app = App::with(|api| api.upload_slots(only_one));
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.create(10).await;
    let newer = async {
        let ahead = tus.append(&place, 0, "01234").await;
        assert_eq!(ahead.status, StatusCode::CONFLICT);
        tus.append(&place, 5, "56789").await
    };
    let (hanging, newer) = beside_a_request_that_hangs(&tus, &place, b"01234", newer).await;
    assert_taken_over(&hanging);
    assert_eq!(newer.status, StatusCode::NO_CONTENT);
    assert_eq!(tus.offset(&place).await, 10);
}
