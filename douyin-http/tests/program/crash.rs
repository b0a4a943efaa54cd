//! `kill -9` in the middle of everything: what was acknowledged before is there afterwards.

mod journal;
mod leftovers;

use std::sync::mpsc;

use fastrand::Rng;

use self::journal::Journal;
use crate::client::Client;
use crate::run;
use crate::running::{Running, start};

const CLIENTS: u64 = 16;

/// How often the server is killed: `CRASH_ROUNDS`, otherwise 10 times.
fn rounds() -> u64 {
    std::env::var("CRASH_ROUNDS").map_or(10, |rounds| {
        rounds.parse().expect("CRASH_ROUNDS is a number")
    })
}

/// One data folder lives through all rounds, so each restart is checked against everything since the first.
#[test]
fn every_acknowledged_write_survives_kill_9_and_nothing_else_is_left_behind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut server = start(folder.path());
    let client = Client::new(&server.url());
    let mut journals: Vec<Journal> = (0..CLIENTS)
        .map(|number| Journal::begin(&client, number))
        .collect();
    let everybody: Vec<_> = journals.iter().map(Journal::home).collect();
    for round in 0..rounds() {
        let acknowledged = write_until_killed(server, &mut journals, &everybody, round);
        server = start(folder.path());
        let client = Client::new(&server.url());
        for journal in &mut journals {
            journal.verify(&client, round);
        }
        let check = run(folder.path(), &["check"]);
        assert!(check.status.success(), "round {round}: drift: {check:?}");
        leftovers::assert_none(&client, &folder.path().join("data"), round);
        println!("round {round}: killed after {acknowledged} acknowledged writes, all there");
    }
}

/// Lets all clients write at once and kills the server after a number of acknowledgements, whatever it is doing then.
fn write_until_killed(
    server: Running,
    journals: &mut [Journal],
    everybody: &[journal::Home],
    round: u64,
) -> usize {
    let client = Client::new(&server.url());
    let (acknowledge, acknowledged) = mpsc::channel();
    let enough = Rng::with_seed(round).usize(150..450);
    std::thread::scope(|scope| {
        for (number, journal) in journals.iter_mut().enumerate() {
            let (client, acknowledge) = (client.clone(), acknowledge.clone());
            let mut random = Rng::with_seed(round * CLIENTS + number as u64);
            scope.spawn(move || {
                while journal.write_something(&client, everybody, &mut random) {
                    // Nobody counts any more once the server is being killed.
                    let _ = acknowledge.send(());
                }
            });
        }
        drop(acknowledge);
        let counted = acknowledged.iter().take(enough).count();
        assert_eq!(counted, enough, "the server went away before it was killed");
        server.kill();
    });
    // Some were acknowledged between the last one that was counted and the end of the process.
    enough + acknowledged.iter().count()
}
