use douyin_media::DEMO_CLIP;
use sqlx::{Connection as _, Executor as _, SqliteConnection};

use super::{Bucket, FILES, publish};
use crate::client::Client;
use crate::site::Site;
use crate::wait_until;

#[test]
fn objects_whose_row_was_never_written_are_gone_after_the_next_start() {
    let Some(bucket) = Bucket::make("a crash between object and row") else {
        return;
    };
    let site = bucket
        .site(Site::on_url(None))
        .with("DOUYIN_DATABASE_LOCK_SECONDS", "600");
    let mut running = site.start();
    let client = Client::new(&running.url());
    let alice = client.register("alice", "password");
    assert_eq!(
        publish(&client, &alice, DEMO_CLIP)
            .expect("an answer")
            .decided()["status_code"],
        0
    );
    let published = bucket.objects();

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let url = site.database_url();
    // No row is written while somebody else writes.
    let lock = runtime.block_on(async {
        let mut connection = SqliteConnection::connect(&url).await?;
        connection.execute("BEGIN IMMEDIATE").await?;
        Ok::<_, sqlx::Error>(connection)
    });
    let lock = lock.expect("a lock");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let nobody = publish(&client, &alice, DEMO_CLIP);
            assert!(nobody.is_none(), "{nobody:?}");
        });
        wait_until("the objects are stored", || {
            bucket.objects().len() == published.len() + FILES
        });
        running.kill();
    });
    drop(lock);

    let running = site.start();
    assert_eq!(bucket.objects(), published);
    let client = Client::new(&running.url());
    let feed = client.call("GET", "/feed/", &[]);
    assert_eq!(feed["video_list"].as_array().map(Vec::len), Some(1));
    site.assert_no_drift();
}
