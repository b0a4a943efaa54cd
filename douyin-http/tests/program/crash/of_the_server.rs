//! The server is killed.

use super::{CLIENTS, Outcome, Writers, leftovers, rounds};
use crate::client::Client;
use crate::database::{Database, on_each};
use crate::site::Site;

on_each!(every_acknowledged_write_survives_kill_9_and_nothing_else_is_left_behind: database(sqlite, postgres, mariadb));
fn every_acknowledged_write_survives_kill_9_and_nothing_else_is_left_behind(database: &Database) {
    let site = Site::on(database);
    let mut server = site.start();
    let mut client = Client::new(&server.url());
    let mut writers = Writers::begin(&client, 0..CLIENTS);
    for round in 0..rounds() {
        let kill = || server.kill();
        let acknowledged = writers.write_until(&client, round, kill, Outcome::Unanswered);
        server = site.start();
        client = Client::new(&server.url());
        writers.verify(&client, round);
        site.assert_no_drift();
        leftovers::assert_none(&client, &site.data(), round);
        println!("round {round}: killed after {acknowledged} acknowledged writes, all there");
    }
}
