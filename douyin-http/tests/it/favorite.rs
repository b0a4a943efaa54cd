//! `/favorite/…`

use crate::app::{App, keys};
use crate::feed::VIDEO_KEYS;

#[tokio::test]
async fn likes_are_counted_once_and_taken_back_once() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let video = app.publish(&alice, "").await;
    for (action, count) in [(1, 1), (1, 1), (2, 0), (2, 0), (1, 1)] {
        let answer = app
            .post(&format!(
                "/favorite/action/?token={}&video_id={video}&action_type={action}",
                bob.token
            ))
            .await;
        answer.assert_success();
        assert_eq!(keys(&answer.body), ["status_code", "status_msg"]);
        let list = app
            .get(&format!("/publish/list/?user_id={}", alice.id))
            .await;
        assert_eq!(list.body["video_list"][0]["favorite_count"], count);
        assert_eq!(
            list.body["video_list"][0]["author"]["total_favorited"],
            count
        );
        let me = app.get(&format!("/user/?token={}", bob.token)).await;
        assert_eq!(me.body["user"]["favorite_count"], count);
    }
}

#[tokio::test]
async fn what_cannot_be_liked_is_a_failure() {
    let app = App::new();
    let alice = app.register("alice").await;
    let video = app.publish(&alice, "").await;
    for (query, code) in [
        ("video_id=7&action_type=1".to_owned(), 4002),
        ("video_id=7&action_type=2".to_owned(), 4002),
        (format!("video_id={video}&action_type=3"), 1003),
        (format!("video_id={video}"), 1002),
        ("action_type=1".to_owned(), 1002),
    ] {
        app.post(&format!("/favorite/action/?token={}&{query}", alice.token))
            .await
            .assert_failure(code);
    }
    app.post(&format!("/favorite/action/?video_id={video}&action_type=1"))
        .await
        .assert_failure(2001);
}

#[tokio::test]
async fn liked_videos_are_listed_latest_like_first() {
    let app = App::new();
    let alice = app.register("alice").await;
    let (first, second) = (app.publish(&alice, "").await, app.publish(&alice, "").await);
    for video in [second, first] {
        app.clock.advance_millis(1);
        app.post(&format!(
            "/favorite/action/?token={}&video_id={video}&action_type=1",
            alice.token
        ))
        .await
        .assert_success();
    }
    for query in [
        format!("token={}", alice.token),
        format!("user_id={}", alice.id),
    ] {
        let list = app.get(&format!("/favorite/list/?{query}")).await;
        list.assert_success();
        assert_eq!(list.ids("video_list"), [first, second]);
        assert_eq!(
            keys(&list.body),
            ["status_code", "status_msg", "video_list"]
        );
        assert_eq!(keys(&list.body["video_list"][0]), VIDEO_KEYS);
    }
    let page = app
        .get(&format!("/favorite/list/?user_id={}&limit=1", alice.id))
        .await;
    assert_eq!(page.ids("video_list"), [first]);
    let cursor = page.body["next_cursor"].as_str().unwrap();
    let rest = app
        .get(&format!(
            "/favorite/list/?user_id={}&limit=1&cursor={cursor}",
            alice.id
        ))
        .await;
    assert_eq!(rest.ids("video_list"), [second]);
    assert_eq!(rest.body["next_cursor"], "");
}

#[tokio::test]
async fn the_list_of_nobody_is_a_failure() {
    let app = App::new();
    app.get("/favorite/list/").await.assert_failure(2001);
    app.get("/favorite/list/?user_id=7")
        .await
        .assert_failure(4001);
}
