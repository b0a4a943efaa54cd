//! Where parameters and tokens may be.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use bytes::Bytes;
use futures_util::stream;

use crate::app::{App, FORM, JSON, MULTIPART, get, multipart, text};

#[tokio::test]
async fn parameters_may_be_in_every_place_on_every_method() {
    let app = App::new();
    let alice = app.register("alice").await;
    let video = app.publish(&alice, "").await;
    let (token, large_id) = (&alice.token, exponent_form(video));
    let form = format!("token={token}&video_id={video}&action_type=1");
    let json = format!(
        r#"{{"token":"{token}","video_id":{video},"action_type":"1","extra":{{"a":[1]}}}}"#
    );
    let exponent = format!(r#"{{"token":"{token}","video_id":{large_id},"action_type":1e0}}"#);
    let video_id = video.to_string();
    let parts = multipart(&[
        text("name=\"action_type\"", "1"),
        text("name=\"video_id\"; filename=\"x\"", &video_id),
        text("name=\"token\"\r\nContent-Type: text/plain", token),
    ]);
    app.post(&format!("/favorite/action/?{form}"))
        .await
        .assert_success();
    app.post(&format!(
        "/favorite/action?token={token}&video_id={large_id}&action_type=+1+"
    ))
    .await
    .assert_success();
    for (media_type, body) in [
        (FORM, form.clone().into_bytes()),
        ("", form.clone().into_bytes()),
        (JSON, json.clone().into_bytes()),
        (JSON, exponent.into_bytes()),
        ("", json.into_bytes()),
        (MULTIPART, parts.clone()),
    ] {
        app.send("POST", "/favorite/action/", media_type, body)
            .await
            .assert_success();
    }
    for (media_type, body) in [(FORM, form.into_bytes()), (MULTIPART, parts)] {
        let list = app.send("GET", "/comment/list/", media_type, body).await;
        list.assert_success();
    }
}

/// A number in the form that Go prints a float in: `1.234567e+15`.
fn exponent_form(number: i64) -> String {
    let digits = number.to_string();
    format!("{}.{}e+{}", &digits[..1], &digits[1..], digits.len() - 1)
}

#[tokio::test]
async fn the_query_wins_and_the_first_value_that_is_not_empty_wins() {
    let app = App::new();
    let alice = app.register("alice").await;
    let query = format!("/user/?user_id=&user_id={}&user_id=7", alice.id);
    let body = format!("user_id=8&token={}", alice.token);
    let answer = app.send("GET", &query, FORM, body).await;
    answer.assert_success();
    assert_eq!(answer.body["user"]["id"], alice.id);
}

#[tokio::test]
async fn the_token_may_be_in_the_header() {
    let app = App::new();
    let alice = app.register("alice").await;
    for nothing in ["", "?token=", "?token=undefined", "?token=null"] {
        let bearer = format!("Bearer {}", alice.token);
        let request = get(&format!("/user/{nothing}")).header("authorization", bearer);
        app.call(request.body(Body::empty()).unwrap())
            .await
            .assert_success();
        app.get(&format!("/user/{nothing}"))
            .await
            .assert_failure(2001);
    }
}

#[tokio::test]
async fn a_token_that_is_not_valid_is_a_failure_or_anonymous() {
    let app = App::new();
    let alice = app.register("alice").await;
    app.clock.advance_millis(24 * 3_600_000);
    for token in [alice.token.as_str(), "garbage", "a.b.c"] {
        app.get(&format!("/user/?token={token}"))
            .await
            .assert_failure(2002);
        app.get(&format!("/feed/?token={token}"))
            .await
            .assert_success();
        app.get(&format!(
            "/publish/list/?user_id={}&token={token}",
            alice.id
        ))
        .await
        .assert_success();
        app.get(&format!("/publish/list/?token={token}"))
            .await
            .assert_failure(2001);
    }
}

#[tokio::test]
async fn parameters_that_an_action_does_not_use_are_not_looked_at() {
    let app = App::new();
    let alice = app.register("alice").await;
    let video = app.publish(&alice, "").await;
    let add = format!(
        "token={}&video_id={video}&action_type=1&comment_text=好",
        alice.token
    );
    let added = app
        .send(
            "POST",
            "/comment/action/",
            FORM,
            format!("{add}&comment_id=undefined"),
        )
        .await;
    added.assert_success();
    let comment = &added.body["comment"]["id"];
    let delete = format!(
        r#"{{"token":"{}","video_id":{video},"action_type":2,"comment_id":{comment},"comment_text":[]}}"#,
        alice.token
    );
    app.send("POST", "/comment/action/", JSON, delete)
        .await
        .assert_success();
}

#[tokio::test]
async fn what_cannot_be_decoded_matters_only_where_it_is_asked_for() {
    let app = App::new();
    let alice = app.register("alice").await;
    app.publish(&alice, "").await;
    for query in [
        "whatever=100%",
        "%=1",
        "latest_time=%",
        "latest_time=%ff",
        "token=%",
    ] {
        let answer = app.get(&format!("/feed/?{query}")).await;
        answer.assert_success();
        assert_eq!(answer.ids("video_list").len(), 1, "{query}");
    }
    let form = app
        .send("GET", "/feed/", FORM, b"a=\xff&b=%zz&limit=1".to_vec())
        .await;
    form.assert_success();
    assert_eq!(form.body["next_cursor"], "");
    app.get("/publish/list/?user_id=%")
        .await
        .assert_failure(1003);
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let app = App::new();
    let alice = app.register("alice").await;
    for id in [
        "0",
        "-1",
        "1.5",
        "NaN",
        "1e400",
        "１２３",
        "9007199254740992",
        "undefined",
        "1e999999999",
        "0x1",
    ] {
        let answer = app
            .get(&format!("/user/?user_id={id}&token={}", alice.token))
            .await;
        answer.assert_failure(1003);
    }
    app.get(&format!(
        "/user/?user_id=9007199254740991&token={}",
        alice.token
    ))
    .await
    .assert_failure(4001);
}

#[tokio::test]
async fn a_body_that_ends_too_early_is_a_failure() {
    let app = App::new();
    let chunks: [Result<&str, std::io::Error>; 2] = [
        Ok("username=alice&pass"),
        Err(std::io::ErrorKind::UnexpectedEof.into()),
    ];
    let body = Body::from_stream(stream::iter(chunks));
    let request = Request::post("/douyin/user/register/").body(body).unwrap();
    app.call(request).await.assert_failure(1001);
}

#[tokio::test]
async fn a_byte_order_mark_before_a_body_does_not_matter() {
    let app = App::new();
    app.register("alice").await;
    for (media_type, body) in [
        (
            JSON,
            "\u{FEFF}{\"username\":\"alice\",\"password\":\"wrong one\"}",
        ),
        (FORM, "\u{FEFF}username=alice&password=wrong one"),
    ] {
        let answer = app.send("POST", "/user/login/", media_type, body).await;
        answer.assert_failure(2003);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
    let app = App::new();
    let piece = || Ok::<_, std::io::Error>(vec![b'x'; 1 << 16]);
    let undeclared = Body::from_stream(stream::iter((0..17).map(move |_| piece())));
    let answer = app.send("POST", "/user/login/", FORM, undeclared).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);

    let declared = Body::new(NeverSent((1 << 20) + 1));
    let answer = app.send("POST", "/user/login/", FORM, declared).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// A body that declares so many bytes and sends none.
struct NeverSent(u64);

impl http_body::Body for NeverSent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(self.0)
    }
}
