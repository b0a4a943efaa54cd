//! What a running server tells of itself on its inner port.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use douyin_http::metrics::{Description, Kind, METRICS};
use douyin_media::DEMO_CLIP;
use serde_json::Value;

use super::client::Client;
use super::program;
use super::running::Running;

/// A server, and its inner address as another [`Running`]'s would be.
pub(super) fn start(mut command: Command) -> (Running, std::net::SocketAddr) {
    command
        .env("DOUYIN_ADMIN_LISTEN", "127.0.0.1:0")
        .env("DOUYIN_LOG", "warn,douyin_http::command=info")
        .env("DOUYIN_LOG_FORMAT", "json")
        .stderr(Stdio::piped());
    let mut running = Running::start(command);
    let mut log = BufReader::new(running.child.stderr.take().unwrap()).lines();
    let admin = log.find_map(|line| {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        line["admin_url"]
            .as_str()?
            .strip_prefix("http://")?
            .parse()
            .ok()
    });
    // Whoever stops reading what a server says stops the server.
    std::thread::spawn(move || log.for_each(drop));
    (running, admin.expect("it says where"))
}

#[test]
fn a_server_tells_every_metric_that_there_is_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (mut running, admin) = start(program(folder.path()));
    let client = Client::new(&running.url());
    let alice = client.register("alice", "secret");
    let parts = [("token", Some(alice.token.as_str())), ("data", None)];
    assert_eq!(client.upload(DEMO_CLIP, &parts)["status_code"], 0);
    let list = [("token", alice.token.as_str())];
    let published = client.call("GET", "/publish/list/", &list);
    let play = published["video_list"][0]["play_url"].as_str().unwrap();
    let sent = client.get(play, &[]).into_body().read_to_vec().unwrap();
    assert_eq!(sent, DEMO_CLIP);

    running.address = admin;
    let answer = running.get("/metrics", "");
    let (_, text) = answer.split_once("\r\n\r\n").unwrap();
    let told: BTreeSet<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split([' ', '{']).next().unwrap())
        .collect();
    let known: BTreeSet<String> = METRICS.iter().flat_map(Description::series).collect();
    let unknown: Vec<_> = told.iter().filter(|name| !known.contains(**name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    // What has not happened yet is a family without series.
    let happened = ["douyin_http_requests_abandoned_total"];
    // This server has neither.
    let elsewhere = ["douyin_redis_", "douyin_bucket_"];
    let missing: Vec<_> = known
        .iter()
        .filter(|name| !told.contains(name.as_str()) && !happened.contains(&name.as_str()))
        .filter(|name| !elsewhere.iter().any(|kind| name.starts_with(kind)))
        .filter(|name| cfg!(target_os = "linux") || !name.starts_with("process_"))
        .collect();
    assert!(missing.is_empty(), "{missing:?} in {text}");
    let clip = u32::try_from(DEMO_CLIP.len()).unwrap().into();
    for (name, least) in [
        ("douyin_upload_received_bytes_total", clip),
        ("douyin_media_sent_bytes_total", clip),
        ("douyin_password_hash_duration_seconds_count", 1.0),
        ("douyin_database_batch_writes_sum", 2.0),
        ("douyin_node_ready", 1.0),
        ("douyin_database_readers", 4.0),
        ("process_open_fds", 5.0),
    ] {
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name} ")));
        let value: f64 = value
            .unwrap_or_else(|| panic!("no {name} in {text}"))
            .parse()
            .unwrap();
        assert!(value >= least, "{name} {value}");
    }
    for metric in METRICS {
        let labels = metric.labels.iter().map(|label| format!("{label}=\""));
        let line = text.lines().find(|line| {
            let name = line.split([' ', '{']).next().unwrap();
            metric.series().iter().any(|series| series == name)
        });
        if let (Some(line), true) = (line, metric.kind != Kind::Histogram) {
            assert!(labels.clone().all(|label| line.contains(&label)), "{line}");
        }
    }
}
