//! The server ends, or stands still.

use std::time::Duration;

use douyin_store_sql::{SqlOptions, open};

use super::on_servers;
use super::own::OwnServer;
use super::scene::{assert_unavailable, like, likes, populate, read, wait_until_it_is_back};

on_servers!(a_server_that_stood_still_or_ended_is_used_again_when_it_is_back: own);
async fn a_server_that_stood_still_or_ended_is_used_again_when_it_is_back(server: &OwnServer) {
    let mut options = SqlOptions::default();
    options.connect_wait = Duration::from_secs(2);
    options.statement_wait = Duration::from_secs(1);
    let store = open(&server.url, &options).await.unwrap();
    populate(&*store).await;
    let all_fail = async || {
        let (read, write, ping) = tokio::join!(read(&*store), like(&*store, 2), store.ping());
        assert_unavailable(&read);
        assert_unavailable(&write);
        assert_unavailable(&ping);
    };

    let frozen = server.freeze();
    all_fail().await;
    drop(frozen);
    wait_until_it_is_back(&*store).await;
    store.ping().await.unwrap();
    assert_eq!(likes(&*store).await, 0);

    like(&*store, 1).await.map(drop).unwrap();
    server.kill();
    all_fail().await;
    server.restart();
    wait_until_it_is_back(&*store).await;
    assert_eq!(likes(&*store).await, 1, "what was acknowledged is there");
    like(&*store, 3).await.map(drop).unwrap();

    // Nobody asked in between: the first to ask notice nothing.
    server.stop();
    server.restart();
    assert_eq!(read(&*store).await.unwrap(), 2);
    like(&*store, 2).await.map(drop).unwrap();
    assert_eq!(likes(&*store).await, 3);
}
