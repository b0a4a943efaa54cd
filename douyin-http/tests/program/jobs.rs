//! Work that outlives requests, and the servers that do it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use douyin_media::DEMO_CLIP;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::client::{Account, Client};
use crate::database::{self, Database, on_each};
use crate::running::Running;
use crate::site::Site;
use crate::{metrics, stdout, wait_until};

/// Not every client plays it: it is transcoded.
const WEBM: &[u8] = include_bytes!("../../../douyin-media/tests/recognise/seeds/vp8.webm");

on_each!(a_published_video_is_streamed_a_moment_later: database(sqlite, postgres, mariadb));
fn a_published_video_is_streamed_a_moment_later(database: &Database) {
    let site = Site::on(database).with("DOUYIN_MEDIA_FFMPEG", "off");
    let server = site.start();
    let client = Client::new(&server.url());
    let alice = client.register("alice", "secret");
    publish(&client, &alice, DEMO_CLIP);
    wait_until("its stream is there", || streams(&client).len() == 1);
    let playlist = client.get(&streams(&client)[0], &[]);
    let playlist = playlist.into_body().read_to_string().unwrap();
    assert!(playlist.starts_with("#EXTM3U"), "{playlist}");
    assert_eq!(jobs(&site, &[]), "jobs: 0\n");

    // With nothing but the command, it is done once more, however often, and its earlier streams go later.
    let mut earlier = Vec::new();
    for times in 1..=2 {
        let stream = streams(&client).remove(0);
        let again = site.run(&["jobs", "prepare", "--all"]);
        assert_eq!(stdout(&again), "videos to be prepared: 1\n", "{again:?}");
        wait_until("it has another stream", || streams(&client)[0] != stream);
        earlier.push(stream);
        let left = jobs(&site, &[]);
        assert_eq!(left.matches("  later  ").count(), times, "{left}");
        let removals = left.matches("  remove_file streams/");
        assert_eq!(removals.count(), times, "{left}");
        for stream in &earlier {
            let answer = client.get(stream, &[]);
            assert_eq!(answer.status(), 200, "players have it open");
        }
    }
}

#[test]
fn what_a_killed_server_was_preparing_the_next_one_does_once() {
    let workshop = Workshop::new();
    let site = workshop.site(&[]);
    let mut server = site.start();
    let client = Client::new(&server.url());
    let alice = client.register("alice", "secret");
    publish(&client, &alice, WEBM);
    wait_until("it is being prepared", || workshop.begun() == 1);
    server.kill();
    workshop.open();
    let server = site.start();
    let client = Client::new(&server.url());
    wait_until("it is transcoded", || play(&client).contains("/plain/"));
    assert!(
        play(&client).ends_with("-2.mp4"),
        "by the second attempt: {}",
        play(&client)
    );
    assert_eq!(workshop.begun(), 2);
    assert_eq!(files_below(&site.data().join("media/plain")).len(), 1);
    let left = jobs(&site, &[]);
    assert!(!left.contains("prepare"), "{left}");
}

#[test]
fn what_a_server_was_preparing_when_it_was_stopped_is_due_at_once() {
    let workshop = Workshop::new();
    let site = workshop.site(&[
        ("DOUYIN_JOBS_LEASE_SECONDS", "3600"),
        ("DOUYIN_JOBS_ATTEMPTS", "1"),
    ]);
    let mut server = site.start();
    let client = Client::new(&server.url());
    let alice = client.register("alice", "secret");
    publish(&client, &alice, WEBM);
    wait_until("it is being prepared", || workshop.begun() == 1);
    terminate(&mut server);
    let left = jobs(&site, &[]);
    assert!(left.contains("  due  attempts: 1  "), "{left}");
    workshop.open();
    let server = site.start();
    let client = Client::new(&server.url());
    wait_until("it is transcoded", || play(&client).contains("/plain/"));
}

