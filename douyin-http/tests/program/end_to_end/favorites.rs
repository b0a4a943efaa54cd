//! Likes.

use serde_json::json;

use super::{Scene, exponent, ids, ok, refused};

pub(crate) fn check(scene: &Scene, video: i64) {
    let Scene { client, alice, bob } = scene;
    let like = |action: &str, id: &str| {
        client.call(
            "POST",
            "/favorite/action/",
            &[
                ("token", &bob.token),
                ("video_id", id),
                ("action_type", action),
            ],
        )
    };
    for _ in 0..2 {
        ok(&like("1", &exponent(video)));
    }
    let seen_by_bob = &scene.get("/feed", &[("token", &bob.token)])["video_list"][1];
    assert_eq!(
        (&seen_by_bob["is_favorite"], &seen_by_bob["favorite_count"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(seen_by_bob["author"]["total_favorited"], 1);
    assert_eq!(
        scene.get("/feed", &[("token", "expired")])["video_list"][1]["is_favorite"],
        false
    );
    let list = scene.get(
        "/favorite/list",
        &[("user_id", &bob.id.to_string()), ("token", &alice.token)],
    );
    assert_eq!(ids(&ok(&list)["video_list"]), [video]);
    ok(&like("2", &video.to_string()));
    ok(&like("2", &video.to_string()));
    assert_eq!(
        scene.get("/favorite/list", &[("token", &bob.token)])["video_list"],
        json!([])
    );
    ok(&like("1", &video.to_string()));
    for (action, id) in [
        ("3", video.to_string()),
        ("1", "42".to_owned()),
        ("", video.to_string()),
    ] {
        refused(&like(action, &id), &[]);
    }
    refused(
        &client.call(
            "POST",
            "/favorite/action",
            &[("video_id", &video.to_string()), ("action_type", "1")],
        ),
        &[],
    );
    refused(
        &scene.get("/favorite/list", &[]),
        &[("video_list", json!([]))],
    );
}
