//! The network breaks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use douyin_store_sql::{ClosableStore, SqlOptions, open};
use futures_util::future::join_all;

use super::on_servers;
use super::proxy::{Network, Proxy};
use super::scene::{assert_unavailable, like, likes, populate, read, wait_until_it_is_back};
use crate::server::Fresh;

/// A store that reaches its server through a network of its own.
struct Remote {
    store: Arc<dyn ClosableStore>,
    proxy: Proxy,
}

async fn remote(database: &Fresh, options: &SqlOptions) -> Remote {
    let proxy = Proxy::before(&database.url).await;
    let store = open(&proxy.url, options).await.unwrap();
    populate(&*store).await;
    Remote { store, proxy }
}

on_servers!(connections_that_broke_while_they_were_idle_harm_neither_reads_nor_writes: fresh);
async fn connections_that_broke_while_they_were_idle_harm_neither_reads_nor_writes(
    database: &Fresh,
) {
    let Remote { store, proxy, .. } = &remote(database, &SqlOptions::default()).await;
    for by in 1..=3 {
        let several = join_all((0..8).map(|_| read(&**store))).await;
        assert!(several.iter().all(Result::is_ok), "{several:?}");
        proxy.becomes(Network::Sound);
        assert_eq!(read(&**store).await.unwrap(), by - 1);
        like(&**store, by).await.map(drop).unwrap();
        store.ping().await.unwrap();
    }
    assert_eq!(likes(&**store).await, 3);
}

on_servers!(while_the_network_is_down_all_fail_at_once_after_few_attempts: fresh);
async fn while_the_network_is_down_all_fail_at_once_after_few_attempts(database: &Fresh) {
    let options = SqlOptions::default();
    let Remote { store, proxy, .. } = &remote(database, &options).await;
    let before = proxy.connections();
    proxy.becomes(Network::Down);
    let begun = Instant::now();
    for _ in 0..10 {
        let reads = join_all((0..100).map(|_| read(&**store)));
        let writes = join_all((0..100).map(|_| like(&**store, 2)));
        let (reads, writes) = tokio::join!(reads, writes);
        reads.iter().for_each(assert_unavailable);
        writes.iter().for_each(assert_unavailable);
        assert_unavailable(&store.ping().await);
    }
    // At first as many as may read at a time and the writer, each again after its idle connection; then four in a second.
    let attempts = u128::try_from(proxy.connections() - before).unwrap();
    let most = 2 * 17 + begun.elapsed().as_millis() / 250;
    assert!(attempts <= most, "{attempts} attempts, at most {most}");

    proxy.becomes(Network::Sound);
    wait_until_it_is_back(&**store).await;
    like(&**store, 3).await.map(drop).unwrap();
    assert_eq!(likes(&**store).await, 1);
}

on_servers!(a_network_that_swallows_everything_is_not_waited_for: fresh);
async fn a_network_that_swallows_everything_is_not_waited_for(database: &Fresh) {
    let mut options = SqlOptions::default();
    // Ample for the open beforehand, on a busy machine too.
    options.connect_wait = Duration::from_secs(1);
    options.statement_wait = Duration::from_secs(1);
    let Remote { store, proxy, .. } = &remote(database, &options).await;
    proxy.becomes(Network::Silent);
    let (reads, writes, ping) = tokio::join!(
        join_all((0..50).map(|_| read(&**store))),
        join_all((0..50).map(|_| like(&**store, 2))),
        store.ping(),
    );
    reads.iter().for_each(assert_unavailable);
    writes.iter().for_each(assert_unavailable);
    assert_unavailable(&ping);

    proxy.becomes(Network::Sound);
    wait_until_it_is_back(&**store).await;
    assert_eq!(likes(&**store).await, 0, "what had not begun was not done");
    like(&**store, 3).await.map(drop).unwrap();
    store.ping().await.unwrap();
}

on_servers!(a_commit_whose_answer_was_lost_is_unavailable_and_not_tried_again: fresh);
async fn a_commit_whose_answer_was_lost_is_unavailable_and_not_tried_again(database: &Fresh) {
    let Remote { store, proxy, .. } = &remote(database, &SqlOptions::default()).await;
    proxy.loses_commits(true);
    assert_unavailable(&like(&**store, 2).await);
    proxy.loses_commits(false);
    assert_eq!(proxy.lost_commits(), 1);
    assert_eq!(likes(&**store).await, 1);
    like(&**store, 3).await.map(drop).unwrap();
    assert_eq!(likes(&**store).await, 2);
}

on_servers!(a_caller_who_goes_away_takes_nobody_of_its_batch_along: fresh);
async fn a_caller_who_goes_away_takes_nobody_of_its_batch_along(database: &Fresh) {
    let Remote { store, .. } = &remote(database, &SqlOptions::default()).await;
    let mut leaves = Box::pin(like(&**store, 1));
    assert!(futures_util::poll!(&mut leaves).is_pending());
    let stay = join_all((2..=3).map(|by| like(&**store, by)));
    drop(leaves);
    let stay = stay.await;
    assert!(stay.iter().all(Result::is_ok), "{stay:?}");
    // Also that of the one who left: it was in the queue.
    assert_eq!(likes(&**store).await, 3);
}
