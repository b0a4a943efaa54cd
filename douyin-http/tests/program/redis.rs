//! Two servers on one database that tell each other through a Redis server what they must know. It is theirs alone, to be flushed,
//! frozen and killed.
//!
//! `scripts/redis-faults` runs these for as long as they are to show something, and prints their figures.

mod faults;
mod limits;
mod own_writes;
mod server;
mod sessions;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use self::server::Server;
use crate::client::{Account, Client};
use crate::database::{Database, found};
use crate::metrics;
use crate::running::Running;
use crate::site::Site;

/// For how long a server may show others what is over: the default of `cache.shared_milliseconds`.
const AGE: Duration = Duration::from_millis(250);

/// Nothing that comes at all takes so long.
const LONG_ENOUGH: Duration = Duration::from_mins(1);

/// Signs the tokens of both.
const SECRET: &str = "one secret of two servers, 32 bytes or more";

/// A number that says how much there is to do, from the environment or as the ordinary run has it.
fn amount(variable: &str, ordinary: u32) -> u32 {
    std::env::var(variable).map_or(ordinary, |amount| {
        amount
            .parse()
            .unwrap_or_else(|_| panic!("{variable} is a number"))
    })
}

/// Waits for what comes by itself.
fn until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LONG_ENOUGH, "it never comes");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The two, and what they talk through.
struct Nodes {
    redis: Server,
    sites: [Site; 2],
    servers: [Running; 2],
    inner: [SocketAddr; 2],
}

impl Nodes {
    /// Starts both; none where there is no Redis server to be had.
    fn start(
        database: &Database,
        case: &'static str,
        settings: &[(&'static str, &str)],
    ) -> Option<Self> {
        let redis = found::<Server>(Server::start(), case)?;
        let site = || {
            let site = Site::on(database)
                .with("DOUYIN_JWT_SECRET", SECRET)
                .with("DOUYIN_REDIS_URL", &redis.url())
                .with("DOUYIN_MEDIA_FFMPEG", "off");
            settings
                .iter()
                .fold(site, |site, (variable, value)| site.with(variable, value))
        };
        let sites = [site(), site()];
        let started = sites.each_ref().map(|site| metrics::start(site.program()));
        let inner = started.each_ref().map(|(_, inner)| *inner);
        let nodes = Self {
            redis,
            servers: started.map(|(server, _)| server),
            sites,
            inner,
        };
        nodes.wait_until_connected();
        Some(nodes)
    }

    fn clients(&self) -> [Client; 2] {
        self.servers
            .each_ref()
            .map(|server| Client::new(&server.url()))
    }

    /// A number that a node tells of itself.
    fn metric(&self, node: usize, series: &str) -> f64 {
        let page = format!("http://{}/metrics", self.inner[node]);
        let told = Client::new("").get(&page, &[]).into_body().read_to_string();
        let told = told.expect("metrics are text");
        let value = told
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok());
        value.unwrap_or_else(|| panic!("no {series} in {told}"))
    }

    fn wait_until_connected(&self) {
        for node in 0..2 {
            until(|| self.metric(node, "douyin_redis_connected") > 0.0);
        }
    }

    /// Viewers whom a node has shown what it remembered.
    fn shown(&self, node: usize) -> f64 {
        self.metric(node, "douyin_redis_viewers_total{outcome=\"remembered\"}")
    }

    fn assert_no_drift(&self) {
        self.sites.iter().for_each(Site::assert_no_drift);
    }
}

/// Publishes a video; answers its id.
fn publish(client: &Client, by: &Account) -> i64 {
    let parts = [("token", Some(by.token.as_str())), ("data", None)];
    let answer = client.upload(douyin_media::DEMO_CLIP, &parts);
    assert_eq!(answer["status_code"], 0, "{answer}");
    let list = client.call("GET", "/publish/list/", &[("token", &by.token)]);
    list["video_list"][0]["id"].as_i64().expect("an id")
}
