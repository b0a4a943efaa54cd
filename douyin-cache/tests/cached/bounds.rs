//! How much is kept.

use douyin_cache::CacheOptions;
use douyin_core::{Comments as _, PageRequest, Users as _, Videos as _};

use crate::stage::{
    PAGE, alone, new_comment, new_user, new_video, populated, profile, user, video,
};

#[tokio::test]
async fn no_more_is_kept_than_was_allowed() {
    let store = populated().await;
    let cached = alone(&store);
    let mut options = CacheOptions::default();
    options.entries = 50;
    cached.reconfigure(options);
    for number in 10..400 {
        store.register(new_user(user(number))).await.unwrap();
        profile(&cached, None, number).await;
    }
    // The last few moments' are counted late.
    for _ in 0..200 {
        profile(&cached, None, 1).await;
    }
    let entries = cached.stats().profiles.entries;
    assert!((1..=150).contains(&entries), "{entries}");
}

#[tokio::test]
async fn a_page_with_too_many_entries_is_passed_through() {
    let store = populated().await;
    let cached = alone(&store);
    let mut options = CacheOptions::default();
    options.largest_page = 3;
    cached.reconfigure(options);
    for number in 1..=4 {
        let comment = new_comment(number, user(2), video(1), "hello");
        store.add_comment(comment).await.unwrap();
    }
    for (limit, calls) in [(3, 1), (3, 1), (4, 2), (4, 3)] {
        let page = PageRequest::newest(limit);
        let page = cached.comments(None, video(1), page).await.unwrap();
        assert_eq!(page.items.len(), limit as usize);
        assert_eq!(store.calls("comments"), calls, "{limit} comments");
    }
    // A viewer's flags cost no second statement where the page is not kept.
    let marks = store.calls("marks_of");
    for calls in 4..6 {
        let page = PageRequest::newest(4);
        let page = cached.comments(Some(user(3)), video(1), page).await;
        assert_eq!(page.unwrap().items.len(), 4);
        assert_eq!(store.calls("comments"), calls);
    }
    assert_eq!(store.calls("marks_of"), marks);
}

#[tokio::test]
async fn a_page_counts_for_its_entries() {
    let store = populated().await;
    let cached = alone(&store);
    let mut options = CacheOptions::default();
    options.entries = 10;
    cached.reconfigure(options);
    // Longer than all that may be kept: it is read each time, and nothing breaks.
    for number in 10..30 {
        let video = new_video(video(number), user(1));
        store.publish(video).await.unwrap();
    }
    for _ in 0..200 {
        let page = cached.feed(None, PAGE).await.unwrap();
        assert_eq!(page.items.len(), 21);
    }
    assert!(store.calls("feed") > 1);
}

#[tokio::test]
async fn with_other_options_everything_is_read_anew_and_the_counts_go_on() {
    let store = populated().await;
    let cached = alone(&store);
    profile(&cached, None, 1).await;
    cached.reconfigure(CacheOptions::default());
    profile(&cached, None, 1).await;
    let mut options = CacheOptions::default();
    options.entries += 1;
    cached.reconfigure(options);
    profile(&cached, None, 1).await;
    let profiles = cached.stats().profiles;
    assert_eq!((profiles.hits, profiles.misses), (1, 2));
    assert_eq!(store.calls("profile"), 2);
}