#[test]
fn a_job_that_no_server_survives_is_left_as_failed_until_somebody_retries_it() {
    let workshop = Workshop::new();
    let site = workshop.site(&[("DOUYIN_JOBS_ATTEMPTS", "2")]);
    let mut server = site.start();
    let client = Client::new(&server.url());
    let alice = client.register("alice", "secret");
    publish(&client, &alice, WEBM);
    wait_until("it is being prepared", || workshop.begun() == 1);
    server.kill();
    server = site.start();
    wait_until("it is being prepared again", || workshop.begun() == 2);
    server.kill();
    // As if it had died later, when files were stored, its folder was gone, by which a sweep would find them, and nothing was committed.
    let job = preparation(&site);
    fs::remove_dir_all(job.folder_below(&site.data().join("staging"))).unwrap();
    let media = site.data().join("media");
    let stored = job.files_below(&media);
    for file in &stored {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "half of it").unwrap();
    }
    let (mut server, admin) = metrics::start(site.program());
    let client = Client::new(&server.url());
    server.address = admin;
    wait_until("it has failed", || {
        jobs(&site, &["--failed"]) != "jobs: 0\n"
    });
    let failed = jobs(&site, &["--failed"]);
    let why = "its last attempt was not seen to its end";
    assert!(
        failed.contains("  failed  ") && failed.contains(why),
        "{failed}"
    );
    let left = stored.iter().filter(|file| file.exists());
    assert_eq!(left.count(), 0);
    for counted in [
        "douyin_jobs{kind=\"prepare\",state=\"failed\"} 1\n",
        "douyin_job_attempts_total{kind=\"prepare\",outcome=\"given_up\"} 1\n",
        "douyin_job_attempts_total{kind=\"prepare\",outcome=\"rejected\"} 0\n",
    ] {
        wait_until("it is counted", || {
            server.get("/metrics", "").contains(counted)
        });
    }

    workshop.open();
    let job = job.id.as_str();
    let retried = site.run(&["jobs", "retry", job]);
    assert_eq!(
        stdout(&retried),
        "jobs that are tried again: 1\n",
        "{retried:?}"
    );
    wait_until("it is transcoded", || play(&client).contains("/plain/"));
    let none = site.run(&["jobs", "retry", "--all-failed"]);
    assert_eq!(stdout(&none), "jobs that are tried again: 0\n", "{none:?}");
}

#[test]
fn a_video_that_cannot_be_decoded_is_rejected_at_once_and_no_fault_of_the_server() {
    let workshop = Workshop::new();
    fs::write(workshop.program(), "#!/bin/sh\nexit 1\n").unwrap();
    let site = workshop.site(&[]);
    let (mut server, admin) = metrics::start(site.program());
    let client = Client::new(&server.url());
    let alice = client.register("alice", "secret");
    publish(&client, &alice, WEBM);
    server.address = admin;
    let count =
        |outcome| format!("douyin_job_attempts_total{{kind=\"prepare\",outcome=\"{outcome}\"}} ");
    wait_until("it is rejected", || {
        let page = server.get("/metrics", "");
        page.contains(&(count("rejected") + "1\n"))
    });
    let page = server.get("/metrics", "");
    for outcome in ["failed", "given_up"] {
        assert!(page.contains(&(count(outcome) + "0\n")), "{page}");
    }
    let failed = jobs(&site, &["--failed"]);
    assert!(failed.contains("  attempts: 1  "), "{failed}");
    assert!(failed.contains("cannot be transcoded"), "{failed}");
    assert!(play(&client).contains("/videos/"), "it is what it was");
}

on_each!(of_two_servers_one_prepares_each_video: database(postgres, mariadb));
fn of_two_servers_one_prepares_each_video(database: &Database) {
    const VIDEOS: usize = 12;
    let media = tempfile::tempdir().unwrap();
    let url = format!("file:{}", media.path().display());
    let site = || {
        Site::on(database)
            .with("DOUYIN_MEDIA_URL", &url)
            .with("DOUYIN_MEDIA_FFMPEG", "off")
            .with("DOUYIN_JOBS_AT_ONCE", "2")
            .with(
                "DOUYIN_JWT_SECRET",
                "one secret of two servers, 32 bytes or more",
            )
    };
    let sites = [site(), site()];
    let servers = sites.each_ref().map(Site::start);
    let clients = servers.each_ref().map(|server| Client::new(&server.url()));
    let alice = clients[0].register("alice", "secret");
    for number in 0..VIDEOS {
        publish(&clients[number % 2], &alice, DEMO_CLIP);
    }
    wait_until("all have a stream", || streams(&clients[0]).len() == VIDEOS);
    let videos = fs::read_dir(media.path().join("streams")).unwrap();
    for video in videos {
        let runs: Vec<_> = fs::read_dir(video.unwrap().path()).unwrap().collect();
        assert_eq!(runs.len(), 1, "{runs:?}");
        let run = runs[0].as_ref().unwrap().file_name();
        assert!(run.to_str().unwrap().ends_with("-1"), "{runs:?}");
    }
    assert_eq!(jobs(&sites[0], &[]), "jobs: 0\n");
}

/// Where a program stands in for `ffmpeg`: it makes no covers, and transcodes only once the workshop is open.
struct Workshop(tempfile::TempDir);

