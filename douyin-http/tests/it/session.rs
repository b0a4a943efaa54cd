//! Logging out, changing the password, renewing tokens.

mod uploads;

use axum::http::StatusCode;
use douyin_core::port::MockStore;
use douyin_core::{Credentials, Generation, Limits, PasswordHash, StoreError, UserId};
use douyin_http::api::Allowance;

use crate::app::{App, Caller, FORM, JSON, keys};

const ENDED: u64 = 2002;
const WRONG_PASSWORD: u64 = 2004;

async fn assert_signed_in(app: &App, token: &str) {
    app.get(&format!("/user/?token={token}"))
        .await
        .assert_success();
}

async fn assert_ended(app: &App, token: &str) {
    app.get(&format!("/user/?token={token}"))
        .await
        .assert_failure(ENDED);
}

async fn sign_in(app: &App, name: &str, password: &str) -> String {
    let path = format!("/user/login/?username={name}&password={password}");
    let answer = app.post(&path).await;
    answer.assert_success();
    answer.body["token"].as_str().unwrap().to_owned()
}

/// Asks for another token or password, and is given a token.
async fn token_from(app: &App, caller: &Caller, path_and_query: &str) -> String {
    let answer = app.post(path_and_query).await;
    answer.assert_success();
    assert_eq!(
        keys(&answer.body),
        ["status_code", "status_msg", "token", "user_id"]
    );
    assert_eq!(answer.body["user_id"], caller.id);
    answer.body["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_logs_out_is_out_with_every_token_of_the_session_and_with_no_other() {
    let app = App::new();
    let alice = app.register("alice").await;
    let elsewhere = sign_in(&app, "alice", "secret").await;
    let renewed = token_from(&app, &alice, &format!("/user/token/?token={}", alice.token)).await;
    let out = app
        .post(&format!("/user/logout/?token={}", alice.token))
        .await;
    out.assert_success();
    assert_eq!(keys(&out.body), ["status_code", "status_msg"]);
    for token in [&alice.token, &renewed] {
        assert_ended(&app, token).await;
        app.post(&format!("/user/token/?token={token}"))
            .await
            .assert_failure(ENDED);
    }
    assert_signed_in(&app, &elsewhere).await;
}

#[tokio::test]
async fn logging_out_twice_is_a_success() {
    let app = App::new();
    let alice = app.register("alice").await;
    let elsewhere = sign_in(&app, "alice", "secret").await;
    for _ in 0..2 {
        let path = format!("/user/logout?token={}", alice.token);
        app.post(&path).await.assert_success();
    }
    // A session that was ended alone has no say about others.
    let path = format!("/user/logout/all/?token={}", alice.token);
    app.post(&path).await.assert_failure(ENDED);
    assert_signed_in(&app, &elsewhere).await;
    let path = format!("/user/logout/all/?token={elsewhere}");
    for _ in 0..2 {
        app.post(&path).await.assert_success();
    }
}

#[tokio::test]
async fn who_logs_out_everywhere_is_out_with_every_token_until_they_sign_in_again() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let elsewhere = sign_in(&app, "alice", "secret").await;
    let path = format!("/user/logout/all/?token={elsewhere}");
    app.post(&path).await.assert_success();
    for token in [&alice.token, &elsewhere] {
        assert_ended(&app, token).await;
    }
    assert_signed_in(&app, &bob.token).await;
    let again = sign_in(&app, "alice", "secret").await;
    assert_signed_in(&app, &again).await;
    // A client that did not hear the answer, and asks again much later.
    app.post(&path).await.assert_success();
    assert_signed_in(&app, &again).await;
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_the_old_password_is_of_no_use() {
    let app = App::new();
    let alice = app.register("alice").await;
    let elsewhere = sign_in(&app, "alice", "secret").await;
    let body = format!(
        r#"{{"old_password":"secret","new_password":"battery staple","token":"{}"}}"#,
        alice.token
    );
    let answer = app.send("POST", "/user/password/", JSON, body).await;
    answer.assert_success();
    let fresh = answer.body["token"].as_str().unwrap();
    for token in [&alice.token, &elsewhere] {
        assert_ended(&app, token).await;
    }
    assert_signed_in(&app, fresh).await;
    app.post("/user/login/?username=alice&password=secret")
        .await
        .assert_failure(2003);
    let again = sign_in(&app, "alice", "battery+staple").await;
    assert_signed_in(&app, &again).await;
    let path =
        format!("/user/password/?token={again}&old_password=battery+staple&new_password=secret");
    let another = token_from(&app, &alice, &path).await;
    assert_ended(&app, fresh).await;
    assert_signed_in(&app, &another).await;
}

#[tokio::test]
async fn a_password_is_not_changed_by_whoever_does_not_know_it_or_wants_a_bad_one() {
    let app = App::new();
    let alice = app.register("alice").await;
    let token = &alice.token;
    for (old, new, code) in [
        ("wrong", "battery", WRONG_PASSWORD),
        ("SECRET", "battery", WRONG_PASSWORD),
        ("secret", "four", 1005),
        ("secret", "123456789012345678901234567890123", 1005),
        ("", "battery", 1002),
        ("secret", "", 1002),
    ] {
        let body = format!("token={token}&old_password={old}&new_password={new}");
        let answer = app.send("POST", "/user/password/", FORM, body).await;
        answer.assert_failure(code);
        assert_eq!(
            (&answer.body["user_id"], &answer.body["token"]),
            (&0.into(), &"".into())
        );
    }
    let nobody = "/user/password/?old_password=secret&new_password=battery";
    app.post(nobody).await.assert_failure(2001);
    assert_signed_in(&app, token).await;
    sign_in(&app, "alice", "secret").await;
}

#[tokio::test]
async fn of_two_who_change_a_password_at_once_one_does() {
    let app = App::new();
    let alice = app.register("alice").await;
    let change = async |new: &str| {
        let path = format!("/user/password/?old_password=secret&new_password={new}");
        app.post(&format!("{path}&token={}", alice.token)).await
    };
    let (one, other) = tokio::join!(change("battery"), change("staple"));
    let mut codes = [one.code(), other.code()];
    codes.sort_unstable();
    // The second one may find the session ended, the password changed while it was checked, or another one there.
    assert_eq!(codes[0], 0, "{one:?} {other:?}");
    assert!(
        [ENDED, WRONG_PASSWORD].contains(&codes[1]),
        "{one:?} {other:?}"
    );
}

#[tokio::test]
async fn wrong_old_passwords_count_as_failed_logins() {
    let app = App::with(|api| {
        api.login_misses(Allowance {
            times: 2,
            window: std::time::Duration::from_mins(5),
        })
    });
    let alice = app.register("alice").await;
    let path = format!("/user/password/?token={}&new_password=battery", alice.token);
    let wrong = format!("{path}&old_password=wrong");
    app.post(&wrong).await.assert_failure(WRONG_PASSWORD);
    app.post("/user/login/?username=ALICE&password=wrong")
        .await
        .assert_failure(2003);
    let right = format!("{path}&old_password=secret");
    for refused in [app.post(&wrong).await, app.post(&right).await] {
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::TOO_MANY_REQUESTS, 7001)
        );
        assert_eq!(refused.headers["retry-after"], "300");
    }
    app.clock.advance_millis(300_000);
    app.post(&right).await.assert_success();
}

