//! `kill -9` in the middle of everything: what was acknowledged before is there afterwards.

mod journal;
pub(crate) mod leftovers;
mod of_one_of_two;
mod of_the_database;
mod of_the_server;
#[cfg(unix)]
mod while_publishing;

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::Scope;

use fastrand::Rng;

use self::journal::{Home, Journal, Outcome};
use crate::client::Client;

const CLIENTS: u64 = 16;

/// How often there is a crash: `CRASH_ROUNDS`, otherwise 10 times.
fn rounds() -> u64 {
    std::env::var("CRASH_ROUNDS").map_or(10, |rounds| {
        rounds.parse().expect("CRASH_ROUNDS is a number")
    })
}

/// Everybody who writes. They live through all rounds, so each crash is checked against everything since the first.
struct Writers {
    journals: Vec<Journal>,
    everybody: Vec<Home>,
}

impl Writers {
    /// So many, by number: no two have the same.
    fn begin(client: &Client, numbers: Range<u64>) -> Self {
        let journals: Vec<Journal> = numbers
            .map(|number| Journal::begin(client, number))
            .collect();
        Self {
            everybody: journals.iter().map(Journal::home).collect(),
            journals,
        }
    }

    /// From here on these and the others like and follow each other.
    fn meet(&mut self, others: &mut Self) {
        self.everybody.append(&mut others.everybody);
        others.everybody.clone_from(&self.everybody);
    }

    /// Lets all write at once and has a crash after a number of acknowledgements, whatever is under way then. From there on
    /// each write is acknowledged or has the outcome `end`, which is its writer's last. Answers how many were acknowledged.
    fn write_until(
        &mut self,
        client: &Client,
        round: u64,
        crash: impl FnOnce(),
        end: Outcome,
    ) -> usize {
        let (acknowledge, acknowledged) = mpsc::channel();
        let enough = Rng::with_seed(round).usize(150..450);
        let crashing = &AtomicBool::new(false);
        std::thread::scope(|scope| {
            self.write(scope, client, round, move |outcome| {
                if outcome == Outcome::Acknowledged {
                    // Nobody counts any more once it is crashing.
                    let _ = acknowledge.send(());
                    return true;
                }
                assert!(crashing.load(Ordering::SeqCst), "{outcome:?} too early");
                assert_eq!(outcome, end);
                false
            });
            let counted = acknowledged.iter().take(enough).count();
            assert_eq!(counted, enough, "the writers gave up before the crash");
            crashing.store(true, Ordering::SeqCst);
            crash();
        });
        // Some were acknowledged between the last one that was counted and the crash.
        enough + acknowledged.iter().count()
    }

    /// Lets all write at once, each as long as `goes_on` says so after a write.
    fn write<'scope>(
        &'scope mut self,
        scope: &'scope Scope<'scope, '_>,
        client: &Client,
        round: u64,
        goes_on: impl Fn(Outcome) -> bool + Clone + Send + 'scope,
    ) {
        for (number, journal) in self.journals.iter_mut().enumerate() {
            let (client, goes_on) = (client.clone(), goes_on.clone());
            let everybody = &self.everybody;
            let mut random = Rng::with_seed(round * CLIENTS + number as u64);
            scope.spawn(
                move || {
                    while goes_on(journal.write_something(&client, everybody, &mut random)) {}
                },
            );
        }
    }

    /// Compares what is there with what was acknowledged.
    fn verify(&mut self, client: &Client, round: u64) {
        for journal in &mut self.journals {
            journal.verify(client, round);
        }
    }
}
