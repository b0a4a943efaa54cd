//! Several processes on one data folder, and on one database.

use crate::client::Client;
use crate::database::{Database, on_each};
use crate::running::Running;
use crate::site::Site;
use crate::stderr;

/// An id that a server makes, and the node number in it.
fn new_id(server: &Running, name: &str) -> (i64, i64) {
    let id = Client::new(&server.url()).register(name, "password").id;
    (id, id >> 7 & 31)
}

on_each!(servers_on_one_folder_have_numbers_of_their_own_and_keep_them_when_killed: database(memory, sqlite, postgres, mariadb));
fn servers_on_one_folder_have_numbers_of_their_own_and_keep_them_when_killed(database: &Database) {
    let site = Site::on(database);
    let (mut first, second) = (site.start(), site.start());
    let (last, number) = new_id(&first, "alice");
    assert_ne!(new_id(&second, "bob").1, number);
    first.kill();
    let (next, same) = new_id(&site.start(), "carol");
    assert_eq!(same, number);
    assert!(next > last);
}

#[cfg(unix)]
on_each!(a_number_that_is_asked_for_is_refused_while_another_server_has_it: database(sqlite, postgres, mariadb));
#[cfg(unix)]
fn a_number_that_is_asked_for_is_refused_while_another_server_has_it(database: &Database) {
    use rustix::process::{Pid, Signal, kill_process};

    let site = Site::on(database).with("DOUYIN_NODE_ID", "7");
    let mut first = site.start();
    let elsewhere = Site::on_url(Some(&site.database_url())).with("DOUYIN_NODE_ID", "7");
    let refused = elsewhere.run(&["serve"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let told = stderr(&refused);
    assert!(told.contains("has the node number 7"), "{told}");
    assert_eq!(new_id(&first, "alice").1, 7);

    kill_process(Pid::from_child(&first.child), Signal::TERM).unwrap();
    assert!(first.child.wait().unwrap().success());
    assert_eq!(new_id(&elsewhere.start(), "bob").1, 7);
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
