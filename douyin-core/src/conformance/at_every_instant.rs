//! What holds while others write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::scene::{Scene, at, coin, together};
use crate::{Mark, UserId, drift_of_all};

pub(super) async fn an_acknowledged_write_is_seen_by_the_next_read(scene: Scene) {
    let users: [UserId; 16] = scene.users().await;
    let star = users[0];
    together(users.into_iter().map(|user| {
        let scene = scene.clone();
        async move {
            for round in 0..10 {
                let video = scene
                    .publish(user, at(round))
                    .await
                    .expect("the author exists")
                    .0;
                for mark in [Mark::On, Mark::Off, Mark::On] {
                    let _ = scene.mark(user, video, mark, at(round)).await;
                    let seen = scene.seen(Some(user), video).await;
                    let count = i64::from(mark == Mark::On);
                    assert_eq!(
                        (seen.is_favorite, seen.favorite_count),
                        (mark == Mark::On, count)
                    );
                }
                scene.comment(user, video, at(round)).await;
                assert_eq!(scene.seen(None, video).await.comment_count, 1);
                if user != star {
                    let mark = coin((user, round));
                    let _ = scene.relate(user, star, mark, at(round)).await;
                    let seen = scene.profile(Some(user), star).await;
                    assert_eq!(seen.is_follow, mark == Mark::On);
                }
                assert_eq!(scene.profile(None, user).await.work_count, round + 1);
            }
        }
    }))
    .await;
}

pub(super) async fn a_like_is_never_seen_without_its_count(scene: Scene) {
    let [author, fan] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let done = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn({
        let (scene, done) = (scene.clone(), Arc::clone(&done));
        async move {
            while !done.load(Ordering::SeqCst) {
                let seen = scene.seen(Some(fan), video).await;
                let count = i64::from(seen.is_favorite);
                assert_eq!(
                    (seen.favorite_count, seen.author.total_favorited),
                    (count, count)
                );
                tokio::task::yield_now().await;
            }
        }
    });
    for round in 0..200 {
        let mark = if round % 2 == 0 { Mark::On } else { Mark::Off };
        let _ = scene.mark(fan, video, mark, at(round)).await;
    }
    done.store(true, Ordering::SeqCst);
    reader
        .await
        .expect("one user's like is the video's only one");
}

pub(super) async fn a_write_whose_caller_went_away_is_done_or_not_but_never_half(scene: Scene) {
    let users: [UserId; 32] = scene.users().await;
    let author = users[0];
    let video = scene.video(author, at(1)).await;
    for round in 0..5 {
        let calls: Vec<_> = users
            .into_iter()
            .map(|user| {
                let scene = scene.clone();
                tokio::spawn(async move {
                    scene
                        .mark(user, video, coin((user, round)), at(round))
                        .await
                })
            })
            .collect();
        tokio::task::yield_now().await;
        for call in &calls {
            call.abort();
        }
        for call in calls {
            if let Err(error) = call.await {
                assert!(error.is_cancelled(), "{error}");
            }
        }
    }
    // Whatever was on its way is done once each user's own next write is.
    let mut count = 0;
    for user in users {
        let mark = coin(user);
        let _ = scene.mark(user, video, mark, at(10)).await;
        assert_eq!(
            scene.seen(Some(user), video).await.is_favorite,
            mark == Mark::On
        );
        count += i64::from(mark == Mark::On);
    }
    let seen = scene.seen(None, video).await;
    assert_eq!(
        (seen.favorite_count, seen.author.total_favorited),
        (count, count)
    );
}

pub(super) async fn counters_agree_with_their_rows_at_every_instant(scene: Scene) {
    let users: [UserId; 8] = scene.users().await;
    let video = scene.video(users[0], at(1)).await;
    let done = Arc::new(AtomicBool::new(false));
    let auditor = tokio::spawn({
        let (scene, done) = (scene.clone(), Arc::clone(&done));
        async move {
            while !done.load(Ordering::SeqCst) {
                assert_eq!(
                    drift_of_all(&*scene.store)
                        .await
                        .expect("drift can be asked for"),
                    []
                );
                tokio::task::yield_now().await;
            }
        }
    });
    together(users.into_iter().map(|user| {
        let scene = scene.clone();
        async move {
            for round in 0..20 {
                let _ = scene
                    .mark(user, video, coin((user, round)), at(round))
                    .await;
                let comment = scene.comment(user, video, at(round)).await;
                let _ = scene
                    .store
                    .delete_comment(comment, at(round))
                    .await
                    .expect("it was written");
                if user != users[0] {
                    let _ = scene
                        .relate(user, users[0], coin((round, user)), at(round))
                        .await;
                }
            }
        }
    }))
    .await;
    done.store(true, Ordering::SeqCst);
    auditor.await.expect("the counters agreed each time");
}
