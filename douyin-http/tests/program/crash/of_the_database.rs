//! The database is killed, and comes back, below a server that stays.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{CLIENTS, Outcome, Writers, leftovers, rounds};
use crate::client::{Account, Answer, Client};
use crate::database::on_each;
use crate::database_server::DatabaseServer;
use crate::running::Running;
use crate::site::Site;

on_each!(every_acknowledged_write_survives_the_end_of_the_database: database_server(postgres, mariadb));
fn every_acknowledged_write_survives_the_end_of_the_database(database: &DatabaseServer) {
    // The covers are not what is tried here, and drawing them would take most of the time.
    let site = Site::on_url(Some(database.url()))
        .with("DOUYIN_MEDIA_FFMPEG", "off")
        // Each request that could not be served would be a warning.
        .with("DOUYIN_LOG", "error");
    let mut server = site.start();
    let client = Client::new(&server.url());
    let bystander = client.register("bystander", "password");
    let mut writers = Writers::begin(&client, 0..CLIENTS);
    for round in 0..rounds() {
        let kill = || database.kill();
        let acknowledged = writers.write_until(&client, round, kill, Outcome::Unavailable);
        assert_every_endpoint_says_that_it_cannot(&client, &bystander);
        wait_for_readiness(&client, &server, 503);
        database.restart();
        wait_for_readiness(&client, &server, 200);
        writers.verify(&client, round);
        site.assert_no_drift();
        println!(
            "round {round}: the database ended after {acknowledged} acknowledged writes, all there"
        );
    }
    // Uploads that were under way keep their files until the next start has asked the database about them.
    server.kill();
    let server = site.start();
    let client = Client::new(&server.url());
    leftovers::assert_none(&client, &site.data(), rounds());
}

/// Waits until the server says so about itself, which it finds out once a second at most.
fn wait_for_readiness(client: &Client, server: &Running, status: u16) {
    let url = format!("{}/readyz", server.url());
    let begun = Instant::now();
    while client.get(&url, &[]).status() != status {
        let waited = begun.elapsed();
        assert!(
            waited < Duration::from_mins(1),
            "/readyz never says {status}"
        );
        // Leaves the processor to the database, which has to recover.
        sleep(Duration::from_millis(10));
    }
}

/// A method, a path, and parameters beside the token.
type Call<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// All at once, and no request waits for a database that is not there.
fn assert_every_endpoint_says_that_it_cannot(client: &Client, account: &Account) {
    let id = account.id.to_string();
    let (user, video, peer) = (("user_id", &*id), ("video_id", &*id), ("to_user_id", "1"));
    let (name, password) = (("username", "bystander"), ("password", "password"));
    let (on, text) = (("action_type", "1"), "a text");
    let calls: [Call; 15] = [
        ("GET", "/feed/", &[]),
        ("POST", "/user/register/", &[("username", "new"), password]),
        ("POST", "/user/login/", &[name, password]),
        ("GET", "/user/", &[]),
        ("GET", "/publish/list/", &[user]),
        ("POST", "/favorite/action/", &[video, on]),
        ("GET", "/favorite/list/", &[user]),
        (
            "POST",
            "/comment/action/",
            &[video, on, ("comment_text", text)],
        ),
        ("GET", "/comment/list/", &[video]),
        ("POST", "/relation/action/", &[peer, on]),
        ("GET", "/relation/follow/list/", &[user]),
        ("GET", "/relation/follower/list/", &[user]),
        ("GET", "/relation/friend/list/", &[user]),
        ("POST", "/message/action/", &[peer, on, ("content", text)]),
        ("GET", "/message/chat/", &[peer]),
    ];
    let token = ("token", account.token.as_str());
    std::thread::scope(|scope| {
        for (method, path, parameters) in calls {
            let parameters = [&[token], parameters].concat();
            scope.spawn(move || {
                assert_says_that_it_cannot(client.try_call(method, path, &parameters), path);
            });
        }
        let form = [("token", Some(token.1)), ("data", None)];
        let upload = client.try_upload(douyin_media::DEMO_CLIP, &form);
        assert_says_that_it_cannot(upload, "/publish/action/");
    });
}

fn assert_says_that_it_cannot(answer: Option<Answer>, path: &str) {
    let answer = answer.unwrap_or_else(|| panic!("{path} is not answered"));
    assert!(answer.is_unavailable(), "{path}: {answer:?}");
}
