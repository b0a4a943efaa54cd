//! Follows and friends.

use serde_json::json;

use super::{Scene, USER, assert_fields, ids, ok, refused};
use crate::client::Account;

pub(crate) fn check(scene: &Scene) {
    let Scene { client, alice, bob } = scene;
    let follow = |by: &Account, whom: i64, action: &str| {
        let whom = whom.to_string();
        client.call(
            "POST",
            "/relation/action/",
            &[
                ("token", &by.token),
                ("to_user_id", &whom),
                ("action_type", action),
            ],
        )
    };
    refused(&follow(alice, alice.id, "1"), &[]);
    refused(&follow(alice, 42, "1"), &[]);
    ok(&follow(alice, bob.id, "1"));
    assert_eq!(
        scene.get("/relation/friend/list", &[("token", &alice.token)])["user_list"],
        json!([])
    );
    ok(&follow(bob, alice.id, "1"));
    ok(&follow(bob, alice.id, "1"));
    let (alice_id, bob_id) = (alice.id.to_string(), bob.id.to_string());
    let followed = scene.get(
        "/relation/follow/list",
        &[("user_id", &alice_id), ("token", &bob.token)],
    );
    assert_eq!(ids(&ok(&followed)["user_list"]), [bob.id]);
    assert_fields(&followed["user_list"][0], USER);
    let followers = scene.get(
        "/relation/follower/list",
        &[("user_id", &bob_id), ("token", &bob.token)],
    );
    assert_eq!(ids(&ok(&followers)["user_list"]), [alice.id]);
    assert_eq!(followers["user_list"][0]["is_follow"], true);
    let friends = scene.get(
        "/relation/friend/list",
        &[("token", &alice.token), ("user_id", &alice_id)],
    );
    let friend = &ok(&friends)["user_list"][0];
    assert_fields(
        friend,
        USER.into_iter().chain(["message", "msgType", "msg_type"]),
    );
    assert_eq!(
        (&friend["id"], &friend["message"]),
        (&json!(bob.id), &json!(""))
    );
    refused(
        &scene.get("/relation/friend/list", &[]),
        &[("user_list", json!([]))],
    );
}
