//! Two people and a real video, from the registration to the chat, over a real socket, on every store.

mod accounts;
mod comments;
mod favorites;
mod messages;
mod publishing;
mod relations;
mod transport;

use std::collections::BTreeSet;

use douyin_media::DEMO_CLIP;
use serde_json::Value;

use crate::client::{Account, Client};
use crate::database::{Database, on_each};
use crate::running::Running;
use crate::site::Site;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json; charset=utf-8";
const USER: [&str; 11] = [
    "id",
    "name",
    "follow_count",
    "follower_count",
    "is_follow",
    "avatar",
    "background_image",
    "signature",
    "total_favorited",
    "work_count",
    "favorite_count",
];
const VIDEO: [&str; 8] = [
    "id",
    "author",
    "play_url",
    "cover_url",
    "favorite_count",
    "comment_count",
    "is_favorite",
    "title",
];

fn ok(answer: &Value) -> &Value {
    assert_eq!(answer["status_code"], 0, "{answer}");
    answer
}

/// A failure that people can read and that has these payload keys and no others.
fn refused(answer: &Value, payload: &[(&str, Value)]) {
    assert!(
        answer["status_code"].as_i64().is_some_and(|code| code > 0),
        "{answer}"
    );
    assert!(
        answer["status_msg"]
            .as_str()
            .is_some_and(|text| text.len() > 3),
        "{answer}"
    );
    assert_fields(
        answer,
        ["status_code", "status_msg"]
            .into_iter()
            .chain(payload.iter().map(|(key, _)| *key)),
    );
    for (key, value) in payload {
        assert_eq!(&answer[key], value, "{answer}");
    }
}

fn assert_fields<'a>(object: &Value, fields: impl IntoIterator<Item = &'a str>) {
    let there: BTreeSet<&str> = object
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(there, fields.into_iter().collect(), "{object}");
}

fn ids(list: &Value) -> Vec<i64> {
    list.as_array()
        .expect("a list")
        .iter()
        .map(|entry| entry["id"].as_i64().expect("an id is a number"))
        .collect()
}

/// `1234567` as `1.234567e+06`, the way Go prints a float.
fn exponent(id: i64) -> String {
    let digits = id.to_string();
    format!("{}.{}e+{:02}", &digits[..1], &digits[1..], digits.len() - 1)
}

struct Scene {
    client: Client,
    alice: Account,
    bob: Account,
}

impl Scene {
    /// Each call below goes out with and without the slash and must answer the same.
    fn get(&self, path: &str, parameters: &[(&str, &str)]) -> Value {
        let mut with_slash = self.client.call("GET", &format!("{path}/"), parameters);
        let without = self.client.call("GET", path, parameters);
        // An empty feed page carries the present in `next_time`; nothing else may differ.
        if let Some(next_time) = with_slash.get_mut("next_time") {
            assert!(next_time.is_number(), "{path}: {next_time}");
            *next_time = without["next_time"].clone();
        }
        assert_eq!(with_slash, without, "{path}");
        without
    }

    fn publish(&self, by: &Account, title: &str) -> i64 {
        let parts = [
            ("data", None),
            ("title", Some(title)),
            ("token", Some(by.token.as_str())),
        ];
        let answer = self.client.upload(DEMO_CLIP, &parts);
        assert_fields(ok(&answer), ["status_code", "status_msg"]);
        let mine = self.get("/publish/list", &[("token", &by.token)]);
        let newest = &ok(&mine)["video_list"][0];
        assert_eq!(newest["title"], title);
        newest["id"].as_i64().expect("an id is a number")
    }
}

on_each!(two_people_use_all_sixteen_endpoints: database(memory));
fn two_people_use_all_sixteen_endpoints(database: &Database) {
    let site = Site::on(database);
    play(&site.start());
}

on_each!(two_people_use_all_sixteen_endpoints_and_a_crash_loses_nothing: database(sqlite, postgres, mariadb));
fn two_people_use_all_sixteen_endpoints_and_a_crash_loses_nothing(database: &Database) {
    let site = Site::on(database);
    let mut server = site.start();
    let (scene, video) = play(&server);

    let before = everything(&scene, video);
    server.kill();
    let server = site.start();
    let scene = Scene {
        client: Client::new(&server.url()),
        ..scene
    };
    assert_eq!(
        without_urls(everything(&scene, video)),
        without_urls(before),
        "nothing is missing after kill -9"
    );
    site.assert_no_drift();
}

/// The whole play; answers who played, and Alice's first video.
fn play(server: &Running) -> (Scene, i64) {
    let client = Client::new(&server.url());
    let scene = Scene {
        alice: client.register("Alice", "password"),
        bob: client.register("小明", "密码密码密码"),
        client,
    };
    accounts::check(&scene);
    let first = publishing::check(&scene, &server.url());
    favorites::check(&scene, first);
    comments::check(&scene, first);
    relations::check(&scene);
    messages::check(&scene);
    transport::check(&scene, &server.url());
    (scene, first)
}

/// What the two can see, to compare before and after.
fn everything(scene: &Scene, video: i64) -> Vec<Value> {
    let (token, bob, video) = (
        scene.alice.token.as_str(),
        scene.bob.id.to_string(),
        video.to_string(),
    );
    vec![
        scene.get("/feed", &[("token", token)]),
        scene.get("/user", &[("token", token)]),
        scene.get("/user", &[("token", token), ("user_id", &bob)]),
        scene.get("/publish/list", &[("token", token)]),
        scene.get("/favorite/list", &[("token", token), ("user_id", &bob)]),
        scene.get("/comment/list", &[("token", token), ("video_id", &video)]),
        scene.get("/relation/follow/list", &[("token", token)]),
        scene.get("/relation/follower/list", &[("token", token)]),
        scene.get("/relation/friend/list", &[("token", token)]),
        scene.get("/message/chat", &[("token", token), ("to_user_id", &bob)]),
    ]
}

/// The restarted server has another port, and with it other absolute URLs.
fn without_urls(mut answers: Vec<Value>) -> Vec<Value> {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|key, _| {
                    !key.ends_with("_url") && key != "avatar" && key != "background_image"
                });
                fields.values_mut().for_each(strip);
            }
            Value::Array(entries) => entries.iter_mut().for_each(strip),
            _ => {}
        }
    }
    answers.iter_mut().for_each(strip);
    answers
}
