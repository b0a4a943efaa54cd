//! `kill -9` in the middle of everything: what was acknowledged before is there afterwards.

mod journal;
mod leftovers;
mod of_the_database;
mod of_the_server;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

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
    fn begin(client: &Client) -> Self {
        let journals: Vec<Journal> = (0..CLIENTS)
            .map(|number| Journal::begin(client, number))
            .collect();
        Self {
            everybody: journals.iter().map(Journal::home).collect(),
            journals,
        }
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
        let crashing = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for (number, journal) in self.journals.iter_mut().enumerate() {
                let (client, acknowledge) = (client.clone(), acknowledge.clone());
                let (everybody, crashing) = (&self.everybody, &crashing);
                let mut random = Rng::with_seed(round * CLIENTS + number as u64);
                scope.spawn(move || {
                    loop {
                        let outcome = journal.write_something(&client, everybody, &mut random);
                        if outcome != Outcome::Acknowledged {
                            assert!(crashing.load(Ordering::SeqCst), "{outcome:?} too early");
                            return assert_eq!(outcome, end);
                        }
                        // Nobody counts any more once it is crashing.
                        let _ = acknowledge.send(());
                    }
                });
            }
            drop(acknowledge);
            let counted = acknowledged.iter().take(enough).count();
            assert_eq!(counted, enough, "the writers gave up before the crash");
            crashing.store(true, Ordering::SeqCst);
            crash();
        });
        // Some were acknowledged between the last one that was counted and the crash.
        enough + acknowledged.iter().count()
    }

    /// Compares what is there with what was acknowledged.
    fn verify(&mut self, client: &Client, round: u64) {
        for journal in &mut self.journals {
            journal.verify(client, round);
        }
    }
}
