//! How long something is shown.

use std::collections::BTreeSet;
use std::time::Duration;

use douyin_core::{Favorites as _, Mark};
use tokio::time::{Instant, advance};

use crate::stage::{NOON, alone, likes, populated, profile, user, video};
use crate::watched::At;

const MAX_AGE: Duration = Duration::from_secs(10);

/// As another process writes.
async fn like_elsewhere(store: &crate::watched::Watched) {
    let liked = store.mark_favorite(user(2), video(1), Mark::On, NOON).await;
    let _ = liked.unwrap();
}

#[tokio::test(start_paused = true)]
async fn nothing_is_shown_that_is_older_than_the_age() {
    let store = populated().await;
    let cached = alone(&store);
    assert_eq!(likes(&cached, None).await, 0);
    like_elsewhere(&store).await;
    advance(Duration::from_millis(8_999)).await;
    assert_eq!(likes(&cached, None).await, 0, "it is young");
    advance(Duration::from_millis(1_001)).await;
    assert_eq!(likes(&cached, None).await, 1);
}

#[tokio::test(start_paused = true)]
async fn the_age_counts_from_before_the_load() {
    let store = populated().await;
    let cached = alone(&store);
    let gate = store.hold("feed", At::Exit);
    let slow = tokio::spawn({
        let cached = cached.clone();
        async move { likes(&cached, None).await }
    });
    gate.arrival().await;
    advance(MAX_AGE).await;
    like_elsewhere(&store).await;
    gate.open();
    assert_eq!(slow.await.unwrap(), 0);
    assert_eq!(likes(&cached, None).await, 1, "it was too old as it landed");
}

#[tokio::test(start_paused = true)]
async fn what_was_read_together_is_not_too_old_together() {
    let store = populated().await;
    let cached = alone(&store);
    let began = Instant::now();
    let (mut misses, mut ages) = (1, BTreeSet::new());
    profile(&cached, None, 1).await;
    let mut read = began;
    for _ in 0..3000 {
        advance(Duration::from_millis(50)).await;
        profile(&cached, None, 1).await;
        if cached.stats().profiles.misses > misses {
            misses += 1;
            ages.insert(read.elapsed().as_millis());
            read = Instant::now();
        }
    }
    assert!(ages.len() > 3, "{ages:?}");
    let bounds = 9_000..=10_050;
    assert!(ages.iter().all(|age| bounds.contains(age)), "{ages:?}");
}
