//! Several processes on one data folder.

use crate::client::Client;
use crate::running::start;
use crate::{run, stderr, stdout};

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

#[test]
fn seeding_beside_a_running_server_disturbs_neither() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path());
    let client = Client::new(&server.url());
    let seeded = std::thread::scope(|scope| {
        let seeding = scope.spawn(|| {
            let amounts = ["--users", "200", "--videos", "2000", "--likes", "100"];
            run(folder.path(), &[&["seed"][..], &amounts].concat())
        });
        for number in 0..100 {
            client.register(&format!("user-{number}"), "password");
        }
        seeding.join().unwrap()
    });
    assert!(seeded.status.success(), "{}", stderr(&seeded));
    let check = run(folder.path(), &["check"]);
    assert!(check.status.success(), "{}", stdout(&check));
}
