//! `/user/…`

use crate::app::{App, FORM, JSON, keys};

pub(crate) const USER_KEYS: [&str; 11] = [
    "avatar",
    "background_image",
    "favorite_count",
    "follow_count",
    "follower_count",
    "id",
    "is_follow",
    "name",
    "signature",
    "total_favorited",
    "work_count",
];

#[tokio::test]
async fn a_registered_user_is_signed_in_at_once() {
    let app = App::new();
    let answer = app
        .send(
            "POST",
            "/user/register/",
            FORM,
            "username=小明&password=密码密码密码",
        )
        .await;
    answer.assert_success();
    assert_eq!(
        keys(&answer.body),
        ["status_code", "status_msg", "token", "user_id"]
    );
    let (id, token) = (
        answer.body["user_id"].as_i64().unwrap(),
        answer.body["token"].as_str().unwrap(),
    );
    assert!((1..=9_007_199_254_740_991).contains(&id));
    assert!(
        token
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)),
        "{token}"
    );
    let user = app.get(&format!("/user/?user_id={id}&token={token}")).await;
    user.assert_success();
    assert_eq!(keys(&user.body), ["status_code", "status_msg", "user"]);
    assert_eq!(keys(&user.body["user"]), USER_KEYS);
    assert_eq!(user.body["user"]["name"], "小明");
    assert_eq!(user.body["user"]["is_follow"], false);
    for url in ["avatar", "background_image"] {
        let url = user.body["user"][url].as_str().unwrap();
        assert!(
            url.starts_with("http://video.example.com/media/default/"),
            "{url}"
        );
    }
}

#[tokio::test]
async fn a_taken_name_is_a_conflict_however_it_is_spelt() {
    let app = App::new();
    app.register("Alice").await;
    let again = app
        .send(
            "POST",
            "/user/register/",
            JSON,
            r#"{"username":"ＡＬＩＣＥ","password":12345}"#,
        )
        .await;
    again.assert_failure(5001);
    assert_eq!(again.body["user_id"], 0);
    assert_eq!(again.body["token"], "");
}

#[tokio::test]
async fn names_and_passwords_have_bounds() {
    let app = App::new();
    for (form, code) in [
        ("password=secret", 1002),
        ("username=alice", 1002),
        ("username=&password=secret", 1002),
        ("username=%20&password=secret", 1004),
        (
            &format!("username={}&password=secret", "名".repeat(33)),
            1004,
        ),
        ("username=a%0Ab&password=secret", 1010),
        ("username=alice&password=1234", 1005),
        (
            &format!("username=alice&password={}", "密".repeat(33)),
            1005,
        ),
    ] {
        app.send("POST", "/user/register/", FORM, form.to_owned())
            .await
            .assert_failure(code);
    }
    let longest = format!("username={}&password={}", "名".repeat(32), "密".repeat(32));
    app.send("POST", "/user/register/", FORM, longest)
        .await
        .assert_success();
}

#[tokio::test]
async fn a_login_answers_as_a_registration_does_and_does_not_say_what_was_wrong() {
    let app = App::new();
    let alice = app.register("alice").await;
    let login = app
        .post("/user/login/?username=alice&password=secret")
        .await;
    login.assert_success();
    assert_eq!(
        keys(&login.body),
        ["status_code", "status_msg", "token", "user_id"]
    );
    assert_eq!(login.body["user_id"], alice.id);
    let wrong = app.post("/user/login/?username=alice&password=wrong").await;
    let nobody = app
        .post("/user/login/?username=nobody&password=secret")
        .await;
    wrong.assert_failure(2003);
    assert_eq!(wrong.body, nobody.body);
    assert_eq!(wrong.body["token"], "");
}

#[tokio::test]
async fn a_password_may_have_spaces_around_it_and_they_count() {
    let app = App::new();
    app.send(
        "POST",
        "/user/register/",
        FORM,
        "username=bob&password=+12345+",
    )
    .await
    .assert_success();
    app.send(
        "POST",
        "/user/login/",
        FORM,
        "username=bob&password=+12345+",
    )
    .await
    .assert_success();
    app.send("POST", "/user/login/", FORM, "username=bob&password=12345")
        .await
        .assert_failure(2003);
}

#[tokio::test]
async fn without_an_id_the_caller_is_meant() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    for query in ["", "&user_id=", "&user_id"] {
        let me = app
            .get(&format!("/user/?token={}{query}", alice.token))
            .await;
        assert_eq!(me.body["user"]["id"], alice.id);
    }
    let other = app
        .get(&format!("/user/?token={}&user_id={}", alice.token, bob.id))
        .await;
    assert_eq!(other.body["user"]["id"], bob.id);
    let nobody = app
        .get(&format!("/user/?token={}&user_id=7", alice.token))
        .await;
    nobody.assert_failure(4001);
    assert_eq!(keys(&nobody.body), ["status_code", "status_msg"]);
}
