//! How much an upload may be, and how many.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use douyin_http::api::{ResumableLimits, UploadSlots};
use douyin_media::DEMO_CLIP;
use futures_util::stream;

use super::{Tus, id};
use crate::app::{Answer, App};

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
    let answer = bob.try_create("5").await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::SERVICE_UNAVAILABLE, 8004)
    );
    assert!(answer.headers.contains_key("retry-after"));
    alice.terminate(&place).await;
    bob.create(5).await;
}

#[tokio::test]
async fn nobody_blocks_others_with_uploads_that_do_not_go_on() {
    let limits = ResumableLimits {
        in_all: 2,
        ..ResumableLimits::default()
    };
    let app = App::with(|api| api.resumable_uploads(limits));
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let (alice, bob) = (Tus::new(&app, &alice), Tus::new(&app, &bob));
    let idle = alice.create(5).await;
    app.clock.advance_millis(1);
    let busy = alice.create(5).await;
    assert_eq!(bob.try_create("5").await.code(), 8004);
    app.clock.advance_millis(5 * 60_000);
    alice.append(&busy, 0, "0").await;
    bob.create(5).await;
    assert_eq!(alice.look(&idle).await.status, StatusCode::NOT_FOUND);
    assert_eq!(alice.offset(&busy).await, 1);
}

#[tokio::test]
async fn one_network_leaves_room_for_the_uploads_of_others() {
    let limits = ResumableLimits {
        of_address: 1,
        ..ResumableLimits::default()
    };
    let app = App::with(|api| api.resumable_uploads(limits));
    let alice = app.register("alice").await;
    let begin = async |address: &str| {
        let address: SocketAddr = address.parse().unwrap();
        let request = Request::post("/douyin/upload/")
            .header("authorization", format!("Bearer {}", alice.token))
            .header("tus-resumable", "1.0.0")
            .header("upload-length", "5")
            .extension(ConnectInfo(address));
        app.call(request.body(Body::empty()).unwrap()).await
    };
    for (address, status) in [
        ("192.0.2.1:1000", StatusCode::CREATED),
        ("192.0.2.1:2000", StatusCode::SERVICE_UNAVAILABLE),
        ("192.0.2.2:1000", StatusCode::CREATED),
        ("[2001:db8::1]:1000", StatusCode::CREATED),
        ("[2001:db8::2]:1000", StatusCode::SERVICE_UNAVAILABLE),
        ("[2001:db8:0:1::1]:1000", StatusCode::CREATED),
    ] {
        assert_eq!(begin(address).await.status, status, "{address}");
    }
}

#[tokio::test]
async fn an_upload_says_when_it_expires_which_is_later_whenever_it_gets_further() {
    let limits = ResumableLimits {
        kept: Duration::from_hours(2),
        ..ResumableLimits::default()
    };
    let app = App::with(|api| api.resumable_uploads(limits));
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let made = tus.try_create("5").await;
    let place = made.headers["location"].to_str().unwrap();
    let expires = |answer: &Answer| answer.headers["upload-expires"].clone();
    for answer in [&made, &tus.look(place).await] {
        assert_eq!(expires(answer), "Mon, 21 Sep 2026 22:26:40 GMT");
    }
    app.clock.advance_millis(3_600_000);
    for bytes in ["01", ""] {
        let offset = if bytes.is_empty() { 2 } else { 0 };
        let sent = tus.append(place, offset, bytes).await;
        for answer in [&sent, &tus.look(place).await] {
            assert_eq!(expires(answer), "Mon, 21 Sep 2026 23:26:40 GMT");
        }
        app.clock.advance_millis(1_000);
    }
}

#[tokio::test]
async fn an_upload_that_has_expired_is_gone_before_anybody_removes_it() {
    let limits = ResumableLimits {
        kept: Duration::from_hours(2),
        ..ResumableLimits::default()
    };
    let app = App::with(|api| api.resumable_uploads(limits));
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.complete(DEMO_CLIP).await;
    app.clock.advance_millis(2 * 3_600_000 - 1);
    assert_eq!(tus.look(&place).await.status, StatusCode::OK);
    app.clock.advance_millis(1);
    for answer in [
        tus.look(&place).await,
        tus.append(&place, DEMO_CLIP.len(), "").await,
        tus.terminate(&place).await,
    ] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let path = format!(
        "/publish/action/?upload={}&token={}",
        id(&place),
        alice.token
    );
    app.post(&path).await.assert_failure(4005);
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
