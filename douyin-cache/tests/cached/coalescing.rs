//! Many who ask at once.

use std::error::Error as _;

use douyin_core::{StoreError, Videos as _};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tokio::task::yield_now;

use crate::stage::{PAGE, alone, feed, likes, populated, profile};
use crate::watched::At;

#[tokio::test]
async fn many_who_ask_at_once_are_one_statement() {
    let store = populated().await;
    let cached = alone(&store);
    let gate = store.hold("feed", At::Door);
    let readers = join_all((0..100).map(|_| likes(&cached, None)));
    let opening = async {
        gate.arrival().await;
        gate.open();
    };
    let (seen, ()) = tokio::join!(readers, opening);
    assert_eq!(seen, [0; 100]);
    assert_eq!(store.calls("feed"), 1);
    let feed = cached.stats().feed;
    assert_eq!((feed.hits, feed.misses, feed.bypasses), (99, 1, 0));
}

#[tokio::test]
async fn where_the_one_who_loads_goes_away_one_of_the_others_goes_on() {
    let store = populated().await;
    let cached = alone(&store);
    let gate = store.hold("feed", At::Door);
    let mut first = Box::pin(likes(&cached, None));
    assert!((&mut first).now_or_never().is_none());
    let second = tokio::spawn({
        let cached = cached.clone();
        async move { likes(&cached, None).await }
    });
    gate.arrival().await;
    yield_now().await;
    drop(first);
    assert_eq!(second.await.unwrap(), 0);
    assert_eq!(store.calls("feed"), 2);
}

#[tokio::test]
async fn a_failure_is_told_to_all_who_wait_and_not_remembered() {
    let store = populated().await;
    let cached = alone(&store);
    let gate = store.hold("feed", At::Door);
    store.fail("feed", At::Door);
    let readers = join_all((0..3).map(|_| cached.feed(None, PAGE)));
    let opening = async {
        gate.arrival().await;
        gate.open();
    };
    let (answers, ()) = tokio::join!(readers, opening);
    for answer in answers {
        let Err(error @ StoreError::Unavailable(_)) = answer else {
            panic!("{answer:?}");
        };
        let cause = error.source().map(ToString::to_string);
        assert_eq!(cause.as_deref(), Some("the test said so"));
    }
    assert_eq!(store.calls("feed"), 1);
    assert_eq!(likes(&cached, None).await, 0);
    assert_eq!(store.calls("feed"), 2);
}

#[tokio::test]
async fn a_page_is_read_once_for_all_viewers_and_their_marks_once_for_each() {
    let store = populated().await;
    let cached = alone(&store);
    for _ in 0..3 {
        for viewer in [None, Some(1), Some(2)] {
            feed(&cached, viewer).await;
        }
    }
    assert_eq!((store.calls("feed"), store.calls("marks_of")), (1, 2));
    let marks = cached.stats().marks;
    assert_eq!((marks.hits, marks.misses), (4, 2));
}

#[tokio::test]
async fn a_present_instant_asks_for_the_newest_page_and_an_older_one_does_not() {
    let store = populated().await;
    let cached = alone(&store);
    let newest = feed(&cached, None).await;
    let mut page = PAGE;
    let at = newest.items[0].published_at;
    page.after = Some(douyin_core::Cursor::strictly_before(at.plus_millis(1)));
    assert_eq!(cached.feed(None, page).await.unwrap(), newest);
    assert_eq!(store.calls("feed"), 1);
    page.after = Some(douyin_core::Cursor::strictly_before(at));
    assert_eq!(cached.feed(None, page).await.unwrap().items, []);
    assert_eq!(store.calls("feed"), 2);
}

#[tokio::test]
async fn a_profile_is_one_statement_for_everybody_and_one_for_each_viewer() {
    let store = populated().await;
    let cached = alone(&store);
    for _ in 0..2 {
        profile(&cached, None, 1).await;
        profile(&cached, Some(1), 1).await;
        profile(&cached, Some(2), 1).await;
    }
    assert_eq!(store.calls("profile"), 2);
}
