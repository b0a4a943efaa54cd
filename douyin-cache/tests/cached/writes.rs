//! What a write does to what is remembered, however it ends.

use douyin_core::{Audit as _, Change, Comments as _, Counter, Favorites as _, Follows as _, Mark};
use douyin_core::{StoreError, Users as _, Videos as _};
use futures_util::FutureExt as _;
use tokio::task::yield_now;

use crate::stage::{
    NOON, PAGE, alone, comment, deletion, edit, feed, like, like_video, likes, new_comment,
    new_video, picture, populated, profile, user, video,
};
use crate::watched::At;

#[tokio::test]
async fn a_reader_after_the_answer_never_sees_the_past_though_a_slow_load_is_under_way() {
    let store = populated().await;
    let cached = alone(&store);
    let slow = store.hold("feed", At::Exit);
    let early = tokio::spawn({
        let cached = cached.clone();
        async move { likes(&cached, None).await }
    });
    slow.arrival().await;
    like(&cached, 2).await;
    let late = tokio::spawn({
        let cached = cached.clone();
        async move { likes(&cached, None).await }
    });
    yield_now().await;
    assert!(!late.is_finished(), "one statement at a time");
    slow.open();
    assert_eq!(early.await.unwrap(), 0, "it asked before");
    assert_eq!(late.await.unwrap(), 1);
    assert_eq!(store.calls("feed"), 2);
    assert_eq!(likes(&cached, None).await, 1);
    assert_eq!(store.calls("feed"), 2, "the newer load stays");
}

#[tokio::test(start_paused = true)]
async fn a_load_that_hangs_keeps_nobody_else_waiting_for_more_than_a_second() {
    let store = populated().await;
    let cached = alone(&store);
    let _hangs = store.hold("feed", At::Exit);
    let stuck = tokio::spawn({
        let cached = cached.clone();
        async move { likes(&cached, None).await }
    });
    yield_now().await;
    let began = tokio::time::Instant::now();
    assert_eq!(likes(&cached, None).await, 0);
    assert_eq!(began.elapsed().as_secs(), 1);
    assert_eq!(likes(&cached, None).await, 0);
    assert_eq!(store.calls("feed"), 2, "the second load is remembered");
    assert!(!stuck.is_finished());
}

#[tokio::test]
async fn everything_that_a_write_changes_is_seen_at_once() {
    let store = populated().await;
    let cached = alone(&store);
    let cards = async || {
        let (mut users, mut videos) = (Vec::new(), Vec::new());
        for number in 1..=3 {
            let card = profile(&cached, None, number).await;
            let truth = store.profile(None, user(number)).await;
            assert_eq!(Some(&card), truth.unwrap().as_ref());
            users.push(card);
        }
        let page = feed(&cached, None).await;
        assert_eq!(page, store.feed(None, PAGE).await.unwrap());
        let below = cached.comments(None, video(1), PAGE).await.unwrap();
        assert_eq!(below, store.comments(None, video(1), PAGE).await.unwrap());
        let alone = cached.video(None, video(1)).await.unwrap();
        assert_eq!(alone, store.video(None, video(1)).await.unwrap());
        videos.extend(page.items);
        (users, videos, below.items)
    };
    let mut last = cards().await;
    let mut changes = async |what: &str| {
        let now = cards().await;
        assert_ne!(now, last, "{what} changes something");
        last = now;
    };
    let _ = cached
        .mark_favorite(user(2), video(1), Mark::On, NOON)
        .await;
    changes("a like").await;
    let _ = cached.mark_follow(user(3), user(1), Mark::On, NOON).await;
    changes("a follow").await;
    let text = new_comment(7, user(3), video(1), "hello");
    cached.add_comment(text).await.unwrap();
    changes("a comment").await;
    let _ = cached
        .mark_favorite(user(1), video(1), Mark::On, NOON)
        .await;
    changes("a like of one's own").await;
    let _ = cached.delete_comment(comment(7), NOON).await.unwrap();
    changes("a deletion of which nobody was asked before").await;
    cached.publish(new_video(video(2), user(3))).await.unwrap();
    changes("a publication").await;
    let _ = cached
        .mark_favorite(user(2), video(1), Mark::Off, NOON)
        .await;
    changes("a like taken back").await;
    let _ = cached.mark_follow(user(3), user(1), Mark::Off, NOON).await;
    changes("a follow that ends").await;
    let renamed = cached.edit_profile(edit(user(1), "alice", "")).await;
    assert_eq!(renamed.unwrap(), Change::Applied);
    changes("another name of who published").await;
    let text = new_comment(8, user(3), video(1), "hello again");
    cached.add_comment(text).await.unwrap();
    changes("another comment").await;
    let signed = cached.edit_profile(edit(user(3), "user 3", "hello")).await;
    assert_eq!(signed.unwrap(), Change::Applied);
    changes("another signature of who comments").await;
    let picture = cached.set_picture(picture(user(1), "pictures/1.jpg")).await;
    assert_eq!(picture.unwrap(), Change::Applied);
    changes("a picture of who published").await;
    like_video(&cached, 1, 2).await;
    changes("a like of another video").await;
    let deleted = cached.delete_video(deletion(video(2))).await;
    assert_eq!(deleted.unwrap(), Change::Applied);
    changes("a deletion of a video").await;
    assert_eq!(cached.forget_favorites(video(2), 10).await.unwrap(), 1);
    changes("a like that is forgotten").await;
    let deleted = cached.delete_video(deletion(video(1))).await;
    assert_eq!(deleted.unwrap(), Change::Applied);
    changes("a deletion of the last video").await;
}

