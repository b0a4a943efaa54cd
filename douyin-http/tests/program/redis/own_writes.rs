//! Who reads at one server what they wrote at the other.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{AGE, Nodes, amount, publish};
use crate::client::{Account, Client};
use crate::database::{Database, on_each};

on_each!(who_writes_at_one_server_reads_it_at_the_other_and_others_do_before_long: database(postgres));
fn who_writes_at_one_server_reads_it_at_the_other_and_others_do_before_long(database: &Database) {
    let Some(nodes) = Nodes::start(
        database,
        "own writes and Redis",
        &[("DOUYIN_LIMITS_ENFORCED", "false")],
    ) else {
        return;
    };
    let clients = nodes.clients();
    let [alice, bob] = ["alice", "bob"].map(|name| clients[0].register(name, "password"));
    let video = publish(&clients[0], &alice);
    let rounds = amount("DOUYIN_REDIS_ROUNDS", 300) as usize;

    // When each comment was acknowledged: the video has one more from then on.
    let acknowledged = Mutex::new(Vec::with_capacity(rounds));
    let ends = AtomicBool::new(false);
    let begun = Instant::now();
    let (reads, worst) = std::thread::scope(|scope| {
        let onlookers: Vec<_> = [(0, None), (1, None), (0, Some(&bob)), (1, Some(&bob))]
            .map(|(node, who): (usize, Option<&Account>)| {
                let (client, acknowledged, ends) = (&clients[node], &acknowledged, &ends);
                scope.spawn(move || look_on(client, who, acknowledged, ends))
            })
            .into();
        for round in 0..rounds {
            let (here, there) = (&clients[round % 2], &clients[(round + 1) % 2]);
            let id = comment(here, &alice, video, round);
            acknowledged.lock().unwrap().push(Instant::now());
            let count = comment_count(there, Some(&alice));
            assert_eq!(count, round + 1, "stale for who wrote it");
            let list = there.call(
                "GET",
                "/comment/list/",
                &[("token", &alice.token), ("video_id", &video.to_string())],
            );
            assert_eq!(list["comment_list"][0]["id"], id, "stale for who wrote it");
        }
        ends.store(true, Ordering::Relaxed);
        let seen = onlookers
            .into_iter()
            .map(|onlooker| onlooker.join().unwrap());
        seen.fold((0, Duration::ZERO), |(reads, worst), (own, lag)| {
            (reads + own, worst.max(lag))
        })
    });
    println!(
        "{rounds} writes, each read at the other server by who wrote it: 0 stale; {reads} reads by others: \
         at most {worst:.1?} behind, of {AGE:?} allowed; {:.1?}",
        begun.elapsed()
    );
    let shown: f64 = [0, 1].map(|node| nodes.shown(node)).iter().sum();
    println!("{shown} reads of others were answered by what was remembered");
    assert!(shown > 0.0, "nothing was remembered: nothing was tried");
    nodes.assert_no_drift();
}

on_each!(who_takes_another_name_at_one_server_has_it_at_the_other: database(postgres));
fn who_takes_another_name_at_one_server_has_it_at_the_other(database: &Database) {
    let settings = [("DOUYIN_LIMITS_ENFORCED", "false")];
    let Some(nodes) = Nodes::start(database, "names and Redis", &settings) else {
        return;
    };
    let clients = nodes.clients();
    let alice = clients[0].register("alice", "password");
    let video = publish(&clients[0], &alice).to_string();
    let token = ("token", alice.token.as_str());
    let text = [token, ("video_id", &video), ("action_type", "1")];
    let text = [&text[..], &[("comment_text", "hello")]].concat();
    clients[0].call("POST", "/comment/action/", &text);
    for round in 0..amount("DOUYIN_REDIS_ROUNDS", 300) as usize {
        let (here, there) = (&clients[round % 2], &clients[(round + 1) % 2]);
        // Others keep what they see young.
        there.call("GET", "/feed/", &[]);
        there.call("GET", "/comment/list/", &[("video_id", &video)]);
        let name = format!("alice {round}");
        let edited = here.call("POST", "/user/profile/", &[token, ("name", &name)]);
        assert_eq!(edited["user"]["name"], name);
        let own = there.call("GET", "/user/", &[token]);
        assert_eq!(own["user"]["name"], name);
        let feed = there.call("GET", "/feed/", &[token]);
        assert_eq!(feed["video_list"][0]["author"]["name"], name);
        let below = there.call("GET", "/comment/list/", &[token, ("video_id", &video)]);
        assert_eq!(below["comment_list"][0]["user"]["name"], name);
    }
}

/// Reads again and again; answers how often, and how long after its acknowledgement a read began that did not show a write.
fn look_on(
    client: &Client,
    who: Option<&Account>,
    acknowledged: &Mutex<Vec<Instant>>,
    ends: &AtomicBool,
) -> (usize, Duration) {
    let (mut reads, mut worst) = (0, Duration::ZERO);
    while !ends.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let count = comment_count(client, who);
        reads += 1;
        // The first write that was not shown, where it had been acknowledged.
        let missed = acknowledged.lock().unwrap().get(count).copied();
        if let Some(behind) = missed.and_then(|missed| begun.checked_duration_since(missed)) {
            assert!(behind < AGE, "{behind:?} behind");
            worst = worst.max(behind);
        }
    }
    (reads, worst)
}

/// How many comments the only video has, as the feed shows it.
fn comment_count(client: &Client, who: Option<&Account>) -> usize {
    let token = who.map_or("", |account| account.token.as_str());
    let feed = client.call("GET", "/feed/", &[("token", token)]);
    let count = feed["video_list"][0]["comment_count"].as_u64();
    usize::try_from(count.expect("a count")).expect("it is small")
}

fn comment(client: &Client, by: &Account, video: i64, number: usize) -> Value {
    let answer = client.call(
        "POST",
        "/comment/action/",
        &[
            ("token", &by.token),
            ("video_id", &video.to_string()),
            ("action_type", "1"),
            ("comment_text", &format!("comment {number}")),
        ],
    );
    assert_eq!(answer["status_code"], 0, "{answer}");
    answer["comment"]["id"].clone()
}
