//! Comments.

use serde_json::{Value, json};

use super::{Scene, assert_fields, ids, ok, refused};
use crate::client::Account;

pub(crate) fn check(scene: &Scene, video: i64) {
    let Scene { client, alice, bob } = scene;
    let video = video.to_string();
    let add = |by: &Account, text: &str| {
        let parameters = [
            ("token", by.token.as_str()),
            ("video_id", &video),
            ("action_type", "1"),
            ("comment_text", text),
            ("comment_id", "undefined"),
        ];
        client.call("POST", "/comment/action/", &parameters)
    };
    let delete = |by: &Account, id: &Value| {
        let id = id.to_string();
        let parameters = [
            ("token", by.token.as_str()),
            ("video_id", &video),
            ("action_type", "2"),
            ("comment_id", &id),
        ];
        client.call("POST", "/comment/action", &parameters)
    };
    let kept = add(bob, " <b>好</b> 🎉 ");
    let comment = &ok(&kept)["comment"];
    assert_fields(comment, ["id", "user", "content", "create_date"]);
    assert_eq!(
        (&comment["content"], &comment["user"]["id"]),
        (&json!("<b>好</b> 🎉"), &json!(bob.id))
    );
    assert_eq!(
        comment["create_date"].as_str().map(str::len),
        Some("MM-DD".len())
    );
    let theirs = ok(&add(bob, "to be deleted by the video's author"))["comment"]["id"].clone();
    let own = ok(&add(alice, "her own"))["comment"]["id"].clone();
    refused(&delete(bob, &own), &[]);
    ok(&delete(alice, &theirs));
    refused(&delete(alice, &theirs), &[]);
    ok(&delete(alice, &own));
    refused(&add(bob, "  "), &[]);
    refused(&add(bob, &"长".repeat(1025)), &[]);
    let list = scene.get("/comment/list", &[("video_id", &video)]);
    assert_eq!(
        ids(&ok(&list)["comment_list"]),
        [comment["id"].as_i64().expect("an id is a number")]
    );
    refused(
        &scene.get("/comment/list", &[("video_id", "42")]),
        &[("comment_list", json!([]))],
    );
    assert_eq!(scene.get("/feed", &[])["video_list"][1]["comment_count"], 1);
}