#[tokio::test]
async fn a_video_that_another_one_deleted_just_now_is_not_shown_to_who_was_told_so() {
    let store = populated().await;
    let cached = alone(&store);
    feed(&cached, None).await;
    let gate = store.hold("delete_video", At::Exit);
    let deleting = tokio::spawn({
        let cached = cached.clone();
        async move { cached.delete_video(deletion(video(1))).await }
    });
    gate.arrival().await;
    let again = cached.delete_video(deletion(video(1))).await;
    assert_eq!(again.unwrap(), Change::Unchanged);
    assert_eq!(feed(&cached, None).await.items, []);
    gate.open();
    assert_eq!(deleting.await.unwrap().unwrap(), Change::Applied);
}

#[tokio::test]
async fn likes_of_which_there_are_none_to_forget_cost_nothing_that_is_remembered() {
    let store = populated().await;
    let cached = alone(&store);
    feed(&cached, None).await;
    assert_eq!(cached.forget_favorites(video(1), 10).await.unwrap(), 0);
    feed(&cached, None).await;
    assert_eq!(store.calls("feed"), 1);
}

#[tokio::test]
async fn a_write_whose_caller_goes_away_is_brought_to_its_end() {
    let store = populated().await;
    let cached = alone(&store);
    assert_eq!(likes(&cached, None).await, 0);
    let gate = store.hold("mark_favorite", At::Door);
    {
        let mut liking = Box::pin(like(&cached, 2));
        assert!((&mut liking).now_or_never().is_none(), "it is held up");
    }
    assert_eq!(likes(&cached, None).await, 0);
    gate.open();
    while store.log.take() != ["mark_favorite done"] {
        yield_now().await;
    }
    yield_now().await;
    assert_eq!(likes(&cached, None).await, 1);
}

#[tokio::test]
async fn a_write_that_never_began_is_not_done() {
    let store = populated().await;
    let cached = alone(&store);
    drop(cached.mark_favorite(user(2), video(1), Mark::On, NOON));
    yield_now().await;
    assert_eq!(store.calls("mark_favorite"), 0);
}

#[tokio::test]
async fn a_write_that_failed_and_was_done_all_the_same_is_seen() {
    let store = populated().await;
    let cached = alone(&store);
    assert_eq!(feed(&cached, Some(2)).await.items[0].favorite_count, 0);
    store.fail("mark_favorite", At::Exit);
    let failed = cached
        .mark_favorite(user(2), video(1), Mark::On, NOON)
        .await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    for viewer in [None, Some(2)] {
        let seen = &feed(&cached, viewer).await.items[0];
        assert_eq!(
            (seen.favorite_count, seen.is_favorite),
            (1, viewer.is_some())
        );
    }
    assert_eq!(profile(&cached, None, 1).await.total_favorited, 1);
}

