//! `/publish/delete/`

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use douyin_cache::{CacheOptions, CachedStore};
use douyin_core::Limits;
use douyin_store_mem::MemStore;
use serde_json::Value;

use crate::app::{Answer, App, Caller, FORM, JSON, keys};

async fn delete(app: &App, by: &Caller, video: i64) -> Answer {
    let path = format!("/publish/delete/?video_id={video}&token={}", by.token);
    app.post(&path).await
}

async fn like(app: &App, by: &Caller, video: i64) -> Answer {
    let like = format!("video_id={video}&action_type=1&token={}", by.token);
    app.post(&format!("/favorite/action/?{like}")).await
}

async fn user(app: &App, of: &Caller) -> Value {
    let path = format!("/user/?token={}", of.token);
    app.get(&path).await.body["user"].clone()
}

/// The API, and the same where answers are remembered.
fn apps() -> [App; 2] {
    let remembering = CachedStore::alone(Arc::new(MemStore::new()), CacheOptions::default());
    let remembering = App::over(remembering, Limits::default(), |api| api);
    [App::new(), remembering]
}

#[tokio::test]
async fn a_deleted_video_is_gone_for_everybody_at_once() {
    for app in apps() {
        let (alice, bob) = (app.register("alice").await, app.register("bob").await);
        let kept = app.publish(&alice, "kept").await;
        let deleted = app.publish(&alice, "deleted").await;
        for video in [kept, deleted] {
            like(&app, &bob, video).await.assert_success();
        }
        let lists = |viewer: &Caller| {
            let of_alice = format!("user_id={}&token={}", alice.id, viewer.token);
            let of_bob = format!("user_id={}&token={}", bob.id, viewer.token);
            [
                "/feed/".to_owned(),
                format!("/feed/?token={}", viewer.token),
                format!("/publish/list/?{of_alice}"),
                format!("/favorite/list/?{of_bob}"),
            ]
        };
        for (is_deleted, expected) in [(false, vec![deleted, kept]), (true, vec![kept])] {
            if is_deleted {
                let answer = delete(&app, &alice, deleted).await;
                answer.assert_success();
                assert_eq!(keys(&answer.body), ["status_code", "status_msg"]);
            }
            for path in [&alice, &bob].into_iter().flat_map(lists) {
                let mut listed = app.get(&path).await.ids("video_list");
                listed.sort_by_key(|video| expected.iter().position(|id| id == video));
                assert_eq!(listed, expected, "{path}");
            }
        }
        let alice = user(&app, &alice).await;
        assert_eq!(alice["work_count"], 1);
        assert_eq!(alice["total_favorited"], 1);
        assert_eq!(user(&app, &bob).await["favorite_count"], 1);
    }
}

#[tokio::test]
async fn nothing_can_be_done_with_a_deleted_video() {
    for app in apps() {
        let (alice, bob) = (app.register("alice").await, app.register("bob").await);
        let video = app.publish(&alice, "deleted").await;
        let comment = format!("video_id={video}&action_type=1&token={}", bob.token);
        let comment = format!("/comment/action/?{comment}&comment_text=hello");
        let written = app.post(&comment).await;
        written.assert_success();
        delete(&app, &alice, video).await.assert_success();

        delete(&app, &alice, video).await.assert_failure(4002);
        like(&app, &bob, video).await.assert_failure(4002);
        app.post(&comment).await.assert_failure(4002);
        let below = format!("/comment/list/?video_id={video}");
        app.get(&below).await.assert_failure(4002);
        let id = &written.body["comment"]["id"];
        let gone = format!("video_id={video}&action_type=2&comment_id={id}");
        let gone = format!("/comment/action/?{gone}&token={}", bob.token);
        app.post(&gone).await.assert_failure(4003);
    }
}

#[tokio::test]
async fn only_its_author_deletes_a_video() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let video = app.publish(&alice, "hers").await;
    delete(&app, &bob, video).await.assert_failure(3004);
    delete(&app, &bob, video + 1).await.assert_failure(4002);
    let anonymous = format!("/publish/delete/?video_id={video}");
    app.post(&anonymous).await.assert_failure(2001);
    let nothing = format!("/publish/delete/?token={}", alice.token);
    app.post(&nothing).await.assert_failure(1002);
    assert_eq!(app.get("/feed/").await.ids("video_list"), [video]);
    for (language, expected) in [
        ("en", "You can only delete your own videos."),
        ("zh-CN", "只能删除自己的视频"),
    ] {
        let path = format!("video_id={video}&token={}", bob.token);
        let request = Request::post(format!("/douyin/publish/delete/?{path}"))
            .header("accept-language", language)
            .body(Body::empty())
            .unwrap();
        assert_eq!(app.call(request).await.body["status_msg"], expected);
    }
}

#[tokio::test]
async fn the_parameters_of_a_deletion_may_be_anywhere() {
    let app = App::new();
    let alice = app.register("alice").await;
    let token = &alice.token;
    let path = "/publish/delete/";
    let video = app.publish(&alice, "by form").await;
    let form = format!("video_id={video}&token={token}");
    app.send("POST", path, FORM, form).await.assert_success();
    let video = app.publish(&alice, "by json").await;
    let json = serde_json::json!({ "video_id": video.to_string(), "token": token });
    let json = json.to_string();
    app.send("POST", path, JSON, json).await.assert_success();
    assert!(app.get("/feed/").await.ids("video_list").is_empty());
}
