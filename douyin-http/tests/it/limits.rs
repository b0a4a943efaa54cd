//! How often an address and an account may do something.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use douyin_http::api::{Action, Allowance, ApiBuilder, RateLimit};

use crate::app::{Answer, App, Caller, FORM, JSON, MULTIPART, keys};

/// So many times at once, and hardly any more while a test runs.
const fn times(times: u32) -> Allowance {
    Allowance {
        times,
        window: Duration::from_hours(24),
    }
}

fn per_account(action: Action, limit: u32) -> impl FnOnce(ApiBuilder) -> ApiBuilder {
    move |api| {
        let limit = RateLimit {
            per_account: Some(times(limit)),
            per_address: None,
        };
        api.rate_limit(action, limit)
    }
}

fn per_address(action: Action, limit: u32) -> impl FnOnce(ApiBuilder) -> ApiBuilder {
    move |api| {
        let limit = RateLimit {
            per_address: Some(times(limit)),
            per_account: None,
        };
        api.rate_limit(action, limit)
    }
}

async fn follow(app: &App, by: &Caller, whom: &Caller) -> Answer {
    let (token, id) = (&by.token, whom.id);
    app.post(&format!(
        "/relation/action/?token={token}&to_user_id={id}&action_type=1"
    ))
    .await
}

#[track_caller]
fn assert_refused(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::TOO_MANY_REQUESTS, 7003),
        "{answer:?}"
    );
    let wait: u64 = answer.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=86_400).contains(&wait), "{wait}");
}

#[tokio::test]
async fn an_account_that_does_too_much_is_told_when_to_go_on() {
    let app = App::with(per_account(Action::Writing, 3));
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    for _ in 0..3 {
        follow(&app, &alice, &bob).await.assert_success();
    }
    let refused = follow(&app, &alice, &bob).await;
    assert_refused(&refused);
    assert_eq!(keys(&refused.body), ["status_code", "status_msg"]);
    assert_eq!(refused.headers["retry-after"], "28800");
    follow(&app, &bob, &alice).await.assert_success();
    // What it looks at is not concerned, and neither is who only claims to be somebody.
    app.get(&format!("/feed/?token={}", alice.token))
        .await
        .assert_success();
    app.post("/relation/action/?token=x&to_user_id=1&action_type=1")
        .await
        .assert_failure(2002);
}

#[tokio::test]
async fn what_an_account_is_refused_costs_others_at_its_address_nothing() {
    let limit = RateLimit {
        per_account: Some(times(2)),
        per_address: Some(times(4)),
    };
    let app = App::with(|api| {
        api.rate_limit(Action::Writing, limit)
            .rate_limit(Action::Publishing, limit)
    });
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let here: SocketAddr = "192.0.2.1:4711".parse().unwrap();
    let post = async |by: &Caller, path: &str, media_type, body: &'static str| {
        let request = Request::post(format!("/douyin{path}"))
            .header("authorization", format!("Bearer {}", by.token))
            .header("content-type", media_type)
            .extension(ConnectInfo(here));
        app.call(request.body(Body::from(body)).unwrap()).await
    };
    let follow = format!("/relation/action/?to_user_id={}&action_type=1", bob.id);
    let empty = "--BOUNDARY--\r\n";
    for (path, media_type, body) in [
        (follow.as_str(), FORM, ""),
        ("/publish/action/", MULTIPART, empty),
    ] {
        for turn in 0..20 {
            let answer = post(&alice, path, media_type, body).await;
            assert_eq!(answer.status == StatusCode::TOO_MANY_REQUESTS, turn >= 2);
        }
        for _ in 0..2 {
            let answer = post(&bob, path, media_type, body).await;
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        }
        assert_refused(&post(&bob, path, media_type, body).await);
    }
}

#[tokio::test]
async fn an_account_is_known_by_its_token_wherever_that_is() {
    let app = App::with(per_account(Action::Reading, 4));
    let alice = app.register("alice").await;
    let (token, path) = (&alice.token, "/feed/");
    let bearer = || {
        let request =
            Request::get("/douyin/feed/").header("authorization", format!("Bearer {token}"));
        app.call(request.body(Body::empty()).unwrap())
    };
    app.get(&format!("{path}?token={token}"))
        .await
        .assert_success();
    app.send("GET", path, FORM, format!("token={token}"))
        .await
        .assert_success();
    app.send("GET", path, JSON, format!("{{\"token\":\"{token}\"}}"))
        .await
        .assert_success();
    bearer().await.assert_success();
    let refused = bearer().await;
    assert_refused(&refused);
    assert_eq!(
        keys(&refused.body),
        ["next_time", "status_code", "status_msg", "video_list"]
    );
    app.get(path).await.assert_success();
}

#[tokio::test]
async fn an_upload_counts_for_whoever_publishes_it_even_when_it_says_so_last() {
    let app = App::with(per_account(Action::Publishing, 2));
    let alice = app.register("alice").await;
    let upload = async |token_first: bool| {
        let token = format!(
            "--BOUNDARY\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{}\r\n",
            alice.token
        );
        let file = "--BOUNDARY\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a\"\r\n\r\nno video\r\n";
        let parts = if token_first {
            token + file
        } else {
            file.to_owned() + &token
        };
        app.send(
            "POST",
            "/publish/action/",
            MULTIPART,
            parts + "--BOUNDARY--\r\n",
        )
        .await
    };
    for token_first in [true, false] {
        upload(token_first).await.assert_failure(6006);
    }
    for token_first in [true, false] {
        assert_refused(&upload(token_first).await);
    }
    app.left_nothing_behind().await;
}

/// Asks for the feed from an address, by way of a proxy at another one.
async fn feed(app: &App, peer: &str, forwarded_for: &str) -> Answer {
    let peer: SocketAddr = format!("{peer}:4711").parse().unwrap();
    let request = Request::get("/douyin/feed/")
        .header("x-forwarded-for", forwarded_for)
        .header("accept-language", "zh")
        .extension(ConnectInfo(peer));
    app.call(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn an_address_is_that_of_the_client_behind_proxies_of_ours_and_nobody_elses() {
    let app = App::with(|api| {
        let api = api.trusted_proxies("10.0.0.0/8".parse().unwrap());
        per_address(Action::Reading, 2)(api)
    });
    for claimed in ["203.0.113.1", "203.0.113.2"] {
        feed(&app, "192.0.2.1", claimed).await.assert_success();
    }
    let refused = feed(&app, "192.0.2.1", "203.0.113.3").await;
    assert_refused(&refused);
    assert_eq!(refused.body["status_msg"], "操作过于频繁，请稍后再试");
    for claimed in ["1.1.1.1", "2.2.2.2"] {
        let forwarded = format!("{claimed}, 203.0.113.1, 10.0.0.2");
        feed(&app, "10.0.0.1", &forwarded).await.assert_success();
    }
    assert_refused(&feed(&app, "10.0.0.1", "203.0.113.1").await);
    feed(&app, "10.0.0.1", "203.0.113.2").await.assert_success();
}

#[tokio::test]
async fn each_action_counts_by_itself() {
    let app = App::with(|api| {
        let api = per_account(Action::Messaging, 1)(api);
        per_account(Action::Commenting, 1)(api)
    });
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let video = app.publish(&alice, "").await;
    let comment = format!(
        "/comment/action/?token={}&video_id={video}&action_type=1&comment_text=a",
        alice.token
    );
    let message = format!(
        "/message/action/?token={}&to_user_id={}&action_type=1&content=a",
        alice.token, bob.id
    );
    for path in [&comment, &message] {
        app.post(path).await.assert_success();
        assert_refused(&app.post(path).await);
    }
}
