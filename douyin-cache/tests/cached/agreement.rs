//! A page and a viewer's marks are two statements, and agree.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use douyin_cache::CachedStore;
use douyin_core::{Favorites as _, Follows as _, Mark};
use tokio::task::yield_now;

use crate::stage::{NOON, Told, alone, feed, like, populated, shared, user, video};
use crate::watched::At;

/// Whether the second user likes the video of the feed, in their own eyes, and how many do.
async fn seen(cached: &CachedStore) -> (bool, i64) {
    let feed = feed(cached, Some(2)).await;
    (feed.items[0].is_favorite, feed.items[0].favorite_count)
}

#[tokio::test]
async fn a_like_that_is_done_and_not_yet_answered_is_seen_with_its_count_or_not_at_all() {
    let store = populated().await;
    let peers = Told::new(&store.log);
    for cached in [alone(&store), shared(&store, &peers)] {
        let off = cached.mark_favorite(user(2), video(1), Mark::Off, NOON);
        let _ = off.await.unwrap();
        peers.forget();
        // A page from before the like is remembered.
        feed(&cached, None).await;
        let gate = store.hold("mark_favorite", At::Exit);
        let liking = tokio::spawn({
            let cached = cached.clone();
            async move { like(&cached, 2).await }
        });
        gate.arrival().await;
        assert_eq!(seen(&cached).await, (true, 1));
        gate.open();
        liking.await.unwrap();
        assert_eq!(seen(&cached).await, (true, 1));
    }
}

#[tokio::test]
async fn a_like_between_the_page_and_the_marks_is_seen_with_its_count_or_not_at_all() {
    let store = populated().await;
    let cached = alone(&store);
    let gate = store.hold("marks_of", At::Door);
    let looking = tokio::spawn({
        let cached = cached.clone();
        async move { seen(&cached).await }
    });
    gate.arrival().await;
    like(&cached, 2).await;
    gate.open();
    assert_eq!(looking.await.unwrap(), (true, 1));
    assert_eq!(cached.stats().feed.bypasses, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn flags_and_counts_agree_at_every_instant() {
    let store = populated().await;
    let cached = alone(&store);
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (cached, done) = (cached.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                while !done.load(SeqCst) {
                    let feed = feed(&cached, Some(2)).await;
                    let video = &feed.items[0];
                    assert_eq!(i64::from(video.is_favorite), video.favorite_count);
                    let follower_count = video.author.follower_count;
                    assert_eq!(i64::from(video.author.is_follow), follower_count);
                    yield_now().await;
                }
            })
        })
        .collect();
    for round in 0..300 {
        let mark = if round % 2 == 0 { Mark::On } else { Mark::Off };
        let liked = cached.mark_favorite(user(2), video(1), mark, NOON);
        let _ = liked.await.unwrap();
        let seen = seen(&cached).await;
        assert_eq!(seen, (mark == Mark::On, i64::from(mark == Mark::On)));
        let followed = cached.mark_follow(user(2), user(1), mark, NOON);
        let _ = followed.await.unwrap();
        let author = feed(&cached, Some(2)).await.items[0].author.clone();
        assert_eq!(author.is_follow, mark == Mark::On);
    }
    done.store(true, SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
}
