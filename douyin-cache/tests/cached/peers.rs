//! Two processes on one database.

use douyin_core::{
    Change, Comments as _, Favorites as _, Follows as _, Mark, Users as _, Videos as _,
};
use douyin_core::{StoreError, UserId};
use tokio::time::{Instant, advance};

use crate::stage::{
    NOON, PAGE, SHARED_AGE, Told, comment, deletion, edit, feed, like, like_video, likes,
    new_comment, new_user, new_video, picture, populated, profile, shared, user, video,
};
use crate::watched::At;

fn told_of<const N: usize>(writers: [i64; N]) -> String {
    format!("told of {:?}", writers.map(user))
}

#[tokio::test(start_paused = true)]
async fn the_writer_sees_their_own_write_elsewhere_at_once_and_others_after_the_age() {
    let store = populated().await;
    let peers = Told::new(&store.log);
    let [here, there] = [shared(&store, &peers), shared(&store, &peers)];
    for viewer in [None, Some(2), Some(3)] {
        assert_eq!(likes(&there, viewer).await, 0);
    }
    like(&here, 2).await;
    let own = &feed(&there, Some(2)).await.items[0];
    assert_eq!((own.favorite_count, own.is_favorite), (1, true));
    assert_eq!(there.stats().feed.bypasses, 1);
    for viewer in [None, Some(3)] {
        assert_eq!(likes(&here, viewer).await, 1, "on the same process");
        assert_eq!(likes(&there, viewer).await, 0, "still young");
    }
    advance(SHARED_AGE).await;
    for viewer in [None, Some(3)] {
        assert_eq!(likes(&there, viewer).await, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_takes_another_name_sees_it_elsewhere_at_once_and_others_after_the_age() {
    let store = populated().await;
    let peers = Told::new(&store.log);
    let [here, there] = [shared(&store, &peers), shared(&store, &peers)];
    let shown = async |cached, viewer: Option<i64>| {
        let own = profile(cached, viewer, 1).await.name;
        (own, feed(cached, viewer).await.items[0].author.name.clone())
    };
    let both = |name: &str| (name.to_owned(), name.to_owned());
    for viewer in [None, Some(1)] {
        assert_eq!(shown(&there, viewer).await, both("user 1"));
    }
    let edited = here.edit_profile(edit(user(1), "alice", "")).await;
    assert_eq!(edited.unwrap(), Change::Applied);
    assert_eq!(shown(&there, Some(1)).await, both("alice"));
    assert_eq!(shown(&here, None).await, both("alice"));
    assert_eq!(shown(&there, None).await, both("user 1"), "still young");
    advance(SHARED_AGE).await;
    assert_eq!(shown(&there, None).await, both("alice"));
}

#[tokio::test(start_paused = true)]
async fn whoever_deletes_a_video_misses_it_elsewhere_at_once_and_others_after_the_age() {
    let store = populated().await;
    let peers = Told::new(&store.log);
    let [here, there] = [shared(&store, &peers), shared(&store, &peers)];
    let listed = async |cached, viewer: Option<i64>| feed(cached, viewer).await.items.len();
    for viewer in [None, Some(1), Some(2)] {
        assert_eq!(listed(&there, viewer).await, 1);
    }
    let deleted = here.delete_video(deletion(video(1))).await;
    assert_eq!(deleted.unwrap(), Change::Applied);
    assert_eq!(listed(&there, Some(1)).await, 0);
    for viewer in [None, Some(2)] {
        assert_eq!(listed(&here, viewer).await, 0, "on the same process");
        assert_eq!(listed(&there, viewer).await, 1, "still young");
    }
    advance(SHARED_AGE).await;
    for viewer in [None, Some(2)] {
        assert_eq!(listed(&there, viewer).await, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_grows_old_while_the_peers_are_asked_is_not_shown() {
    let store = populated().await;
    let peers = Told::new(&store.log);
    let [here, there] = [shared(&store, &peers), shared(&store, &peers)];
    feed(&there, None).await;
    like(&here, 2).await;
    let gate = store.hold("marks_of", At::Exit);
    let looking = tokio::spawn({
        let there = there.clone();
        async move { likes(&there, Some(2)).await }
    });
    gate.arrival().await;
    advance(SHARED_AGE).await;
    peers.forget();
    gate.open();
    assert_eq!(looking.await.unwrap(), 1);
}

#[tokio::test]
async fn a_write_is_done_then_told_then_answered() {
    let store = populated().await;
    let cached = shared(&store, &Told::new(&store.log));
    like(&cached, 2).await;
    store.log.push("answered");
    let lines = store.log.take();
    let lines = lines.iter().filter(|line| *line != "video done");
    let told = told_of([2]);
    assert!(lines.eq(["mark_favorite done", &told, "answered"]));
}

#[tokio::test]
async fn every_write_is_told_with_whoever_wrote() {
    let store = populated().await;
    let cached = shared(&store, &Told::new(&store.log));
    let told = || {
        let lines = store.log.take().into_iter();
        lines.filter(|line| line.starts_with("told")).collect()
    };
    let told = || -> Vec<String> { told() };
    cached.register(new_user(user(4))).await.unwrap();
    assert_eq!(told(), [told_of([4])]);
    let edited = cached.edit_profile(edit(user(4), "alice", "")).await;
    assert_eq!(edited.unwrap(), Change::Applied);
    assert_eq!(told(), [told_of([4])]);
    cached.publish(new_video(video(2), user(4))).await.unwrap();
    assert_eq!(told(), [told_of([4])]);
    for mark in [Mark::On, Mark::On, Mark::Off] {
        let marked = cached.mark_favorite(user(2), video(1), mark, NOON);
        let _ = marked.await.unwrap();
        assert_eq!(told(), [told_of([2])], "also where it stood already");
        let marked = cached.mark_follow(user(3), user(1), mark, NOON);
        let _ = marked.await.unwrap();
        assert_eq!(told(), [told_of([3])]);
    }
    let text = new_comment(5, user(3), video(1), "hello");
    cached.add_comment(text).await.unwrap();
    assert_eq!(told(), [told_of([3])]);
    let owners = cached.comment_ownership(video(1), comment(5)).await;
    assert!(owners.unwrap().is_some());
    let _ = cached.delete_comment(comment(5), NOON).await.unwrap();
    assert_eq!(told(), [told_of([3, 1])], "either of them may have done it");
    let picture = cached.set_picture(picture(user(3), "pictures/1.jpg")).await;
    assert_eq!(picture.unwrap(), Change::Applied);
    assert_eq!(told(), [told_of([3])]);
    like_video(&cached, 3, 2).await;
    assert_eq!(told(), [told_of([3])]);
    let deleted = cached.delete_video(deletion(video(2))).await;
    assert_eq!(deleted.unwrap(), Change::Applied);
    assert_eq!(told(), [told_of([4])]);
    assert_eq!(cached.forget_favorites(video(2), 10).await.unwrap(), 1);
    assert_eq!(told(), [told_of([4])], "it is part of the deletion");
}

#[tokio::test]
async fn a_write_that_may_have_been_done_is_told_and_a_refused_one_is_not() {
    let store = populated().await;
    let cached = shared(&store, &Told::new(&store.log));
    store.fail("mark_follow", At::Exit);
    let failed = cached.mark_follow(user(2), user(1), Mark::On, NOON).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    assert_eq!(store.log.take(), ["mark_follow done", &told_of([2])]);
    let unknown: UserId = user(99);
    let refused = cached.mark_follow(unknown, user(1), Mark::On, NOON).await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))));
    assert_eq!(store.log.take(), ["mark_follow done"]);
}

#[tokio::test(start_paused = true)]
async fn a_write_of_nobody_knows_whom_is_answered_when_nothing_older_is_left() {
    let store = populated().await;
    let text = new_comment(5, user(3), video(1), "hello");
    store.add_comment(text).await.unwrap();
    let cached = shared(&store, &Told::new(&store.log));
    let began = Instant::now();
    let _ = cached.delete_comment(comment(5), NOON).await.unwrap();
    assert_eq!(began.elapsed(), SHARED_AGE);
}

#[tokio::test]
async fn either_owner_sees_a_deletion_everywhere_at_once() {
    for by in [1, 3] {
        let store = populated().await;
        let peers = Told::new(&store.log);
        let [here, there] = [shared(&store, &peers), shared(&store, &peers)];
        let text = new_comment(5, user(3), video(1), "hello");
        here.add_comment(text).await.unwrap();
        peers.forget();
        let seen = async |viewer| {
            let page = there.comments(Some(user(viewer)), video(1), PAGE).await;
            page.unwrap().items.len()
        };
        assert_eq!((seen(1).await, seen(3).await), (1, 1));
        let owners = here.comment_ownership(video(1), comment(5)).await;
        let owners = owners.unwrap().unwrap();
        assert!([owners.author, owners.video_author].contains(&user(by)));
        let _ = here.delete_comment(comment(5), NOON).await.unwrap();
        assert_eq!(seen(by).await, 0);
        assert_eq!(seen(2).await, 1, "a stranger, until the age is over");
    }
}

#[tokio::test]
async fn a_viewers_own_reads_of_profiles_go_to_the_store() {
    let store = populated().await;
    let cached = shared(&store, &Told::new(&store.log));
    for _ in 0..2 {
        profile(&cached, None, 1).await;
        profile(&cached, Some(2), 1).await;
        profile(&cached, Some(1), 1).await;
    }
    assert_eq!(store.calls("profile"), 5);
}