#[tokio::test]
async fn a_renewed_token_lives_on_and_the_old_one_until_it_expires() {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    let app = App::new();
    let alice = app.register("alice").await;
    app.clock.advance_millis(DAY - 1_000);
    let path = format!("/user/token/?token={}", alice.token);
    let renewed = token_from(&app, &alice, &path).await;
    assert_signed_in(&app, &alice.token).await;
    app.clock.advance_millis(1_000);
    assert_ended(&app, &alice.token).await;
    app.post(&path).await.assert_failure(ENDED);
    assert_signed_in(&app, &renewed).await;
    // And so on, for as long as somebody comes back in time.
    app.clock.advance_millis(DAY - 2_000);
    let path = format!("/user/token/?token={renewed}");
    let again = token_from(&app, &alice, &path).await;
    app.clock.advance_millis(DAY - 1_000);
    assert_signed_in(&app, &again).await;
    app.post(&format!("/user/logout/?token={again}"))
        .await
        .assert_success();
    assert_ended(&app, &again).await;
}

#[tokio::test]
async fn an_ended_session_is_anonymous_where_anonymous_callers_are_let_in() {
    let app = App::new();
    let alice = app.register("alice").await;
    let video = app.publish(&alice, "first").await;
    let like = format!(
        "/favorite/action/?token={}&video_id={video}&action_type=1",
        alice.token
    );
    app.post(&like).await.assert_success();
    let feed = format!("/feed/?token={}", alice.token);
    let liked = async || app.get(&feed).await.body["video_list"][0]["is_favorite"].clone();
    assert_eq!(liked().await, true);
    app.post(&format!("/user/logout/?token={}", alice.token))
        .await
        .assert_success();
    assert_eq!(liked().await, false);
    app.post(&like).await.assert_failure(ENDED);
    let list = format!("/publish/list/?token={}", alice.token);
    app.get(&list).await.assert_failure(2001);
}

#[tokio::test]
async fn where_the_store_fails_nothing_has_ended_as_far_as_anybody_knows() {
    let mut store = MockStore::default();
    let unavailable = || StoreError::Unavailable("away".into());
    store
        .sessions
        .expect_end_session()
        .returning(move |_| Err(unavailable()));
    store
        .sessions
        .expect_end_all_sessions()
        .returning(move |_| Err(unavailable()));
    store
        .users
        .expect_profile()
        .returning(|_, user| Ok(Some(profile(user))));
    store.users.expect_credentials_of().returning(|user| {
        Ok(Some(Credentials {
            user,
            // bcrypt of the SHA-256 of "secret" would be here: it is never got to.
            password: PasswordHash::new("no hash"),
            generation: Generation::FIRST,
        }))
    });
    let app = App::over(store, Limits::default(), |api| api);
    let token = app.token_of(7);
    for path in ["/user/logout/", "/user/logout/all/"] {
        let answer = app.post(&format!("{path}?token={token}")).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
    let path = format!("/user/password/?token={token}&old_password=secret&new_password=battery");
    app.post(&path).await.assert_failure(9001);
    assert_signed_in(&app, &token).await;
}

fn profile(id: UserId) -> douyin_core::User {
    douyin_core::User {
        id,
        name: "alice".to_owned(),
        signature: String::new(),
        avatar: None,
        background: None,
        follow_count: 0,
        follower_count: 0,
        total_favorited: 0,
        work_count: 0,
        favorite_count: 0,
        is_follow: false,
    }
}

#[tokio::test]
async fn the_token_of_a_user_who_is_not_there_ends_nothing() {
    let app = App::new();
    let token = app.token_of(7);
    for path in ["/user/logout/", "/user/logout/all/"] {
        let answer = app.post(&format!("{path}?token={token}")).await;
        answer.assert_failure(4001);
    }
    let path = format!("/user/password/?token={token}&old_password=secret&new_password=battery");
    app.post(&path).await.assert_failure(4001);
    for path in ["/user/logout/", "/user/logout/all/", "/user/token/"] {
        app.post(path).await.assert_failure(2001);
        app.post(&format!("{path}?token=a.b.c"))
            .await
            .assert_failure(ENDED);
    }
}
