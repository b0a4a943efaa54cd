//! Deletions among other writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::scene::{ALL, Scene, at, coin, new_comment, scrambled, together};
use crate::port::Result;
use crate::{Change, Entity, Mark, StoreError, UserId, VideoId};

pub(super) async fn of_many_who_delete_a_video_at_once_exactly_one_does(scene: Scene) {
    let [author, fan] = scene.users().await;
    let kept = scene.video(author, at(1)).await;
    scene.like(fan, kept, at(2)).await;
    for round in 0..5 {
        let video = scene.video(author, at(10 + round)).await;
        scene.like(fan, video, at(3)).await;
        let changes = together((0..16).map(|_| {
            let scene = scene.clone();
            async move { scene.delete_video(video).await }
        }))
        .await;
        let applied = changes.iter().filter(|change| **change == Change::Applied);
        assert_eq!(applied.count(), 1, "{changes:?}");
        let seen = scene.profile(None, author).await;
        assert_eq!((seen.work_count, seen.total_favorited), (1, 1));
    }
}

pub(super) async fn likes_and_comments_at_the_time_of_a_deletion_are_all_or_not(scene: Scene) {
    let users: [UserId; 24] = scene.users().await;
    let author = users[0];
    for round in 0..5 {
        let video = scene.video(author, at(round)).await;
        let outcomes = together(users.into_iter().enumerate().map(|(number, user)| {
            let scene = scene.clone();
            async move {
                if number == 12 {
                    assert_eq!(scene.delete_video(video).await, Change::Applied);
                    return 0;
                }
                if number % 3 == 0 {
                    let comment = new_comment(scene.id(), user, video, at(round));
                    was_in_time(&scene.store.add_comment(comment).await);
                    return 0;
                }
                let like = scene.store.mark_favorite(user, video, Mark::On, at(round));
                u32::from(was_in_time(&like.await))
            }
        }))
        .await;
        assert_eq!(scene.profile(None, author).await.total_favorited, 0);
        assert_eq!(
            scene.forget_likes(video, 100).await,
            outcomes.iter().sum::<u32>()
        );
    }
    for user in users {
        assert_eq!(scene.profile(None, user).await.favorite_count, 0);
    }
}

/// Whether a write found the video that somebody deletes.
fn was_in_time<T: std::fmt::Debug>(answer: &Result<T>) -> bool {
    match answer {
        Ok(_) => true,
        Err(StoreError::NotFound(Entity::Video)) => false,
        Err(error) => panic!("{error:?}"),
    }
}

pub(super) async fn no_counter_of_an_author_is_ever_negative(scene: Scene) {
    let users: [UserId; 8] = scene.users().await;
    let author = users[0];
    let done = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn({
        let (scene, done) = (scene.clone(), Arc::clone(&done));
        async move {
            while !done.load(Ordering::SeqCst) {
                let seen = scene.profile(None, author).await;
                assert!(seen.total_favorited >= 0, "{seen:?}");
                assert!(seen.work_count >= 0, "{seen:?}");
                tokio::task::yield_now().await;
            }
        }
    });
    for round in 0..10 {
        let video = scene.video(author, at(round)).await;
        together(users.into_iter().map(|user| {
            let scene = scene.clone();
            async move {
                for mark in [Mark::On, Mark::Off, Mark::On] {
                    was_in_time(
                        &scene
                            .store
                            .mark_favorite(user, video, mark, at(round))
                            .await,
                    );
                }
                if user == users[4] {
                    assert_eq!(scene.delete_video(video).await, Change::Applied);
                    scene.forget_likes(video, 100).await;
                }
            }
        }))
        .await;
    }
    done.store(true, Ordering::SeqCst);
    reader.await.expect("no counter was negative");
    let seen = scene.profile(None, author).await;
    assert_eq!((seen.work_count, seen.total_favorited), (0, 0));
}

pub(super) async fn a_storm_of_publications_likes_and_deletions_leaves_every_counter_right(
    scene: Scene,
) {
    let users: [UserId; 12] = scene.users().await;
    let mut videos: Vec<VideoId> = Vec::new();
    for (author, number) in users.into_iter().chain(users).zip(1..) {
        videos.push(scene.video(author, at(-number)).await);
    }
    together(users.into_iter().map(|user| {
        let (scene, videos) = (scene.clone(), videos.clone());
        async move {
            for round in 0..20 {
                let dice = scrambled((user, round));
                let place = usize::try_from(dice % 24).expect("it is below 24");
                let video = videos[place];
                match dice >> 32 & 7 {
                    0 => {
                        let _ = scene.delete_video(video).await;
                    }
                    1 => {
                        scene.forget_likes(video, 3).await;
                    }
                    2 => {
                        scene.publish(user, at(round)).await.expect("a user");
                    }
                    3 => {
                        let comment = new_comment(scene.id(), user, video, at(round));
                        was_in_time(&scene.store.add_comment(comment).await);
                    }
                    _ => {
                        let mark = coin((round, user));
                        let like = scene.store.mark_favorite(user, video, mark, at(round));
                        was_in_time(&like.await);
                    }
                }
            }
        }
    }))
    .await;
    let feed = scene.store.feed(None, ALL).await;
    let feed = feed.expect("the feed can be read").items;
    let mut works = 0;
    for user in users {
        works += scene.profile(None, user).await.work_count;
    }
    assert_eq!(usize::try_from(works), Ok(feed.len()));
}
