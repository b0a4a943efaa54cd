//! What a server sends to a collector of traces, and what a collector can do to it.

mod collector;
mod message;

use std::net::TcpListener;
use std::process::Command;

use douyin_media::DEMO_CLIP;

use self::collector::Collector;
use self::message::SentSpan;
use super::client::Client;
use super::program;
use super::running::Running;

/// Sends what it has as soon as it has some, instead of every five seconds.
fn traced(folder: &std::path::Path, endpoint: &str) -> Command {
    let mut command = program(folder);
    command
        .env("DOUYIN_OTLP_ENDPOINT", endpoint)
        .env("DOUYIN_LOG", "off")
        .env("OTEL_BSP_SCHEDULE_DELAY", "50");
    command
}

/// Ends a server as a service manager does and waits until it is gone.
fn end(mut running: Running) {
    let pid = rustix::process::Pid::from_child(&running.child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(running.child.wait().unwrap().success());
}

fn child_of<'s>(spans: &'s [SentSpan], parent: &SentSpan, name: &str) -> &'s SentSpan {
    spans
        .iter()
        .find(|span| span.parent_id == parent.id && span.name == name)
        .unwrap_or_else(|| panic!("no {name} in {}: {spans:#?}", parent.name))
}

#[test]
fn a_trace_tells_where_the_time_of_a_request_goes_and_nothing_private() {
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::start();
    let running = Running::start(traced(folder.path(), &collector.endpoint()));
    let client = Client::new(&running.url());
    let alice = client.register("alice", "secret-of-alice");
    let parts = [
        ("token", Some(alice.token.as_str())),
        ("title", Some("text-of-a-title")),
        ("data", None),
    ];
    assert_eq!(client.upload(DEMO_CLIP, &parts)["status_code"], 0);
    let wrong = [("username", "alice"), ("password", "secret-of-nobody")];
    assert_eq!(
        client.call("POST", "/user/login/", &wrong)["status_code"],
        2003
    );
    running.get(
        "/path-of-a-secret?query=text-of-a-query",
        "x-request-id: trace-7\r\n",
    );
    end(running);

    let sent = collector.received();
    let bytes: Vec<u8> = sent.iter().flatten().copied().collect();
    let text = String::from_utf8_lossy(&bytes);
    for secret in [
        "secret-of-",
        "of-a-secret",
        "text-of-",
        alice.token.as_str(),
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(
        sent.iter()
            .all(|request| message::service_name(request) == "douyin-http")
    );
    let spans: Vec<SentSpan> = sent
        .iter()
        .flat_map(|request| message::spans(request))
        .collect();
    let root = |name: &str| {
        let span = spans.iter().find(|span| span.name == name);
        span.unwrap_or_else(|| panic!("no {name}: {spans:#?}"))
    };
    let registration = root("POST /douyin/user/register");
    assert_eq!(registration.attribute("http.response.status_code"), "200");
    assert_eq!(registration.attribute("douyin.status_code"), "0");
    child_of(&spans, registration, "hash password");
    child_of(&spans, registration, "database write");
    let login = root("POST /douyin/user/login");
    assert_eq!(login.attribute("douyin.status_code"), "2003");
    child_of(&spans, login, "database read");
    let publication = root("POST /douyin/publish/action");
    for step in ["receive", "recognise", "make cover", "sync", "store"] {
        child_of(&spans, publication, step);
    }
    let commit = child_of(&spans, publication, "commit");
    child_of(&spans, commit, "database write");
    let nowhere = root("GET (none)");
    assert_eq!(nowhere.attribute("id"), "trace-7");
    assert_eq!(nowhere.attribute("http.route"), "(none)");
    assert_eq!(nowhere.parent_id, "");
}

#[test]
fn a_trace_that_a_caller_has_begun_goes_on_and_one_that_is_none_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::start();
    let mut command = traced(folder.path(), &collector.endpoint());
    // Whoever sends a trace decides whether it is followed.
    command.env("DOUYIN_OTLP_SAMPLE_RATIO", "0");
    let running = Running::start(command);
    let (trace, caller) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    for given in [
        format!("00-{trace}-{caller}-01"),
        format!("00-{trace}-{caller}-00"),
        "00-not-a-01".to_owned(),
    ] {
        let answer = running.get("/douyin/feed/", &format!("traceparent: {given}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    end(running);
    let sent = collector.received();
    let spans: Vec<SentSpan> = sent
        .iter()
        .flat_map(|request| message::spans(request))
        .collect();
    let [request] = &*spans
        .iter()
        .filter(|span| span.name == "GET /douyin/feed")
        .collect::<Vec<_>>()
    else {
        panic!("not one: {spans:#?}");
    };
    assert_eq!(
        (request.trace_id.as_str(), request.parent_id.as_str()),
        (trace, caller)
    );
    assert!(
        spans.iter().all(|span| span.trace_id == trace),
        "{spans:#?}"
    );
}

/// Makes more spans than can wait to be sent, two a request and more, and ends the server.
fn serves_as_if_nothing_was(endpoint: &str) {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(traced(folder.path(), endpoint));
    let client = Client::new(&running.url());
    let alice = client.register("alice", "secret");
    for _ in 0..2_500 {
        let feed = [("token", alice.token.as_str())];
        assert_eq!(client.call("GET", "/feed/", &feed)["status_code"], 0);
    }
    end(running);
}

#[test]
fn a_collector_that_never_answers_costs_no_answer_and_no_end() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    serves_as_if_nothing_was(&format!("http://{}", silent.local_addr().unwrap()));
}

#[test]
fn a_collector_that_is_not_there_costs_no_answer_and_no_end() {
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    serves_as_if_nothing_was(&format!("http://{gone}"));
}

#[test]
fn a_collector_over_tls_is_refused_with_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let output = traced(folder.path(), "https://collector.example.org")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("otlp.endpoint has to begin with http://"),
        "{error}"
    );
}
