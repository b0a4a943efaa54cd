//! Deletions and pictures, over a real socket and a `kill -9`.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use douyin_media::DEMO_CLIP;
use serde_json::Value;

use crate::client::{Account, Client};
use crate::database::{Database, on_each};
use crate::site::Site;

/// Of two threads that delete each half.
const VIDEOS: usize = 24;

/// A picture of one pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

on_each!(what_was_deleted_stays_so_through_kill_9_and_what_was_not_is_whole: database(sqlite, postgres, mariadb));
fn what_was_deleted_stays_so_through_kill_9_and_what_was_not_is_whole(database: &Database) {
    let site = Site::on(database);
    let mut server = site.start();
    let client = Client::new(&server.url());
    let alice = client.register("alice", "password");
    let bob = client.register("bob", "password");
    for number in 0..VIDEOS {
        let title = number.to_string();
        let parts = [
            ("data", None),
            ("title", Some(&*title)),
            ("token", Some(&*alice.token)),
        ];
        ok(&client.upload(DEMO_CLIP, &parts));
    }
    let videos = listed(&client, &alice);
    assert_eq!(videos.len(), VIDEOS);
    for video in &videos {
        let like = [
            ("video_id", &*video.to_string()),
            ("action_type", "1"),
            ("token", &*bob.token),
        ];
        ok(&client.call("POST", "/favorite/action/", &like));
    }
    set_avatar(&client, &alice);

    let (acknowledged, deleted) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for half in videos.chunks(VIDEOS / 2) {
            let (client, alice) = (&client, &alice);
            let (acknowledged, deleted) = (&acknowledged, &deleted);
            scope.spawn(move || {
                for video in half {
                    let deletion = [("video_id", &*video.to_string()), ("token", &*alice.token)];
                    let Some(answer) = client.try_call("POST", "/publish/delete/", &deletion)
                    else {
                        return;
                    };
                    ok(&answer.decided());
                    deleted.lock().expect("nobody panicked").push(*video);
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        while acknowledged.load(Ordering::SeqCst) < VIDEOS / 4 {
            std::thread::yield_now();
        }
        server.kill();
    });
    let deleted = deleted.into_inner().expect("nobody panicked");

    let server = site.start();
    let client = Client::new(&server.url());
    let left = listed(&client, &alice);
    assert!(left.iter().all(|video| !deleted.contains(video)));
    assert!(left.len() < VIDEOS, "some were deleted");
    let user = profile(&client, &alice);
    assert_eq!(user["work_count"], left.len());
    assert_eq!(user["total_favorited"], left.len());
    let avatar = user["avatar"].as_str().expect("a URL");
    let avatar = client.get(avatar, &[]);
    assert_eq!(avatar.status(), 200);
    assert_eq!(avatar.headers()["content-type"], "image/jpeg");
    site.assert_no_drift();

    // Whatever the kill left undone of the likes is done by a job.
    for video in left {
        let deletion = [("video_id", &*video.to_string()), ("token", &*alice.token)];
        ok(&client.call("POST", "/publish/delete/", &deletion));
    }
    crate::wait_until("the likes of deleted videos are forgotten", || {
        profile(&client, &bob)["favorite_count"] == 0
    });
    site.assert_no_drift();
}

fn ok(answer: &Value) {
    assert_eq!(answer["status_code"], 0, "{answer}");
}

fn profile(client: &Client, of: &Account) -> Value {
    client.call("GET", "/user/", &[("token", &of.token)])["user"].clone()
}

fn listed(client: &Client, author: &Account) -> Vec<i64> {
    let list = client.call("GET", "/publish/list/", &[("token", &author.token)]);
    let videos = list["video_list"].as_array().expect("a list").iter();
    let ids = videos.map(|video| video["id"].as_i64().expect("an id is a number"));
    ids.collect()
}

fn set_avatar(client: &Client, of: &Account) {
    const HEAD: &str = "--B\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n";
    let token = format!(
        "\r\n--B\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{}\r\n--B--\r\n",
        of.token
    );
    let body = [HEAD.as_bytes(), GIF, token.as_bytes()].concat();
    let form = "multipart/form-data; boundary=B";
    ok(&client.call_with_body("POST", "/user/avatar/", form, body));
}
