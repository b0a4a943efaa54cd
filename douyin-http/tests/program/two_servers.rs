//! Two servers on one database, each with a data folder of its own: together they do what one would.

mod comments;
mod follows;
mod ids;
mod likes;
mod messages;
mod names;
mod publishing;
#[cfg(unix)]
mod rolling;
mod sessions;
mod start;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::client::{Account, Client};
use crate::database::Database;
use crate::running::Running;
use crate::site::Site;

/// Signs the tokens of both, so that each knows who signed in at the other.
const SECRET: &str = "one secret of two servers, 32 bytes or more";

/// How many times as much as ordinarily there is to do: `STORM_FACTOR`, otherwise 1.
fn factor() -> usize {
    std::env::var("STORM_FACTOR").map_or(1, |factor| {
        factor.parse().expect("STORM_FACTOR is a number")
    })
}

/// The two.
struct Pair {
    sites: [Site; 2],
    servers: [Running; 2],
}

impl Pair {
    /// Starts both at the same moment, on a database that has no schema yet.
    fn start(database: &Database) -> Self {
        let site = || {
            Site::on(database)
                .with("DOUYIN_JWT_SECRET", SECRET)
                .with("DOUYIN_REGISTER_LIMIT", "1000000")
                .with("DOUYIN_LIMITS_ENFORCED", "false")
                // Every list is read whole.
                .with("DOUYIN_LIST_LIMIT", "100000")
                .with("DOUYIN_CHAT_LIMIT", "100000")
                // The covers are not what is tried here, and drawing them would take most of the time.
                .with("DOUYIN_MEDIA_FFMPEG", "off")
        };
        let sites = [site(), site()];
        Self {
            servers: at_once(sites.each_ref(), Site::start),
            sites,
        }
    }

    fn clients(&self) -> [Client; 2] {
        self.servers
            .each_ref()
            .map(|server| Client::new(&server.url()))
    }

    /// Asserts that every counter agrees with its rows, as both see it.
    fn assert_no_drift(&self) {
        self.sites.iter().for_each(Site::assert_no_drift);
    }
}

/// Does something to two things at the same moment.
fn at_once<T: Send, R: Send>(things: [T; 2], job: impl Fn(T) -> R + Sync) -> [R; 2] {
    std::thread::scope(|scope| {
        things
            .map(|thing| scope.spawn(|| job(thing)))
            .map(|thread| thread.join().expect("it comes to an end"))
    })
}

/// So many accounts, by the first of two servers and by the second in turn.
fn register(clients: &[Client; 2], amount: usize) -> Vec<Account> {
    (0..amount)
        .map(|number| clients[number % 2].register(&format!("user {number}"), "password"))
        .collect()
}

/// Asks for a list as somebody; answers the ids in it.
fn ids_of(
    client: &Client,
    by: &Account,
    path: &str,
    list: &str,
    parameters: &[(&str, &str)],
) -> BTreeSet<i64> {
    let parameters = [&[("token", by.token.as_str())], parameters].concat();
    let answer = client.call("GET", path, &parameters);
    let entries = done(&answer)[list].as_array().expect("a list");
    let ids: BTreeSet<i64> = entries.iter().map(|entry| number(&entry["id"])).collect();
    assert_eq!(
        ids.len(),
        entries.len(),
        "something is listed twice: {answer}"
    );
    ids
}

/// What somebody's profile says, as they see it.
fn profile(client: &Client, of: &Account) -> Value {
    let answer = client.call("GET", "/user/", &[("token", &of.token)]);
    done(&answer)["user"].clone()
}

fn done(answer: &Value) -> &Value {
    assert_eq!(answer["status_code"], 0, "{answer}");
    answer
}

fn number(value: &Value) -> i64 {
    value
        .as_i64()
        .unwrap_or_else(|| panic!("no number but {value}"))
}
