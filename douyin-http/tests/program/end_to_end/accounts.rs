//! Registering, logging in and looking at people, with parameters in every place.

use serde_json::json;

use super::{FORM, JSON, Scene, USER, assert_fields, exponent, ok, refused};
use crate::client::encode;

pub(crate) fn check(Scene { client, alice, bob }: &Scene) {
    let taken = client.call(
        "POST",
        "/user/register",
        &[("username", "ＡＬＩＣＥ "), ("password", "password")],
    );
    refused(&taken, &[("user_id", json!(0)), ("token", json!(""))]);
    let short = client.call(
        "POST",
        "/user/register/",
        &[("username", "carol"), ("password", "1234")],
    );
    refused(&short, &[("user_id", json!(0)), ("token", json!(""))]);

    // Every place for parameters: form, JSON and multipart bodies; the query is used everywhere else.
    let form = client.call_with_body(
        "POST",
        "/user/login/",
        FORM,
        encode(&[("username", "alice"), ("password", "password")]),
    );
    assert_eq!(ok(&form)["user_id"], alice.id);
    let body = json!({"username": "小明", "password": "密码密码密码"}).to_string();
    assert_eq!(
        ok(&client.call_with_body("POST", "/user/login", JSON, body))["user_id"],
        bob.id
    );
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nalice\r\n--b\r\n\
                     Content-Disposition: form-data; name=\"password\"\r\n\r\npassword\r\n--b--\r\n";
    let multipart = client.call_with_body(
        "POST",
        "/user/login/",
        "multipart/form-data; boundary=b",
        multipart,
    );
    assert_eq!(ok(&multipart)["user_id"], alice.id);

    let wrong = client.call(
        "POST",
        "/user/login/",
        &[("username", "alice"), ("password", "wrong one")],
    );
    let nobody = client.call(
        "POST",
        "/user/login/",
        &[("username", "nobody"), ("password", "wrong one")],
    );
    refused(&wrong, &[("user_id", json!(0)), ("token", json!(""))]);
    assert_eq!(
        wrong, nobody,
        "one message for a wrong password and for no such user"
    );

    let me = client.call("GET", "/user/", &[("token", &alice.token)]);
    let user = &ok(&me)["user"];
    assert_fields(user, USER);
    assert_eq!(
        (&user["id"], &user["name"]),
        (&json!(alice.id), &json!("Alice"))
    );
    for picture in ["avatar", "background_image"] {
        let picture = client.get(user[picture].as_str().expect("a URL"), &[]);
        assert_eq!(picture.status(), 200);
        assert!(
            picture.headers()["content-type"]
                .to_str()
                .is_ok_and(|kind| kind.starts_with("image/"))
        );
    }
    let seen_as_float = client.call(
        "GET",
        "/user",
        &[("token", &bob.token), ("user_id", &exponent(alice.id))],
    );
    assert_eq!(ok(&seen_as_float)["user"]["id"], alice.id);
    let form_on_get = encode(&[("token", &bob.token), ("user_id", &alice.id.to_string())]);
    assert_eq!(
        ok(&client.call_with_body("GET", "/user/", FORM, form_on_get))["user"]["id"],
        alice.id
    );
    let numbers = json!({"token": bob.token, "user_id": alice.id}).to_string();
    assert_eq!(
        ok(&client.call_with_body("GET", "/user/", JSON, numbers))["user"]["id"],
        alice.id
    );
    refused(
        &client.call("GET", "/user/", &[("user_id", &alice.id.to_string())]),
        &[],
    );
    for bad in ["0", "-1", "1.5", "NaN", "1e400", "１２", "9007199254740992"] {
        refused(
            &client.call("GET", "/user/", &[("token", &bob.token), ("user_id", bad)]),
            &[],
        );
    }
}
