//! One of two servers is killed, which share a database and a media folder.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{CLIENTS, Outcome, Writers, leftovers, rounds};
use crate::client::Client;
use crate::database::{Database, on_each};
use crate::site::Site;

/// Ends the writing at the other server, also where an assertion fails meanwhile.
struct EndsWriting<'a>(&'a AtomicBool);

impl Drop for EndsWriting<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

on_each!(a_server_that_is_killed_and_starts_again_takes_nothing_from_the_other: database(postgres, mariadb));
fn a_server_that_is_killed_and_starts_again_takes_nothing_from_the_other(database: &Database) {
    let shared = tempfile::tempdir().expect("a temporary folder");
    let media_url = format!("file:{}", shared.path().join("media").display());
    let site = || {
        Site::on(database)
            .with(
                "DOUYIN_JWT_SECRET",
                "one secret of two servers, 32 bytes or more",
            )
            .with("DOUYIN_MEDIA_URL", &media_url)
            .with("DOUYIN_MEDIA_FFMPEG", "off")
    };
    let sites = [site(), site()];
    let [mut killed, stays] = sites.each_ref().map(Site::start);
    let [mut client, stays] = [&killed, &stays].map(|server| Client::new(&server.url()));
    let mut writers = Writers::begin(&client, 0..CLIENTS / 2);
    let mut others = Writers::begin(&stays, CLIENTS / 2..CLIENTS);
    writers.meet(&mut others);
    for round in 0..rounds().div_ceil(4) {
        let writing = &AtomicBool::new(true);
        std::thread::scope(|scope| {
            let _ends = EndsWriting(writing);
            others.write(scope, &stays, round, |outcome| {
                assert_eq!(outcome, Outcome::Acknowledged);
                writing.load(Ordering::SeqCst)
            });
            writers.write_until(&client, round, || killed.kill(), Outcome::Unanswered);
            killed = sites[0].start();
        });
        client = Client::new(&killed.url());
        writers.verify(&stays, round);
        others.verify(&client, round);
        sites[0].assert_no_drift();
        leftovers::assert_none(&client, shared.path(), round);
    }
}
