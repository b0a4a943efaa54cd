//! What a store tells of itself. The runtime of these tests has one thread: nothing runs but what is polled or waited for.

use std::task::Poll;

use douyin_core::Change::Applied;
use douyin_core::Mark::On;
use douyin_store_sql::{SqlOptions, StoreStats};
use futures_util::future::{FutureExt as _, join_all};
use futures_util::poll;

use crate::scene::{Scene, is_unavailable, like, new_video, populate, user};

#[tokio::test]
async fn a_store_counts_its_statements_and_its_transactions_however_many_writes_share_one() {
    let scene = Scene::new();
    let store = scene.open().await;
    populate(&*store).await;
    let before = store.stats();
    let reads = join_all((1..=3).map(|number| store.profile(None, user(number)))).await;
    assert!(reads.into_iter().all(|read| read.unwrap().is_some()));
    let read = store.stats();
    assert_eq!(read.read_statements, before.read_statements + 3);
    assert_eq!(read.write_transactions, before.write_transactions);

    let likes = join_all((1..=3).map(|number| like(&*store, number, 1, On))).await;
    assert!(likes.into_iter().all(|like| like.unwrap() == Applied));
    let written = store.stats();
    assert_eq!(written.read_statements, read.read_statements);
    assert_eq!(written.write_transactions, read.write_transactions + 1);
    // The marks, the counters of videos, those of users.
    assert_eq!(written.write_statements, read.write_statements + 3);
    let batches = |stats: &StoreStats| (stats.writer.batches.count(), stats.writer.batches.sum);
    let (count, sum) = batches(&read);
    assert_eq!(batches(&written), (count + 1, sum + 3));
    let committed = |stats: &StoreStats| stats.writer.committed_micros.count();
    assert_eq!(committed(&written), committed(&read) + 1);
    assert_eq!((written.writer.failed, written.failed_connects), (0, 0));
}

#[tokio::test]
async fn a_store_tells_who_reads_who_waits_and_how_many_were_refused() {
    let scene = Scene::new();
    let mut options = SqlOptions::default();
    (options.readers, options.read_queue) = (Some(1), 1);
    let store = scene.open_with(&options).await;
    populate(&*store).await;
    let mut reads = [1, 2, 3].map(|number| store.profile(None, user(number)));
    let [reading, waiting, refused] = &mut reads;
    assert!(poll!(reading.as_mut()).is_pending());
    assert!(poll!(waiting.as_mut()).is_pending());
    let Poll::Ready(answer) = poll!(refused.as_mut()) else {
        panic!("two wait where one may");
    };
    assert!(is_unavailable(&answer));
    let readers = store.stats().readers;
    assert_eq!((readers.size, readers.in_use, readers.waiting), (1, 1, 1));
    assert_eq!(readers.refused, 1);

    assert!(reading.await.unwrap().is_some());
    assert!(waiting.await.unwrap().is_some());
    let readers = store.stats().readers;
    assert_eq!((readers.in_use, readers.waiting), (0, 0));
}

#[tokio::test]
async fn a_store_tells_how_many_writes_wait_for_the_next_transaction() {
    let scene = Scene::new();
    let store = scene.open().await;
    populate(&*store).await;
    let mut likes = [1, 2].map(|number| like(&*store, number, 1, On).boxed());
    for like in &mut likes {
        assert!(poll!(like).is_pending());
    }
    assert_eq!(store.stats().writer.queued, 2);
    assert_eq!(
        store.stats().writer.queue,
        SqlOptions::default().write_queue
    );
    for like in join_all(likes).await {
        assert_eq!(like.unwrap(), Applied);
    }
    assert_eq!(store.stats().writer.queued, 0);
}

#[tokio::test]
async fn a_transaction_that_fails_is_counted_and_so_is_each_that_takes_its_place() {
    let scene = Scene::new();
    let store = scene.open().await;
    populate(&*store).await;
    let before = store.stats().writer;
    let mut stranger = scene.stranger().await;
    let trigger =
        "CREATE TRIGGER broken BEFORE INSERT ON videos BEGIN SELECT RAISE(ABORT, 'broken'); END";
    sqlx::query(trigger).execute(&mut stranger).await.unwrap();
    let answers = join_all([
        store
            .publish(new_video(2, 1))
            .map(|done| done.is_ok())
            .boxed(),
        like(&*store, 2, 1, On).map(|done| done.is_ok()).boxed(),
    ])
    .await;
    assert_eq!(answers, [false, true]);
    let after = store.stats().writer;
    // The batch of both, and the publication alone.
    assert_eq!(after.failed, before.failed + 2);
    let committed = after.committed_micros.count();
    assert_eq!(committed, before.committed_micros.count() + 1);
    assert_eq!(after.batches.count(), before.batches.count() + 1);
}
