use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::Value;

use crate::client::{Account, Client};
use crate::redis::publish;

const USERS: usize = 8;

/// Users, each with a video that nobody else likes: what they see of it is exactly what they did.
pub(super) struct Load {
    users: Vec<(Account, i64)>,
}

/// A load that runs until it is told to end.
pub(super) struct Running<'scope> {
    record: Arc<Record>,
    users: Vec<ScopedJoinHandle<'scope, ()>>,
}

#[derive(Default)]
struct Record {
    ends: AtomicBool,
    phases: Mutex<Vec<Phase>>,
}

/// What happened while Redis was in one state.
#[derive(Clone)]
pub(super) struct Phase {
    name: &'static str,
    begun: Instant,
    lasted: Duration,
    reads: Vec<Duration>,
    writes: Vec<Duration>,
    /// Requests that were not answered, or not with 200.
    pub(super) failed: usize,
    /// Reads after an acknowledged write that did not show it to who wrote it.
    pub(super) stale: usize,
}

impl Load {
    pub(super) fn prepare(clients: &[Client; 2]) -> Self {
        let users = (0..USERS).map(|number| {
            let account = clients[0].register(&format!("user {number}"), "password");
            let video = publish(&clients[0], &account);
            (account, video)
        });
        Self {
            users: users.collect(),
        }
    }

    pub(super) fn run<'scope>(
        &'scope self,
        scope: &'scope Scope<'scope, '_>,
        clients: &'scope [Client; 2],
    ) -> Running<'scope> {
        let record = Arc::<Record>::default();
        let users = self
            .users
            .iter()
            .enumerate()
            .map(|(number, (account, video))| {
                let record = Arc::clone(&record);
                let mut random = Rng::with_seed(number as u64);
                scope.spawn(move || use_it(clients, account, *video, &mut random, &record))
            });
        Running {
            users: users.collect(),
            record,
        }
    }

    /// Reads as somebody who has not written just now.
    pub(super) fn read_as_somebody(&self, client: &Client) {
        let (account, _) = &self.users[0];
        client.call("GET", "/feed/", &[("token", &account.token)]);
    }
}

impl Running<'_> {
    /// From now on what happens belongs to this phase.
    pub(super) fn phase(&self, name: &'static str) {
        self.record.begin(name);
    }

    /// Ends the load; answers all phases.
    pub(super) fn end(self) -> Vec<Phase> {
        self.record.ends.store(true, Ordering::Relaxed);
        for user in self.users {
            user.join().expect("a user comes to an end");
        }
        self.record.begin("over");
        let mut phases = self.record.phases.lock().unwrap().clone();
        phases.pop();
        phases
    }
}

/// Likes at one server and looks at the other, again and again.
fn use_it(clients: &[Client; 2], user: &Account, video: i64, random: &mut Rng, record: &Record) {
    let video_id = video.to_string();
    let mut likes = false;
    while !record.ends.load(Ordering::Relaxed) {
        let Some(phase) = record.now() else {
            std::thread::yield_now();
            continue;
        };
        let here = random.usize(..2);
        let (writer, reader) = (&clients[here], &clients[1 - here]);
        let parameters = [
            ("token", user.token.as_str()),
            ("video_id", &video_id),
            ("action_type", if likes { "2" } else { "1" }),
        ];
        let begun = Instant::now();
        let answer = writer.try_call("POST", "/favorite/action/", &parameters);
        let done =
            answer.filter(|answer| answer.status == 200 && answer.envelope["status_code"] == 0);
        record.add(phase, |phase| {
            phase.writes.push(begun.elapsed());
            phase.failed += usize::from(done.is_none());
        });
        if done.is_none() {
            // Nobody knows whether it was: the next one decides.
            continue;
        }
        likes = !likes;
        for path in ["/feed/", "/user/"] {
            let begun = Instant::now();
            let answer = reader.try_call("GET", path, &[("token", &user.token)]);
            let answer = answer.filter(|answer| answer.status == 200);
            let shown = answer.map(|answer| shows(&answer.envelope, path, video, likes));
            record.add(phase, |phase| {
                phase.reads.push(begun.elapsed());
                phase.failed += usize::from(shown.is_none());
                phase.stale += usize::from(shown == Some(false));
            });
        }
    }
}

/// Whether an answer of this path shows to who may like the video whether they do.
fn shows(answer: &Value, path: &str, video: i64, likes: bool) -> bool {
    if path == "/user/" {
        return answer["user"]["favorite_count"] == u8::from(likes);
    }
    let videos = answer["video_list"].as_array().expect("a list");
    let own = videos.iter().find(|shown| shown["id"] == video);
    own.is_some_and(|own| own["is_favorite"] == likes && own["favorite_count"] == u8::from(likes))
}

impl Record {
    fn begin(&self, name: &'static str) {
        let mut phases = self.phases.lock().unwrap();
        if let Some(last) = phases.last_mut() {
            last.lasted = last.begun.elapsed();
        }
        phases.push(Phase {
            name,
            begun: Instant::now(),
            lasted: Duration::ZERO,
            reads: Vec::new(),
            writes: Vec::new(),
            failed: 0,
            stale: 0,
        });
    }

    /// The number of the phase that it is now.
    fn now(&self) -> Option<usize> {
        self.phases.lock().unwrap().len().checked_sub(1)
    }

    fn add(&self, phase: usize, what: impl FnOnce(&mut Phase)) {
        what(&mut self.phases.lock().unwrap()[phase]);
    }
}

impl Phase {
    pub(super) fn reads(&self) -> usize {
        self.reads.len()
    }

    pub(super) fn writes(&self) -> usize {
        self.writes.len()
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = |times: &[Duration]| {
            f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX)) / self.lasted.as_secs_f64()
        };
        let slowest = self.reads.iter().chain(&self.writes).max();
        write!(
            f,
            "{:24} {:>8.0} {:>8.0} {:>10.1?} {:>10.1?} {:>10.1?} {:>7} {:>6}",
            self.name,
            rate(&self.reads),
            rate(&self.writes),
            p99(&self.reads),
            p99(&self.writes),
            slowest.copied().unwrap_or_default(),
            self.failed,
            self.stale
        )
    }
}

fn p99(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    times.get(last * 99 / 100).copied().unwrap_or_default()
}
