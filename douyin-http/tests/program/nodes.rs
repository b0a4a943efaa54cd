//! Several processes on one data folder.

use crate::client::Client;
use crate::database::{Database, on_each};
use crate::running::start;
use crate::site::Site;
use crate::{run, stderr};

#[test]
fn a_second_server_of_the_same_node_is_refused_until_the_first_has_ended() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = start(folder.path());
    let second = run(folder.path(), &["serve"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        stderr(&second).contains("another server of node 0"),
        "{}",
        stderr(&second)
    );
    first.kill();
    Client::new(&start(folder.path()).url()).register("alice", "password");
}

on_each!(seeding_beside_a_running_server_disturbs_neither: database(sqlite, postgres, mariadb));
fn seeding_beside_a_running_server_disturbs_neither(database: &Database) {
    let site = Site::on(database);
    let server = site.start();
    let client = Client::new(&server.url());
    let seeded = std::thread::scope(|scope| {
        let seeding = scope.spawn(|| {
            let amounts = ["--users", "200", "--videos", "2000", "--likes", "100"];
            site.run(&[&["seed"][..], &amounts].concat())
        });
        for number in 0..100 {
            client.register(&format!("user-{number}"), "password");
        }
        seeding.join().unwrap()
    });
    assert!(seeded.status.success(), "{}", stderr(&seeded));
    site.assert_no_drift();
}
