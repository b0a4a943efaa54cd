//! What the log says, and what it does not.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::thread::JoinHandle;

use douyin_media::DEMO_CLIP;
use serde_json::Value;

use super::client::Client;
use super::program;
use super::running::Running;

/// A server, and what it will have written to its log when it is gone.
fn start(folder: &std::path::Path, filter: &str) -> (Running, JoinHandle<String>) {
    start_with(program(folder), filter)
}

fn start_with(mut command: Command, filter: &str) -> (Running, JoinHandle<String>) {
    command
        .env("DOUYIN_LOG", filter)
        .env("DOUYIN_LOG_FORMAT", "json")
        .stderr(Stdio::piped());
    let mut running = Running::start(command);
    let mut log = running
        .child
        .stderr
        .take()
        .expect("standard error is piped");
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        log.read_to_string(&mut text).expect("the log is UTF-8");
        text
    });
    (running, reading)
}

#[test]
fn a_warning_has_the_request_id_of_its_answer_even_where_only_warnings_are_logged() {
    let folder = tempfile::tempdir().unwrap();
    let (running, log) = start(folder.path(), "warn");
    let media = folder.path().join("data/media");
    std::fs::remove_dir_all(&media).unwrap();
    std::fs::write(&media, "a file in its place").unwrap();
    let ready = running.get("/readyz", "x-request-id: trace-7\r\n");
    assert!(ready.starts_with("HTTP/1.1 503 "), "{ready}");
    assert!(ready.contains("x-request-id: trace-7\r\n"), "{ready}");
    drop(running);
    let log = log.join().unwrap();
    let lines = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect::<Vec<Value>>();
    let [warning] = &lines[..] else {
        panic!("not one line: {log}");
    };
    assert_eq!(warning["level"], "WARN", "{log}");
    assert_eq!(warning["request_id"], "trace-7", "{log}");
}

#[test]
fn every_line_of_a_publication_has_its_request_id() {
    let folder = tempfile::tempdir().unwrap();
    // Fails in a task of the upload's own, which says so.
    let start = || {
        let mut command = program(folder.path());
        command
            .env("DOUYIN_MEDIA_FFMPEG", "/bin/false")
            // What is done with it later is of no request.
            .env("DOUYIN_JOBS_ENABLED", "false");
        start_with(
            command,
            "warn,douyin_http=trace,douyin_media=trace,douyin_core=trace,douyin_store_sql=trace",
        )
    };
    let (running, log) = start();
    let alice = Client::new(&running.url()).register("alice", "secret");
    drop(running);
    log.join().unwrap();

    let (running, log) = start();
    let body = format!(
        "--B\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{}\r\n\
         --B\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.mp4\"\r\n\r\n",
        alice.token
    );
    let body = [body.as_bytes(), DEMO_CLIP, b"\r\n--B--\r\n"].concat();
    let request = ureq::http::Request::post(format!("{}/douyin/publish/action/", running.url()))
        .header("content-type", "multipart/form-data; boundary=B")
        .header("x-request-id", "publication-7");
    let mut answer = Client::new(&running.url())
        .try_send(request.body(body).unwrap())
        .unwrap();
    assert_eq!(answer.headers()["x-request-id"], "publication-7");
    let envelope = answer.body_mut().read_to_string().unwrap();
    assert!(envelope.contains("\"status_code\":0,"), "{envelope}");
    drop(running);

    let log = log.join().unwrap();
    let lines = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .skip_while(|line: &Value| line["message"] != "ready")
        .skip(1)
        .collect::<Vec<Value>>();
    let of_the_request = |line: &&Value| line["request_id"] == "publication-7";
    let (own, others): (Vec<&Value>, Vec<&Value>) = lines.iter().partition(of_the_request);
    for said in ["no cover from the video", "answered"] {
        assert!(
            own.iter().any(|line| line["message"] == said),
            "{said}: {log}"
        );
    }
    // The writer's transactions are those of many requests, and some of none.
    let of_the_writer = |line: &&Value| line["target"] == "douyin_store_sql::statement";
    let others: Vec<_> = others
        .into_iter()
        .filter(|line| !of_the_writer(line))
        .collect();
    assert_eq!(others, Vec::<&Value>::new());
}

#[test]
fn no_log_line_has_a_password_a_token_or_what_people_write_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let (running, log) = start(folder.path(), "trace");
    let client = Client::new(&running.url());
    let accepted = |answer: &Value| assert_eq!(answer["status_code"], 0, "{answer}");

    let alice = client.register("alice", "pw-in-query");
    let bob = client.call_with_body(
        "POST",
        "/user/register/",
        "application/x-www-form-urlencoded",
        "username=bob&password=pw-in-body",
    );
    accepted(&bob);
    let bob = bob["user_id"].to_string();
    let token = alice.token.as_str();
    accepted(&client.call("GET", "/user/", &[("token", token)]));
    let profile = running.get(
        "/douyin/user/",
        &format!("authorization: Bearer {token}\r\n"),
    );
    assert!(profile.contains("\"status_code\":0"), "{profile}");

    let parts = [
        ("token", Some(token)),
        ("title", Some("text-of-a-title")),
        ("data", None),
    ];
    accepted(&client.upload(DEMO_CLIP, &parts));
    let published = client.call("GET", "/publish/list/", &[("token", token)]);
    let video = published["video_list"][0]["id"].to_string();
    let comment = [
        ("token", token),
        ("video_id", &video),
        ("action_type", "1"),
        ("comment_text", "text-of-a-comment"),
    ];
    accepted(&client.call("POST", "/comment/action/", &comment));
    let message = [
        ("token", token),
        ("to_user_id", &bob),
        ("action_type", "1"),
        ("content", "text-of-a-message"),
    ];
    accepted(&client.call("POST", "/message/action/", &message));
    let chat = [("token", token), ("to_user_id", bob.as_str())];
    let chat = client.call("GET", "/message/chat/", &chat);
    assert_eq!(chat["message_list"][0]["content"], "text-of-a-message");
    // What is refused is as private as what is taken.
    let unknown = [("token", token), ("to_user_id", "1"), ("action_type", "1")];
    let unknown = [&unknown[..], &[("content", "text-of-a-refused-message")]].concat();
    let refused = client.call("POST", "/message/action/", &unknown);
    assert_ne!(refused["status_code"], 0, "{refused}");

    // Nor what is asked for where there is nothing, nor what a client calls itself.
    let nowhere = running.get(
        "/path-of-a-secret?query=path-of-a-secret",
        "user-agent: path-of-a-secret\r\nx-request-id: path of-a-secret\r\ncookie: path-of-a-secret\r\n",
    );
    assert!(nowhere.starts_with("HTTP/1.1 404 "), "{nowhere}");

    drop(running);
    let log = log.join().unwrap();
    assert!(
        log.contains(r#""route":"/douyin/message/chat","status":200"#),
        "{log}"
    );
    for secret in ["pw-in-", "text-of-", "of-a-secret", token] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

#[test]
fn a_second_server_on_one_folder_says_what_it_needs_unless_that_was_seen_to() {
    for (alone, warned) in [("auto", true), ("false", false)] {
        let folder = tempfile::tempdir().unwrap();
        let start = || {
            let mut command = program(folder.path());
            command.env("DOUYIN_CACHE_ALONE", alone);
            start_with(command, "warn")
        };
        let (first, second) = (start(), start());
        let [first, second] = [first, second].map(|(running, log)| {
            drop(running);
            log.join().unwrap()
        });
        assert_eq!(first, "");
        assert_eq!(
            second.contains("set cache.alone to false"),
            warned,
            "{second}"
        );
    }
}
