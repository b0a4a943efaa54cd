//! `/user/profile/`: editing one's profile.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use douyin_http::api::{Action, Allowance, RateLimit};
use serde_json::{Value, json};

use crate::app::{App, Caller, FORM, JSON, MULTIPART, keys, multipart, text};
use crate::user::USER_KEYS;

const PATH: &str = "/user/profile/";

/// What the profile says, to the user and to somebody else.
async fn texts(app: &App, user: &Caller, viewer: &Caller) -> [(Value, Value); 2] {
    let mut seen = Vec::new();
    for token in [&user.token, &viewer.token] {
        let path = format!("/user/?user_id={}&token={token}", user.id);
        let user = &app.get(&path).await.body["user"];
        seen.push((user["name"].clone(), user["signature"].clone()));
    }
    seen.try_into().unwrap()
}

#[tokio::test]
async fn an_edited_profile_is_answered_as_one_sees_oneself_and_shown_to_everybody() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    app.publish(&alice, "hello").await;
    let form = format!("name=小明&signature=你好，世界&token={}", alice.token);
    let answer = app.send("POST", PATH, FORM, form).await;
    answer.assert_success();
    assert_eq!(keys(&answer.body), ["status_code", "status_msg", "user"]);
    assert_eq!(keys(&answer.body["user"]), USER_KEYS);
    let own = app.get(&format!("/user/?token={}", alice.token)).await;
    assert_eq!(answer.body["user"], own.body["user"]);
    let now = (json!("小明"), json!("你好，世界"));
    assert_eq!(texts(&app, &alice, &bob).await, [now.clone(), now]);
    let feed = app.get("/feed/").await;
    assert_eq!(feed.body["video_list"][0]["author"]["name"], "小明");
}

#[tokio::test]
async fn the_parameters_may_be_anywhere() {
    let app = App::new();
    let alice = app.register("alice").await;
    let token = &alice.token;
    let parts = multipart(&[
        text("name=\"token\"", token),
        text("name=\"name\"", "by parts"),
    ]);
    for (query, media_type, body, name) in [
        (
            format!("?name=by+query&token={token}"),
            "",
            vec![],
            "by query",
        ),
        (
            String::new(),
            FORM,
            format!("name=by+form&token={token}").into(),
            "by form",
        ),
        (
            String::new(),
            JSON,
            json!({ "name": "by json", "signature": null, "clear": "", "token": token })
                .to_string()
                .into(),
            "by json",
        ),
        (String::new(), MULTIPART, parts, "by parts"),
        (
            format!("?token={token}"),
            JSON,
            br#"{"name":12345}"#.to_vec(),
            "12345",
        ),
    ] {
        let answer = app
            .send("POST", &format!("{PATH}{query}"), media_type, body)
            .await;
        answer.assert_success();
        assert_eq!(answer.body["user"]["name"], name);
    }
}

#[tokio::test]
async fn what_is_not_given_or_empty_stays_and_a_signature_is_emptied_by_its_own_word() {
    let app = App::new();
    let alice = app.register("alice").await;
    let edit = async |parameters: &str| {
        let answer = app
            .post(&format!("{PATH}?token={}&{parameters}", alice.token))
            .await;
        answer.assert_success();
        let user = &answer.body["user"];
        let text = |key: &str| user[key].as_str().unwrap().to_owned();
        [text("name"), text("signature")]
    };
    assert_eq!(edit("signature=+hello+").await, ["alice", "hello"]);
    assert_eq!(edit("name=bob&signature=").await, ["bob", "hello"]);
    assert_eq!(edit("name=&clear=signature").await, ["bob", ""]);
    assert_eq!(edit("clear=signature&signature=").await, ["bob", ""]);
    assert_eq!(edit("name=bob").await, ["bob", ""], "as it was");
    assert_eq!(edit("signature=again").await, ["bob", "again"]);
    assert_eq!(
        edit("signature=%E3%80%80").await,
        ["bob", ""],
        "white space alone is empty"
    );
}