#[tokio::test]
async fn a_name_that_was_refused_costs_nothing_and_one_that_may_be_another_is_read_anew() {
    let store = populated().await;
    let cached = alone(&store);
    let shown = async || profile(&cached, None, 1).await.name;
    assert_eq!(shown().await, "user 1");
    let refused = cached.edit_profile(edit(user(1), "USER 2", "")).await;
    assert!(matches!(refused, Err(StoreError::Taken)));
    assert_eq!(shown().await, "user 1");
    assert_eq!(store.calls("profile"), 1);
    store.fail("edit_profile", At::Exit);
    let failed = cached.edit_profile(edit(user(1), "alice", "")).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    assert_eq!(shown().await, "alice", "it was done all the same");
}

#[tokio::test]
async fn a_page_that_is_read_while_its_author_takes_another_name_is_read_again() {
    let store = populated().await;
    let cached = alone(&store);
    let slow = store.hold("feed", At::Exit);
    let early = tokio::spawn({
        let cached = cached.clone();
        async move { feed(&cached, Some(2)).await }
    });
    slow.arrival().await;
    let renamed = cached.edit_profile(edit(user(1), "alice", "")).await;
    assert_eq!(renamed.unwrap(), Change::Applied);
    slow.open();
    let early = early.await.unwrap();
    assert_eq!(early.items[0].author.name, "user 1", "it asked before");
    let late = feed(&cached, Some(2)).await;
    assert_eq!(late.items[0].author.name, "alice");
}

#[tokio::test]
async fn a_write_that_is_refused_costs_nothing_that_is_remembered() {
    let store = populated().await;
    let cached = alone(&store);
    feed(&cached, None).await;
    let refused = cached
        .mark_favorite(user(9), video(1), Mark::On, NOON)
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))));
    feed(&cached, None).await;
    assert_eq!(store.calls("feed"), 1);
}

#[tokio::test]
async fn a_write_costs_only_what_shows_it() {
    let store = populated().await;
    store.publish(new_video(video(2), user(2))).await.unwrap();
    let cached = alone(&store);
    for of in 1..=3 {
        profile(&cached, None, of).await;
    }
    let liked = cached.mark_favorite(user(3), video(2), Mark::On, NOON);
    let _ = liked.await.unwrap();
    let before = store.calls("profile");
    profile(&cached, None, 1).await;
    assert_eq!(store.calls("profile"), before, "of no concern to the first");
    profile(&cached, None, 2).await;
    profile(&cached, None, 3).await;
    assert_eq!(
        store.calls("profile"),
        before + 2,
        "the author and the one who likes"
    );
}

#[tokio::test]
async fn who_published_a_video_is_looked_up_once() {
    let store = populated().await;
    let cached = alone(&store);
    for by in 1..=3 {
        like(&cached, by).await;
    }
    assert_eq!(store.calls("video"), 1);
}

#[tokio::test]
async fn where_nobody_knows_whose_video_was_liked_everything_is_read_anew() {
    let store = populated().await;
    let cached = alone(&store);
    assert_eq!(profile(&cached, None, 1).await.total_favorited, 0);
    store.fail("video", At::Door);
    like(&cached, 2).await;
    assert_eq!(profile(&cached, None, 1).await.total_favorited, 1);
}

#[tokio::test]
async fn after_a_repair_everything_is_read_anew() {
    let store = populated().await;
    let cached = alone(&store);
    feed(&cached, None).await;
    cached.repair(Counter::VideoFavorites).await.unwrap();
    feed(&cached, None).await;
    assert_eq!(store.calls("feed"), 2);
}

#[tokio::test]
async fn a_write_under_way_is_as_good_for_what_is_remembered_by_other_options() {
    let store = populated().await;
    let cached = alone(&store);
    let gate = store.hold("mark_favorite", At::Exit);
    let liking = tokio::spawn({
        let cached = cached.clone();
        async move { like(&cached, 2).await }
    });
    gate.arrival().await;
    let slow = store.hold("feed", At::Door);
    let early = tokio::spawn({
        let cached = cached.clone();
        async move { likes(&cached, None).await }
    });
    slow.arrival().await;
    let mut options = douyin_cache::CacheOptions::default();
    options.entries = 500;
    cached.reconfigure(options);
    // A page from before the touch, on the new shelf.
    let page = likes(&cached, None).await;
    assert_eq!(page, 1, "the store has it already");
    gate.open();
    liking.await.unwrap();
    slow.open();
    assert_eq!(early.await.unwrap(), 1);
    let before = store.calls("feed");
    assert_eq!(likes(&cached, None).await, 1);
    assert_eq!(store.calls("feed"), before + 1, "it was touched");
}
