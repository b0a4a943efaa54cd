use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::publishing::publish;
use super::{Pair, done, factor, number, profile, register};
use crate::client::{Account, Answer, Client};
use crate::database::{Database, on_each};

const USERS: usize = 6;

/// How often each of the two is restarted.
const RESTARTS: usize = 3;

on_each!(two_that_are_restarted_in_turn_fail_no_request_of_who_tries_the_other_one: database(postgres, mariadb));
fn two_that_are_restarted_in_turn_fail_no_request_of_who_tries_the_other_one(database: &Database) {
    let Pair { sites, mut servers } = Pair::start(database);
    let addresses = Mutex::new(servers.each_ref().map(|server| server.address));
    let clients = servers.each_ref().map(|server| Client::new(&server.url()));
    let users = register(&clients, USERS);
    publish(&clients[0], &users[0], "the video");
    let feed = clients[0].call("GET", "/feed/", &[]);
    let video = number(&done(&feed)["video_list"][0]["id"]).to_string();

    let (stop, tried) = (AtomicBool::new(false), Tried::default());
    let commented: Vec<usize> = std::thread::scope(|scope| {
        let asking: Vec<_> = users
            .iter()
            .enumerate()
            .map(|(number, user)| {
                let either = Either {
                    addresses: &addresses,
                    tried: &tried,
                    first: number % 2,
                    keeps: number % 4 < 2,
                    kept: [const { None }; 2],
                };
                let (stop, video) = (&stop, &video);
                scope.spawn(move || either.ask_until(stop, user, video))
            })
            .collect();
        for _ in 0..RESTARTS * factor() {
            for (turn, (site, server)) in sites.iter().zip(&mut servers).enumerate() {
                kill_process(Pid::from_child(&server.child), Signal::TERM).unwrap();
                assert_eq!(server.child.wait().unwrap().code(), Some(0));
                *server = site.start();
                lock(&addresses)[turn] = server.address;
                // The new one is met before the other one goes.
                let before = tried.answered.load(Ordering::Relaxed);
                while tried.answered.load(Ordering::Relaxed) < before + 10 * USERS {
                    std::thread::yield_now();
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
        let counts = asking.into_iter().map(|asking| asking.join().unwrap());
        counts.collect()
    });
    eprintln!(
        "{} requests during {} restarts, {} of them tried again",
        tried.answered.load(Ordering::Relaxed),
        2 * RESTARTS * factor(),
        tried.again.load(Ordering::Relaxed),
    );

    // Exactly what was acknowledged is there: nothing is lost, and nothing that was tried again was done twice.
    for server in &servers {
        let client = Client::new(&server.url());
        let list = client.call("GET", "/comment/list/", &[("video_id", &video)]);
        let comments = done(&list)["comment_list"].as_array().unwrap();
        for (user, commented) in users.iter().zip(&commented) {
            let own = comments
                .iter()
                .filter(|comment| comment["user"]["id"] == user.id);
            assert_eq!(own.count(), *commented);
            assert_eq!(profile(&client, user)["favorite_count"], 1);
        }
    }
    sites.iter().for_each(crate::site::Site::assert_no_drift);
}

/// What became of requests.
#[derive(Default)]
struct Tried {
    answered: AtomicUsize,
    again: AtomicUsize,
}

/// A client of both, which tries the other one when one is not there or says 503: any load balancer does.
struct Either<'a> {
    addresses: &'a Mutex<[SocketAddr; 2]>,
    tried: &'a Tried,
    /// Which of the two it asks while that is there.
    first: usize,
    /// Whether it keeps its connections.
    keeps: bool,
    kept: [Option<(SocketAddr, Client)>; 2],
}

impl Either<'_> {
    /// Does what users do until it is told to stop, and answers how many comments were acknowledged.
    fn ask_until(mut self, stop: &AtomicBool, user: &Account, video: &str) -> usize {
        let token = ("token", user.token.as_str());
        let mut commented = 0;
        while !stop.load(Ordering::Relaxed) {
            let text = commented.to_string();
            let comment = [
                token,
                ("video_id", video),
                ("action_type", "1"),
                ("comment_text", &text),
            ];
            done(&self.ask("POST", "/comment/action/", &comment));
            commented += 1;
            let like = [token, ("video_id", video), ("action_type", "1")];
            done(&self.ask("POST", "/favorite/action/", &like));
            let feed = self.ask("GET", "/feed/", &[token]);
            assert_eq!(done(&feed)["video_list"][0]["is_favorite"], true, "{feed}");
        }
        commented
    }

    fn ask(&mut self, method: &str, path: &str, parameters: &[(&str, &str)]) -> Value {
        for turn in self.first.. {
            let address = lock(self.addresses)[turn % 2];
            let kept = &mut self.kept[turn % 2];
            if !self.keeps || kept.as_ref().is_some_and(|(of, _)| *of != address) {
                *kept = None;
            }
            let fresh = || (address, Client::new(&format!("http://{address}")));
            let (_, client) = kept.get_or_insert_with(fresh);
            let answer = client.try_call(method, path, parameters);
            if let Some(answer) = answer.filter(|answer| !answer.is_unavailable()) {
                self.tried.answered.fetch_add(1, Ordering::Relaxed);
                return Answer::decided(answer);
            }
            self.tried.again.fetch_add(1, Ordering::Relaxed);
            // Both are never away at once.
            assert!(turn < 100, "neither of the two answers");
        }
        unreachable!("turns do not end")
    }
}

fn lock(addresses: &Mutex<[SocketAddr; 2]>) -> std::sync::MutexGuard<'_, [SocketAddr; 2]> {
    addresses.lock().unwrap_or_else(PoisonError::into_inner)
}
