//! `/relation/…`

use crate::app::{App, Caller, keys};
use crate::user::USER_KEYS;

async fn follow(app: &App, who: &Caller, whom: &Caller) {
    app.clock.advance_millis(1);
    let query = format!("token={}&to_user_id={}&action_type=1", who.token, whom.id);
    app.post(&format!("/relation/action/?{query}"))
        .await
        .assert_success();
}

#[tokio::test]
async fn follows_are_counted_once_and_ended_once() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    for (action, count) in [(1, 1), (1, 1), (2, 0), (2, 0)] {
        let query = format!(
            "token={}&to_user_id={}&action_type={action}",
            alice.token, bob.id
        );
        let answer = app.post(&format!("/relation/action/?{query}")).await;
        answer.assert_success();
        assert_eq!(keys(&answer.body), ["status_code", "status_msg"]);
        let seen = app
            .get(&format!("/user/?token={}&user_id={}", alice.token, bob.id))
            .await;
        assert_eq!(seen.body["user"]["follower_count"], count);
        assert_eq!(seen.body["user"]["is_follow"], count == 1);
    }
}

#[tokio::test]
async fn who_cannot_be_followed_is_a_failure() {
    let app = App::new();
    let alice = app.register("alice").await;
    for (query, code) in [
        (format!("to_user_id={}&action_type=1", alice.id), 1011),
        ("to_user_id=7&action_type=1".to_owned(), 4001),
        (format!("to_user_id={}&action_type=0", alice.id), 1003),
        ("action_type=1".to_owned(), 1002),
    ] {
        app.post(&format!("/relation/action/?token={}&{query}", alice.token))
            .await
            .assert_failure(code);
    }
}

#[tokio::test]
async fn follows_and_followers_are_listed_latest_first_as_the_viewer_sees_them() {
    let app = App::new();
    let (alice, bob, carol) = (
        app.register("alice").await,
        app.register("bob").await,
        app.register("carol").await,
    );
    follow(&app, &alice, &bob).await;
    follow(&app, &alice, &carol).await;
    follow(&app, &carol, &bob).await;
    let follows = app
        .get(&format!("/relation/follow/list/?token={}", alice.token))
        .await;
    follows.assert_success();
    assert_eq!(
        keys(&follows.body),
        ["status_code", "status_msg", "user_list"]
    );
    assert_eq!(keys(&follows.body["user_list"][0]), USER_KEYS);
    assert_eq!(follows.ids("user_list"), [carol.id, bob.id]);
    assert_eq!(follows.body["user_list"][0]["is_follow"], true);
    let followers = app
        .get(&format!(
            "/relation/follower/list/?user_id={}&token={}",
            bob.id, alice.token
        ))
        .await;
    assert_eq!(followers.ids("user_list"), [carol.id, alice.id]);
    assert_eq!(followers.body["user_list"][0]["is_follow"], true);
    assert_eq!(
        followers.body["user_list"][1]["is_follow"], false,
        "nobody follows themselves"
    );
    let anonymous = app
        .get(&format!(
            "/relation/follower/list/?user_id={}&limit=1",
            bob.id
        ))
        .await;
    assert_eq!(anonymous.ids("user_list"), [carol.id]);
    assert_eq!(anonymous.body["user_list"][0]["is_follow"], false);
    let cursor = anonymous.body["next_cursor"].as_str().unwrap();
    let rest = app
        .get(&format!(
            "/relation/follower/list/?user_id={}&cursor={cursor}",
            bob.id
        ))
        .await;
    assert_eq!(rest.ids("user_list"), [alice.id]);
    assert_eq!(rest.body["next_cursor"], "");
    for list in ["follow", "follower"] {
        app.get(&format!("/relation/{list}/list/"))
            .await
            .assert_failure(2001);
        app.get(&format!("/relation/{list}/list/?user_id=7"))
            .await
            .assert_failure(4001);
    }
}

#[tokio::test]
async fn friends_follow_each_other_and_have_the_newest_message() {
    let app = App::new();
    let (alice, bob, carol) = (
        app.register("alice").await,
        app.register("bob").await,
        app.register("carol").await,
    );
    follow(&app, &alice, &bob).await;
    let none = app
        .get(&format!("/relation/friend/list/?token={}", alice.token))
        .await;
    assert_eq!(none.ids("user_list"), [0_i64; 0]);
    for (one, other) in [(&bob, &alice), (&alice, &carol), (&carol, &alice)] {
        follow(&app, one, other).await;
    }
    for (from, to, text) in [(&alice, &bob, "hi"), (&bob, &alice, "ho")] {
        app.clock.advance_millis(1);
        let query = format!(
            "token={}&to_user_id={}&action_type=1&content={text}",
            from.token, to.id
        );
        app.post(&format!("/message/action/?{query}"))
            .await
            .assert_success();
    }
    let friends = app
        .get(&format!(
            "/relation/friend/list/?token={}&user_id={}",
            alice.token, alice.id
        ))
        .await;
    friends.assert_success();
    assert_eq!(friends.ids("user_list"), [carol.id, bob.id]);
    let mut expected = [&USER_KEYS[..], &["message", "msgType", "msg_type"]].concat();
    expected.sort_unstable();
    assert_eq!(keys(&friends.body["user_list"][0]), expected);
    let message = |friend: &serde_json::Value| {
        (
            friend["message"].clone(),
            friend["msgType"].clone(),
            friend["msg_type"].clone(),
        )
    };
    assert_eq!(
        message(&friends.body["user_list"][0]),
        ("".into(), 0.into(), 0.into())
    );
    assert_eq!(
        message(&friends.body["user_list"][1]),
        ("ho".into(), 0.into(), 0.into())
    );
    let of_bob = app
        .get(&format!("/relation/friend/list/?token={}", bob.token))
        .await;
    assert_eq!(
        message(&of_bob.body["user_list"][0]),
        ("ho".into(), 1.into(), 1.into())
    );
    app.get("/relation/friend/list/?user_id=7")
        .await
        .assert_failure(2001);
    app.get(&format!(
        "/relation/friend/list/?token={}&user_id=7",
        alice.token
    ))
    .await
    .assert_failure(4001);
}