impl Workshop {
    fn new() -> Self {
        let workshop = Self(tempfile::tempdir().unwrap());
        let folder = workshop.0.path();
        fs::write(folder.join("closed"), "").unwrap();
        fs::write(folder.join("made.mp4"), DEMO_CLIP).unwrap();
        let script = format!(
            "#!/bin/sh\n\
             case \"$*\" in *plain.mp4) ;; *) exit 1 ;; esac\n\
             echo >> '{0}/begun'\n\
             while [ -e '{0}/closed' ]; do /bin/sleep 0.02; done\n\
             exec /bin/cp '{0}/made.mp4' plain.mp4\n",
            folder.display()
        );
        fs::write(workshop.program(), script).unwrap();
        fs::set_permissions(workshop.program(), fs::Permissions::from_mode(0o755)).unwrap();
        workshop
    }

    fn program(&self) -> PathBuf {
        self.0.path().join("ffmpeg")
    }

    /// A site that transcodes here, and takes over from a server that is gone after a second.
    fn site(&self, settings: &[(&'static str, &str)]) -> Site {
        let program = self.program();
        let site = Site::on(&database::sqlite())
            .with("DOUYIN_JOBS_LEASE_SECONDS", "1")
            .with("DOUYIN_MEDIA_FFMPEG", program.to_str().unwrap());
        let settings = settings.iter();
        settings.fold(site, |site, (name, value)| site.with(name, value))
    }

    fn open(&self) {
        fs::remove_file(self.0.path().join("closed")).unwrap();
    }

    /// How often transcoding began.
    fn begun(&self) -> usize {
        let begun = fs::read(self.0.path().join("begun"));
        begun.map_or(0, |lines| lines.len())
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        // What still waits is not to wait for ever; it may be open already.
        let _ = fs::remove_file(self.0.path().join("closed"));
    }
}

fn publish(client: &Client, author: &Account, file: &[u8]) {
    let parts = [("token", Some(author.token.as_str())), ("data", None)];
    let answer = client.upload(file, &parts);
    assert_eq!(answer["status_code"], 0, "{answer}");
}

fn feed(client: &Client) -> Vec<Value> {
    let feed = client.call("GET", "/feed/", &[("hls", "1")]);
    feed["video_list"].as_array().unwrap().clone()
}

/// Those that there are, by their URLs.
fn streams(client: &Client) -> Vec<String> {
    let videos = feed(client);
    let urls = videos.iter().filter_map(|video| video["hls_url"].as_str());
    urls.map(ToOwned::to_owned).collect()
}

/// What is played of the only video.
fn play(client: &Client) -> String {
    feed(client)[0]["play_url"].as_str().unwrap().to_owned()
}

/// A job that prepares a video, as the command prints them.
struct Preparation {
    id: String,
    video: String,
}

/// The only job.
fn preparation(site: &Site) -> Preparation {
    let line = jobs(site, &[]);
    let mut words = line.split_whitespace();
    let id = words.next().unwrap().to_owned();
    let video = words.skip_while(|word| *word != "prepare").nth(1);
    let video = video.unwrap_or_else(|| panic!("{line}")).to_owned();
    Preparation { id, video }
}

impl Preparation {
    /// Where its second attempt is at work.
    fn folder_below(&self, staging: &Path) -> PathBuf {
        let Self { id, video } = self;
        let name = format!("prepare-{video}-{id}-2");
        let sessions = fs::read_dir(staging).unwrap();
        let mut folders = sessions.map(|session| session.unwrap().path().join(&name));
        let folder = folders.find(|folder| folder.is_dir());
        folder.unwrap_or_else(|| panic!("no {name}"))
    }

    /// What its second attempt stores.
    fn files_below(&self, media: &Path) -> [PathBuf; 2] {
        let Self { id, video } = self;
        [
            format!("plain/{video}/{id}-2.mp4"),
            format!("streams/{video}/{id}-2/source.mp4"),
        ]
        .map(|file| media.join(file))
    }
}

/// What the command prints.
fn jobs(site: &Site, arguments: &[&str]) -> String {
    let output = site.run(&[&["jobs"], arguments].concat());
    assert!(output.status.success(), "{output:?}");
    stdout(&output).to_owned()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let nested = entries.map(|entry| match entry.file_type().unwrap() {
        kind if kind.is_dir() => files_below(&entry.path()),
        _ => vec![entry.path()],
    });
    nested.flatten().collect()
}

fn terminate(server: &mut Running) {
    kill_process(Pid::from_child(&server.child), Signal::TERM).unwrap();
    assert!(server.child.wait().unwrap().success());
}
