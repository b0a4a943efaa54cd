//! How much an upload may be, and how many.

use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use douyin_http::api::{ResumableLimits, UploadSlots};
use futures_util::stream;

use super::Tus;
use crate::app::App;

#[tokio::test]
async fn an_upload_has_to_say_how_large_it_is() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    for (length, status, code) in [
        ("", StatusCode::BAD_REQUEST, 1003),
        ("-1", StatusCode::BAD_REQUEST, 1003),
        ("1e3", StatusCode::BAD_REQUEST, 1003),
        ("0", StatusCode::BAD_REQUEST, 6003),
        ("1048577", StatusCode::PAYLOAD_TOO_LARGE, 6007),
        ("18446744073709551615", StatusCode::PAYLOAD_TOO_LARGE, 6007),
        ("18446744073709551616", StatusCode::BAD_REQUEST, 1003),
    ] {
        let answer = tus.try_create(length).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{length}");
    }
    let deferred = [("upload-defer-length", "1")];
    let answer = tus
        .send("POST", "/douyin/upload/", &deferred, Body::empty())
        .await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::BAD_REQUEST, 1002)
    );
    app.left_nothing_behind().await;
    assert_eq!(tus.try_create("1048576").await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn no_more_is_taken_than_was_announced() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.create(5).await;
    let answer = tus.append(&place, 0, "012345").await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::PAYLOAD_TOO_LARGE, 6010)
    );
    assert_eq!(tus.offset(&place).await, 0);
    let chunks = ["012", "345"].map(Ok::<_, std::io::Error>);
    let undeclared = Body::from_stream(stream::iter(chunks));
    let answer = tus.append(&place, 0, undeclared).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::PAYLOAD_TOO_LARGE, 6010)
    );
    assert_eq!(tus.offset(&place).await, 3);
}

#[tokio::test]
async fn what_is_not_sent_as_bytes_is_refused() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.create(5).await;
    for media_type in ["", "application/octet-stream", "text/plain"] {
        let headers = [("upload-offset", "0"), ("content-type", media_type)];
        let answer = tus.send("PATCH", &place, &headers, "01234".into()).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, 1015)
        );
    }
    assert_eq!(tus.offset(&place).await, 0);
}

#[tokio::test]
async fn metadata_is_told_again_and_names_nothing() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    // "../../../evil.mp4"
    let metadata = "filename Li4vLi4vLi4vZXZpbC5tcDQ=,private";
    let headers = [("upload-length", "5"), ("upload-metadata", metadata)];
    let made = tus
        .send("POST", "/douyin/upload/", &headers, Body::empty())
        .await;
    let place = made.headers["location"].to_str().unwrap();
    assert_eq!(tus.look(place).await.headers["upload-metadata"], metadata);
    assert!(app.files().iter().all(|file| !file.contains("evil")));
    let long = "a".repeat(4097);
    for wrong in ["filename", &*long, "a b c", "a YQ==,a YQ=="] {
        let headers = [("upload-length", "5"), ("upload-metadata", wrong)];
        let answer = tus
            .send("POST", "/douyin/upload/", &headers, Body::empty())
            .await;
        let expected = if wrong == "filename" {
            StatusCode::CREATED
        } else {
            StatusCode::BAD_REQUEST
        };
        assert_eq!(answer.status, expected, "{wrong}");
    }
}

#[tokio::test]
async fn an_account_and_all_together_have_so_many_unfinished_uploads() {
    let limits = ResumableLimits {
        of_account: 2,
        in_all: 3,
        ..ResumableLimits::default()
    };
    let app = App::with(|api| api.resumable_uploads(limits));
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let (alice, bob) = (Tus::new(&app, &alice), Tus::new(&app, &bob));
    let place = alice.create(5).await;
    alice.create(5).await;
    let answer = alice.try_create("5").await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::TOO_MANY_REQUESTS, 7004)
    );
    assert!(answer.headers.contains_key("retry-after"));
    bob.create(5).await;
    assert_eq!(bob.try_create("5").await.code(), 7004);
    alice.terminate(&place).await;
    bob.create(5).await;
}

#[tokio::test]
async fn an_upload_says_when_it_expires() {
    let limits = ResumableLimits {
        kept: Duration::from_hours(2),
        ..ResumableLimits::default()
    };
    let app = App::with(|api| api.resumable_uploads(limits));
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let made = tus.try_create("5").await;
    let place = made.headers["location"].to_str().unwrap();
    let sent = tus.append(place, 0, "01").await;
    for answer in [&made, &tus.look(place).await, &sent] {
        assert_eq!(
            answer.headers["upload-expires"],
            "Mon, 21 Sep 2026 22:26:40 GMT"
        );
    }
}

#[tokio::test]
async fn an_upload_over_several_requests_takes_a_slot_too() {
    let slots = UploadSlots {
        of_account: 0,
        ..UploadSlots::new(0)
    };
    let app = App::with(|api| api.upload_slots(slots));
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.create(5).await;
    let answer = tus.append(&place, 0, "01234").await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::SERVICE_UNAVAILABLE, 8001)
    );
    assert_eq!(answer.headers["retry-after"], "1");
}