#[tokio::test]
async fn a_refused_edit_changes_nothing_and_says_why_in_both_languages() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let token = format!("token={}", alice.token);
    let long_name = format!("{token}&signature=new&name={}", "n".repeat(33));
    let long_signature = format!("{token}&name=new&signature={}", "s".repeat(257));
    for (query, code, english, chinese) in [
        (
            &*format!("{token}&signature=new&name=%EF%BC%A2ob"),
            5001,
            "This user name is taken.",
            "用户名已被使用",
        ),
        (
            &*long_name,
            1004,
            "A user name has 1 to 32 characters.",
            "用户名须为 1 到 32 个字符",
        ),
        (
            &*format!("{token}&signature=new&name=%20"),
            1004,
            "A user name has 1 to 32 characters.",
            "用户名须为 1 到 32 个字符",
        ),
        (
            &*long_signature,
            1009,
            "A signature has at most 256 characters.",
            "个性签名最多 256 个字符",
        ),
        (
            &*format!("{token}&signature=new&name=a%0Ab"),
            1010,
            "The text contains a character that is not allowed.",
            "内容包含不允许的字符",
        ),
        (
            &*format!("{token}&name=new&signature=a%00b"),
            1010,
            "The text contains a character that is not allowed.",
            "内容包含不允许的字符",
        ),
        (
            &*token,
            1002,
            "name/signature is missing.",
            "缺少 name/signature",
        ),
        (
            &*format!("{token}&name=&signature="),
            1002,
            "name/signature is missing.",
            "缺少 name/signature",
        ),
        (
            &*format!("{token}&name=new&clear=name"),
            1003,
            "clear is not valid.",
            "clear 无效",
        ),
        (
            &*format!("{token}&signature=new&clear=signature"),
            1003,
            "clear is not valid.",
            "clear 无效",
        ),
        ("name=new", 2001, "Please sign in first.", "请先登录"),
    ] {
        for (language, expected) in [("en", english), ("zh-CN", chinese)] {
            let request = Request::post(format!("/douyin{PATH}?{query}"))
                .header("accept-language", language)
                .body(Body::empty())
                .unwrap();
            let answer = app.call(request).await;
            answer.assert_failure(code);
            assert_eq!(answer.body["status_msg"], expected, "{query}");
            assert_eq!(keys(&answer.body), ["status_code", "status_msg"]);
        }
    }
    let before = (json!("alice"), json!(""));
    assert_eq!(texts(&app, &alice, &bob).await, [before.clone(), before]);
}

#[tokio::test]
async fn whoever_has_no_account_has_no_profile_to_edit() {
    let app = App::new();
    let path = format!("{PATH}?name=alice&token={}", app.token_of(7));
    app.post(&path).await.assert_failure(4001);
}

#[tokio::test]
async fn a_new_name_signs_in_and_the_old_one_is_free() {
    let app = App::new();
    let alice = app.register("alice").await;
    let respelt = format!("{PATH}?name=%EF%BC%A1LICE&token={}", alice.token);
    let respelt = app.post(&respelt).await;
    respelt.assert_success();
    assert_eq!(respelt.body["user"]["name"], "ＡLICE");
    app.post(&format!("{PATH}?name=carol&token={}", alice.token))
        .await
        .assert_success();
    let login = async |name: &str| {
        let path = format!("/user/login/?username={name}&password=secret");
        app.post(&path).await
    };
    assert_eq!(login("carol").await.body["user_id"], alice.id);
    login("alice").await.assert_failure(2003);
    let other = app.register("alice").await;
    assert_eq!(login("alice").await.body["user_id"], other.id);
    let own = app.get(&format!("/user/?token={}", alice.token)).await;
    assert_eq!(own.body["user"]["name"], "carol", "the session goes on");
}

#[tokio::test]
async fn edits_count_as_writes() {
    let once = Allowance {
        times: 1,
        window: Duration::from_secs(10),
    };
    let limit = RateLimit {
        per_account: Some(once),
        ..RateLimit::default()
    };
    let app = App::with(|api| api.rate_limit(Action::Writing, limit));
    let alice = app.register("alice").await;
    let path = format!("{PATH}?signature=hello&token={}", alice.token);
    app.post(&path).await.assert_success();
    let refused = app.post(&path).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.code(), 7003);
}
