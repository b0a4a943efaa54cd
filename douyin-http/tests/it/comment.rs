//! `/comment/…`

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::app::{Answer, App, Caller, FORM, keys};
use crate::user::USER_KEYS;

const COMMENT_KEYS: [&str; 4] = ["content", "create_date", "id", "user"];

async fn add(app: &App, by: &Caller, video: i64, text: &str) -> Answer {
    let form = format!(
        "token={}&video_id={video}&action_type=1&comment_text={text}",
        by.token
    );
    app.send("POST", "/comment/action/", FORM, form).await
}

async fn delete(app: &App, by: &Caller, video: i64, comment: &Value) -> Answer {
    let query = format!(
        "token={}&video_id={video}&action_type=2&comment_id={comment}",
        by.token
    );
    app.post(&format!("/comment/action/?{query}")).await
}

#[tokio::test]
async fn a_comment_is_answered_listed_and_counted() {
    let app = App::new();
    let (alice, bob) = (app.register("alice").await, app.register("bob").await);
    let video = app.publish(&alice, "").await;
    let added = add(&app, &bob, video, "+好看%21+").await;
    added.assert_success();
    assert_eq!(keys(&added.body), ["comment", "status_code", "status_msg"]);
    let comment = &added.body["comment"];
    assert_eq!(keys(comment), COMMENT_KEYS);
    assert_eq!(keys(&comment["user"]), USER_KEYS);
    assert_eq!(comment["content"], "好看!");
    assert_eq!(comment["create_date"], "09-22", "the date in Shanghai");
    assert_eq!(comment["user"]["id"], bob.id);
    app.clock.advance_millis(1_000);
    let second = add(&app, &alice, video, "谢谢").await;
    let list = app.get(&format!("/comment/list/?video_id={video}")).await;
    list.assert_success();
    assert_eq!(
        keys(&list.body),
        ["comment_list", "status_code", "status_msg"]
    );
    assert_eq!(list.body["comment_list"][0], second.body["comment"]);
    assert_eq!(list.body["comment_list"][1], *comment);
    let feed = app.get("/feed/").await;
    assert_eq!(feed.body["video_list"][0]["comment_count"], 2);
}

#[tokio::test]
async fn dates_are_those_of_the_configured_time_zone() {
    let app = App::with(|api| api.time_zone(TimeZone::UTC));
    let alice = app.register("alice").await;
    let video = app.publish(&alice, "").await;
    assert_eq!(
        add(&app, &alice, video, "x").await.body["comment"]["create_date"],
        "09-21"
    );
}

#[tokio::test]
async fn a_comment_is_deleted_once_by_its_author_or_the_videos() {
    let app = App::new();
    let (alice, bob, carol) = (
        app.register("alice").await,
        app.register("bob").await,
        app.register("carol").await,
    );
    let (video, other) = (app.publish(&alice, "").await, app.publish(&alice, "").await);
    let by_bob = add(&app, &bob, video, "1").await.body["comment"]["id"].clone();
    let also_by_bob = add(&app, &bob, video, "2").await.body["comment"]["id"].clone();
    delete(&app, &carol, video, &by_bob)
        .await
        .assert_failure(3001);
    delete(&app, &bob, other, &by_bob)
        .await
        .assert_failure(4003);
    let deleted = delete(&app, &bob, video, &by_bob).await;
    deleted.assert_success();
    assert_eq!(keys(&deleted.body), ["status_code", "status_msg"]);
    delete(&app, &bob, video, &by_bob)
        .await
        .assert_failure(4003);
    delete(&app, &alice, video, &also_by_bob)
        .await
        .assert_success();
    let list = app.get(&format!("/comment/list/?video_id={video}")).await;
    assert_eq!(list.body["comment_list"], serde_json::json!([]));
    let feed = app
        .get(&format!("/publish/list/?user_id={}", alice.id))
        .await;
    assert_eq!(feed.body["video_list"][1]["comment_count"], 0);
}

#[tokio::test]
async fn what_cannot_be_commented_on_is_a_failure() {
    let app = App::new();
    let alice = app.register("alice").await;
    let video = app.publish(&alice, "").await;
    add(&app, &alice, 7, "x").await.assert_failure(4002);
    add(&app, &alice, video, "").await.assert_failure(1002);
    add(&app, &alice, video, "%20").await.assert_failure(1007);
    add(&app, &alice, video, &"好".repeat(1025))
        .await
        .assert_failure(1007);
    add(&app, &alice, video, &"好".repeat(1024))
        .await
        .assert_success();
    app.post(&format!(
        "/comment/action/?token={}&video_id={video}&action_type=3",
        alice.token
    ))
    .await
    .assert_failure(1003);
    app.get("/comment/list/").await.assert_failure(1002);
    app.get("/comment/list/?video_id=7")
        .await
        .assert_failure(4002);
}

#[tokio::test]
async fn comments_have_pages() {
    let app = App::new();
    let alice = app.register("alice").await;
    let video = app.publish(&alice, "").await;
    for text in ["1", "2", "3"] {
        add(&app, &alice, video, text).await.assert_success();
    }
    let first = app
        .get(&format!("/comment/list/?video_id={video}&limit=2"))
        .await;
    assert_eq!(first.body["comment_list"][1]["content"], "2");
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let rest = app
        .get(&format!(
            "/comment/list/?video_id={video}&limit=2&cursor={cursor}"
        ))
        .await;
    assert_eq!(rest.body["comment_list"][0]["content"], "1");
    assert_eq!(rest.body["next_cursor"], "");
}
