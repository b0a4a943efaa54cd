//! Whether a client hears why its bytes are refused: most listen only when they have sent everything.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::StatusCode;
use douyin_http::api::UploadSlots;
use futures_util::stream;

use super::{BYTES, Tus};
use crate::app::App;

/// How many pieces a body has.
const PIECES: usize = 100;

/// Whose it is, where, and how that is refused.
async fn refused() -> [(App, String, String, StatusCode); 3] {
    let (app, full) = (
        App::new(),
        App::with(|api| {
            api.upload_slots(UploadSlots {
                of_account: 0,
                ..UploadSlots::new(0)
            })
        }),
    );
    let (alice, bob) = (app.register("alice").await, full.register("bob").await);
    let garbage = "garbage".to_owned();
    let [nowhere, anywhere] = ["nowhere", "7"].map(|id| format!("/douyin/upload/{id}"));
    let there = Tus::new(&full, &bob).create(10).await;
    [
        (App::new(), anywhere, garbage, StatusCode::UNAUTHORIZED),
        (app, nowhere, alice.token, StatusCode::NOT_FOUND),
        (full, there, bob.token, StatusCode::SERVICE_UNAVAILABLE),
    ]
}

#[tokio::test]
async fn what_is_refused_before_its_bytes_is_read_to_its_end() {
    for (app, place, token, status) in refused().await {
        let sent = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&sent);
        let pieces = (0..PIECES).map(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, io::Error>(vec![b'x'; 10_000])
        });
        let tus = Tus {
            app: &app,
            token: &token,
        };
        let body = Body::from_stream(stream::iter(pieces));
        let answer = tus.append(&place, 0, body).await;
        assert_eq!(answer.status, status);
        assert_eq!(sent.load(Ordering::Relaxed), PIECES, "{status}");
    }
}

#[tokio::test]
async fn who_asks_first_is_refused_without_a_byte() {
    for (app, place, token, status) in refused().await {
        let tus = Tus {
            app: &app,
            token: &token,
        };
        let headers = [
            ("upload-offset", "0"),
            ("content-type", BYTES),
            ("expect", "100-continue"),
        ];
        let never = Body::from_stream(stream::pending::<io::Result<Vec<u8>>>());
        let answer = tus.send("PATCH", &place, &headers, never).await;
        assert_eq!(answer.status, status);
    }
}
