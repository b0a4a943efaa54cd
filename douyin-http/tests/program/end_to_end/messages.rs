//! Chat.

use serde_json::json;

use super::{Scene, assert_fields, ok, refused};
use crate::client::Account;

pub(crate) fn check(scene: &Scene) {
    let Scene { client, alice, bob } = scene;
    let send = |by: &Account, to: i64, text: &str| {
        let to = to.to_string();
        let parameters = [
            ("token", by.token.as_str()),
            ("to_user_id", &to),
            ("action_type", "1"),
            ("content", text),
        ];
        client.call("POST", "/message/action/", &parameters)
    };
    let chat = |by: &Account, with: i64, more: &[(&str, &str)]| {
        let with = with.to_string();
        let parameters = [
            &[("token", by.token.as_str()), ("to_user_id", with.as_str())],
            more,
        ]
        .concat();
        scene.get("/message/chat", &parameters)
    };
    for (by, to, text) in [
        (alice, bob, "在吗？"),
        (bob, alice, "在 👋"),
        (alice, bob, "\"quoted\" \\ text"),
    ] {
        assert_fields(ok(&send(by, to.id, text)), ["status_code", "status_msg"]);
    }
    refused(&send(alice, alice.id, "to myself"), &[]);
    refused(&send(alice, 42, "to nobody"), &[]);
    let history = chat(alice, bob.id, &[("pre_msg_time", "0")]);
    let list = ok(&history)["message_list"].as_array().expect("a list");
    assert_fields(
        &list[0],
        ["id", "to_user_id", "from_user_id", "content", "create_time"],
    );
    let texts: Vec<&str> = list
        .iter()
        .filter_map(|message| message["content"].as_str())
        .collect();
    assert_eq!(texts, ["在吗？", "在 👋", "\"quoted\" \\ text"]);
    let times: Vec<i64> = list
        .iter()
        .filter_map(|message| message["create_time"].as_i64())
        .collect();
    assert!(
        times.len() == 3 && times.windows(2).all(|pair| pair[0] < pair[1]),
        "{times:?}"
    );

    // An app polls from the last message it has: only what it received; a browser, or who asks for it, gets both.
    let since = times[0].to_string();
    let received = chat(alice, bob.id, &[("pre_msg_time", &since)]);
    assert_eq!(received["message_list"].as_array().map(Vec::len), Some(1));
    let both = chat(
        alice,
        bob.id,
        &[("pre_msg_time", &since), ("include_self", "1")],
    );
    assert_eq!(both["message_list"].as_array().map(Vec::len), Some(2));
    let friends = scene.get("/relation/friend/list", &[("token", &bob.token)]);
    let friend = &friends["user_list"][0];
    assert_eq!(
        (&friend["message"], &friend["msgType"], &friend["msg_type"]),
        (&json!(texts[2]), &json!(0), &json!(0))
    );
    let alone = client.call(
        "GET",
        "/message/chat/",
        &[("to_user_id", &bob.id.to_string())],
    );
    refused(&alone, &[("message_list", json!([]))]);
}
