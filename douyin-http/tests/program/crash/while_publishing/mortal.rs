//! A server in a process of the tests that kills itself, as `kill -9` would, where a span of the publishing path begins or ends.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use douyin_http::config::{Config, Sources};
use douyin_http::open::Service;
use rustix::process::{Signal, getpid, kill_process};
use tokio::net::TcpListener;
use tracing::Subscriber;
use tracing::span::{Attributes, Id};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// Where it dies: `SPAN:NUMBER:begin` or `SPAN:NUMBER:end`.
const DIES_AT: &str = "DIES_AT";

const READY: &str = "a mortal server is ready on http://";

/// The first span of an upload: what a server does before one is not counted.
const FIRST: &str = "receive";

/// Which of the spans of a name, and when.
pub(super) struct Moment {
    pub(super) span: &'static str,
    /// From 1.
    pub(super) number: usize,
    pub(super) is_end: bool,
}

/// Starts one with the settings of a server; answers its URL too.
pub(super) fn start(server: &Command, moment: &Moment) -> (Child, String) {
    let this = std::env::current_exe().unwrap();
    let when = if moment.is_end { "end" } else { "begin" };
    let settings = server
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    let mut child = Command::new(this)
        .args(["--ignored", "--nocapture", "--exact"])
        .arg("crash::while_publishing::mortal::a_server_that_is_going_to_die")
        .env_clear()
        .envs(settings)
        .env(DIES_AT, format!("{}:{}:{when}", moment.span, moment.number))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = lines.find_map(|line| Some(line.unwrap().strip_prefix(READY)?.to_owned()));
    // Nobody reads what else it says, so it must find room for it.
    std::thread::spawn(move || lines.for_each(drop));
    (child, format!("http://{}", address.expect("it gets ready")))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it is no test: another one starts it and waits for its death"]
async fn a_server_that_is_going_to_die() {
    let reaper = Reaper::of(&std::env::var(DIES_AT).expect("another test starts it"));
    tracing::subscriber::set_global_default(Registry::default().with(reaper)).unwrap();
    let sources = Sources {
        environment: std::env::vars_os().collect(),
        ..Sources::default()
    };
    let config = Config::load(&sources).unwrap();
    let listener = TcpListener::bind(config.listen).await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = Service::open(&config, &address.to_string()).await.unwrap();
    let configured = service.configure(&config, None).unwrap();
    let _workers = service.work(&config).start();
    eprintln!("{READY}{address}");
    tokio::select! {
        ended = axum::serve(listener, configured.routes()) => ended.unwrap(),
        never = service.keep() => match never {},
    }
}

/// Kills the process at a moment.
struct Reaper {
    span: String,
    number: usize,
    is_end: bool,
    has_begun: AtomicBool,
    seen: AtomicUsize,
}

impl Reaper {
    fn of(moment: &str) -> Self {
        let [span, number, when] = moment.split(':').collect::<Vec<_>>()[..] else {
            panic!("no moment: {moment}");
        };
        Self {
            span: span.to_owned(),
            number: number.parse().unwrap(),
            is_end: when == "end",
            has_begun: AtomicBool::new(false),
            seen: AtomicUsize::new(0),
        }
    }

    fn sees(&self, span: &str, is_end: bool) {
        if span == FIRST {
            self.has_begun.store(true, Ordering::SeqCst);
        }
        if (span, is_end) != (&self.span, self.is_end) || !self.has_begun.load(Ordering::SeqCst) {
            return;
        }
        if self.seen.fetch_add(1, Ordering::SeqCst) + 1 == self.number {
            kill_process(getpid(), Signal::KILL).expect("a process may kill itself");
            unreachable!("nothing comes after it");
        }
    }
}

impl<S: Subscriber + for<'span> LookupSpan<'span>> Layer<S> for Reaper {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        self.sees(attributes.metadata().name(), false);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if let Some(span) = context.span(&id) {
            self.sees(span.name(), true);
        }
    }
}
