//! What changes in a server that runs, and what does not.

mod under_load;

use std::fs;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::PathBuf;
use std::process::{ChildStderr, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::client::Client;
use super::program;
use super::running::Running;

/// What is logged of it: nobody reads more than that, and a full pipe would hold the server up.
const FOLLOWED: &str = "warn,douyin_http::open=info";

/// A server with a configuration file, and its log.
struct Reloading {
    folder: tempfile::TempDir,
    running: Running,
    log: Lines<BufReader<ChildStderr>>,
}

impl Reloading {
    fn start(configuration: &str, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("douyin.toml");
        fs::write(&path, configuration).unwrap();
        let mut command = program(folder.path());
        command
            .arg("--config")
            .arg(path)
            .env("DOUYIN_LOG", FOLLOWED)
            .env("DOUYIN_LOG_FORMAT", "json")
            .envs(variables.iter().copied())
            .stderr(Stdio::piped());
        let mut running = Running::start(command);
        let log = running.child.stderr.take().unwrap();
        Self {
            folder,
            running,
            log: BufReader::new(log).lines(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn configure(&self, configuration: &str) {
        fs::write(self.path("douyin.toml"), configuration).unwrap();
    }

    fn hang_up(&self) {
        kill_process(Pid::from_child(&self.running.child), Signal::HUP).unwrap();
    }

    /// Waits for the next line that says what became of a configuration, unless it was the same as before: what a signal makes it
    /// read may have been noticed without it.
    fn outcome(&mut self) -> Value {
        loop {
            let outcome = self.line(&[
                "read the configuration again",
                "the old configuration stays",
            ]);
            if outcome["changed"] != "" {
                return outcome;
            }
        }
    }

    fn line(&mut self, messages: &[&str]) -> Value {
        self.log
            .find_map(|line| {
                let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
                messages
                    .contains(&line["message"].as_str()?)
                    .then_some(line)
            })
            .unwrap()
    }

    /// Which origins may read an answer.
    fn origins(&self) -> Option<String> {
        let answer = self
            .running
            .get("/healthz", "origin: https://a.example\r\n");
        let allowed = answer
            .lines()
            .find_map(|line| line.strip_prefix("access-control-allow-origin: "));
        allowed.map(str::to_owned)
    }
}

#[test]
fn a_changed_file_takes_effect_by_itself_and_names_what_waits_for_a_restart() {
    let mut server = Reloading::start("message.policy = 'friends'", &[]);
    assert_eq!(server.origins().as_deref(), Some("*"));
    server.configure("message.policy = 'friends'\nbcrypt_cost = 5\n[server]\ncors_origins = 'https://a.example'\n[database]\nreaders = 3");
    let outcome = server.outcome();
    assert_eq!(outcome["changed"], "server.cors_origins", "{outcome}");
    // The environment says what the cost is, and overrides the file.
    assert_eq!(outcome["needs_restart"], "database.readers", "{outcome}");
    assert_eq!(server.origins().as_deref(), Some("https://a.example"));
}

#[test]
fn a_configuration_with_anything_invalid_in_it_is_refused_whole() {
    let mut server = Reloading::start("message.policy = 'friends'", &[]);
    let missing = server.path("missing").display().to_string();
    for (invalid, reason) in [
        ("[feed]\nlimit = 0".to_owned(), "`feed.limit` in "),
        ("feed = ".to_owned(), ", line 2: "),
        ("[lst]\nlimit = 1".to_owned(), "no such setting"),
        (
            format!("words_file = '{missing}'"),
            "cannot read the sensitive words",
        ),
    ] {
        server.configure(&format!(
            "server.cors_origins = 'https://b.example'\n{invalid}"
        ));
        server.hang_up();
        let outcome = server.outcome();
        assert_eq!(
            outcome["message"], "the old configuration stays",
            "{outcome}"
        );
        let cause = outcome["cause"].as_str().unwrap();
        assert!(cause.contains(reason), "{cause}");
        assert_eq!(server.origins().as_deref(), Some("*"), "{invalid}");
    }
    server.configure("message.policy = 'friends'\nserver.cors_origins = 'https://b.example'");
    server.hang_up();
    server.line(&["read the configuration again"]);
    assert_eq!(server.origins(), None);
}

#[test]
fn other_words_and_limits_are_followed_and_what_was_counted_goes_on() {
    let limits =
        "[register]\nlimit = 3\nseconds = 86400\n[login]\nmisses = 2\n[password]\nmin_length = 5";
    let mut server = Reloading::start(limits, &[]);
    let client = Client::new(&server.running.url());
    let alice = client.register("alice", "secret");
    let words = server.path("words");
    fs::write(&words, "blackberry\n").unwrap();
    let with_words = format!(
        "words_file = '{}'\n{limits}\n[chat]\nlimit = 1",
        words.display()
    );
    server.configure(&with_words.replace("min_length = 5", "min_length = 7"));
    server.hang_up();
    let outcome = server.outcome();
    assert_eq!(
        outcome["changed"], "words_file, chat.limit, password.min_length",
        "{outcome}"
    );

    let short = client.call(
        "POST",
        "/user/register/",
        &[("username", "x"), ("password", "secret")],
    );
    assert_eq!(short["status_code"], 1005, "{short}");
    let bob = client.register("bob", "longer secret");
    for _ in 0..2 {
        let text = "a blackberry each";
        let to = bob.id.to_string();
        let message = [
            ("token", &*alice.token),
            ("to_user_id", &to),
            ("action_type", "1"),
            ("content", text),
        ];
        let sent = client.call("POST", "/message/action/", &message);
        assert_eq!(sent["status_code"], 0, "{sent}");
    }
    let chat = [
        ("token", &*alice.token),
        ("to_user_id", &bob.id.to_string()),
    ];
    let chat = client.call("GET", "/message/chat/", &chat);
    assert_eq!(chat["message_list"].as_array().unwrap().len(), 1, "{chat}");
    assert_eq!(chat["message_list"][0]["content"], "a ********** each");

    // Two registrations so far, of three, one before and one after.
    client.register("carol", "longer secret");
    let many = [("username", "dave"), ("password", "longer secret")];
    let many = client.try_call("POST", "/user/register/", &many).unwrap();
    assert_eq!(many.status, 429, "{:?}", many.envelope);
}

#[test]
fn a_hangup_without_a_configuration_file_reads_the_words_again_and_ends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let words = folder.path().join("words");
    fs::write(&words, "first\n").unwrap();
    let mut command = program(folder.path());
    command
        .env("DOUYIN_WORDS_FILE", &words)
        .env("DOUYIN_LOG", FOLLOWED)
        .env("DOUYIN_LOG_FORMAT", "json")
        .stderr(Stdio::piped());
    let mut running = Running::start(command);
    let log = BufReader::new(running.child.stderr.take().unwrap()).lines();
    let mut server = Reloading {
        folder,
        running,
        log,
    };
    for _ in 0..2 {
        server.hang_up();
        let outcome = server.line(&["read the configuration again"]);
        assert_eq!(outcome["changed"], "", "{outcome}");
        server.line(&["read the sensitive words again"]);
    }
    assert!(
        server
            .running
            .get("/readyz", "")
            .starts_with("HTTP/1.1 200 ")
    );
}

#[test]
fn more_is_logged_from_the_moment_that_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("douyin.toml");
    fs::write(&path, format!("log = '{FOLLOWED}'")).unwrap();
    let mut command = program(folder.path());
    command
        .arg("--config")
        .arg(&path)
        .env_remove("DOUYIN_LOG")
        .env("DOUYIN_LOG_FORMAT", "json")
        .stderr(Stdio::piped());
    let mut running = Running::start(command);
    let log = BufReader::new(running.child.stderr.take().unwrap()).lines();
    let mut server = Reloading {
        folder,
        running,
        log,
    };
    server.running.get("/healthz", "x-request-id: before\r\n");
    server.configure("log = 'info'");
    server.hang_up();
    assert_eq!(server.outcome()["changed"], "log");
    server.running.get("/healthz", "x-request-id: after\r\n");
    assert_eq!(server.line(&["answered"])["request_id"], "after");
}
