//! `/message/…`

use axum::body::Body;
use douyin_http::api::ChatIncremental;

use crate::app::{Answer, App, Caller, FORM, get, keys};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn send(app: &App, from: &Caller, to: &Caller, text: &str) {
    app.clock.advance_millis(1_000);
    let form = format!(
        "token={}&to_user_id={}&action_type=1&content={text}",
        from.token, to.id
    );
    let answer = app.send("POST", "/message/action/", FORM, form).await;
    answer.assert_success();
    assert_eq!(keys(&answer.body), ["status_code", "status_msg"]);
}

async fn chat(app: &App, who: &Caller, with: &Caller, query: &str, agent: &str) -> Answer {
    let path = format!(
        "/message/chat/?token={}&to_user_id={}&{query}",
        who.token, with.id
    );
    app.call(
        get(&path)
            .header("user-agent", agent)
            .body(Body::empty())
            .unwrap(),
    )
    .await
}

fn texts(answer: &Answer) -> Vec<&str> {
    let messages = answer.body["message_list"].as_array().unwrap();
    messages
        .iter()
        .map(|message| message["content"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_history_has_both_directions_oldest_first() {
    let app = App::new();
    let (alice, bob, carol) = (
        app.register("alice").await,
        app.register("bob").await,
        app.register("carol").await,
    );
    send(&app, &alice, &bob, "1").await;
    send(&app, &bob, &alice, "2").await;
    send(&app, &carol, &alice, "other").await;
    for query in ["", "pre_msg_time=0", "pre_msg_time="] {
        let history = chat(&app, &alice, &bob, query, "okhttp/4").await;
        history.assert_success();
        assert_eq!(
            keys(&history.body),
            ["message_list", "status_code", "status_msg"]
        );
        assert_eq!(texts(&history), ["1", "2"], "{query}");
        let message = &history.body["message_list"][1];
        assert_eq!(
            keys(message),
            ["content", "create_time", "from_user_id", "id", "to_user_id"]
        );
        assert_eq!(message["from_user_id"], bob.id);
        assert_eq!(message["to_user_id"], alice.id);
        assert_eq!(message["create_time"], app.now_millis() - 1_000);
    }
}

#[tokio::test]
async fn apps_are_told_what_they_received_and_browsers_everything() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    send(&app, &alice, &bob, "old").await;
    let since = app.now_millis();
    send(&app, &alice, &bob, "mine").await;
    send(&app, &bob, &alice, "yours").await;
    for query in [
        format!("pre_msg_time={since}"),
        format!("pre_msg_time={}", since / 1_000),
    ] {
        for (agent, more, expected) in [
            ("okhttp/3.14", "", &["yours"][..]),
            ("", "", &["yours"]),
            ("Dart/3.9 (dart:io)", "include_self=0", &["yours"]),
            ("okhttp/3.14", "include_self=1", &["mine", "yours"]),
            (FIREFOX, "", &["mine", "yours"]),
        ] {
            let news = chat(&app, &alice, &bob, &format!("{query}&{more}"), agent).await;
            assert_eq!(texts(&news), expected, "{agent} {more}");
        }
    }
    let nothing = chat(
        &app,
        &alice,
        &bob,
        &format!("pre_msg_time={}", app.now_millis()),
        FIREFOX,
    )
    .await;
    assert_eq!(nothing.body["message_list"], serde_json::json!([]));
}

#[tokio::test]
async fn a_setting_decides_for_everybody() {
    for (setting, expected) in [
        (ChatIncremental::Incoming, &["yours"][..]),
        (ChatIncremental::Both, &["mine", "yours"]),
    ] {
        let app = App::with(|api| api.chat_incremental(setting));
        let (alice, bob) = (app.register("alice").await, app.register("bob").await);
        let since = app.now_millis();
        send(&app, &alice, &bob, "mine").await;
        send(&app, &bob, &alice, "yours").await;
        for agent in ["okhttp/3.14", FIREFOX] {
            let news = chat(&app, &alice, &bob, &format!("pre_msg_time={since}"), agent).await;
            assert_eq!(texts(&news), expected);
        }
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_a_failure() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let post = async |more: String| {
        app.post(&format!("/message/action/?token={}&{more}", alice.token))
            .await
    };
    for (query, code) in [
        (
            format!("to_user_id={}&action_type=1&content=x", alice.id),
            1012,
        ),
        ("to_user_id=7&action_type=1&content=x".to_owned(), 4001),
        (format!("to_user_id={}&action_type=1", bob.id), 1002),
        (
            format!("to_user_id={}&action_type=1&content=%20", bob.id),
            1008,
        ),
        (
            format!("to_user_id={}&action_type=2&content=x", bob.id),
            1003,
        ),
        (format!("to_user_id={}&content=x", bob.id), 1002),
    ] {
        post(query).await.assert_failure(code);
    }
    let long = format!(
        "token={}&to_user_id={}&action_type=1&content={}",
        alice.token,
        bob.id,
        "好".repeat(1025)
    );
    app.send("POST", "/message/action/", FORM, long)
        .await
        .assert_failure(1008);
    chat(&app, &alice, &alice, "", "")
        .await
        .assert_failure(1012);
    chat(&app, &alice, &bob, "pre_msg_time=yesterday", "")
        .await
        .assert_failure(1003);
    app.get(&format!(
        "/message/chat/?token={}&to_user_id=7",
        alice.token
    ))
    .await
    .assert_failure(4001);
    app.get(&format!("/message/chat/?to_user_id={}", bob.id))
        .await
        .assert_failure(2001);
}

#[tokio::test]
async fn the_history_has_pages_backwards_and_the_news_forwards() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let since = app.now_millis();
    for text in ["1", "2", "3"] {
        send(&app, &bob, &alice, text).await;
    }
    let newest = chat(&app, &alice, &bob, "limit=2", "").await;
    assert_eq!(texts(&newest), ["2", "3"]);
    let cursor = newest.body["next_cursor"].as_str().unwrap();
    let older = chat(&app, &alice, &bob, &format!("limit=2&cursor={cursor}"), "").await;
    assert_eq!(texts(&older), ["1"]);
    assert_eq!(older.body["next_cursor"], "");
    let news = chat(
        &app,
        &alice,
        &bob,
        &format!("limit=2&pre_msg_time={since}"),
        "",
    )
    .await;
    assert_eq!(texts(&news), ["1", "2"]);
    let cursor = news.body["next_cursor"].as_str().unwrap();
    let rest = chat(
        &app,
        &alice,
        &bob,
        &format!("limit=2&pre_msg_time={since}&cursor={cursor}"),
        "",
    )
    .await;
    assert_eq!(texts(&rest), ["3"]);
    assert_eq!(rest.body["next_cursor"], "");
}
