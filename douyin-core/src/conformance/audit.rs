//! What the store says of itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::scene::{ALL, Scene, at, coin, together};
use crate::{Counter, Drift, StoreError, UserId, drift_of_all};

pub(super) async fn a_store_that_is_open_answers_a_ping(scene: Scene) {
    scene.store.ping().await.expect("the store is open");
    scene.users::<1>().await;
    scene.store.ping().await.expect("the store is still open");
}

/// What repairing every counter corrects.
async fn repair(scene: &Scene) -> Result<Vec<Drift>, StoreError> {
    let mut corrected = Vec::new();
    for counter in Counter::ALL {
        corrected.append(&mut scene.store.repair(counter).await?);
    }
    Ok(corrected)
}

pub(super) async fn repairing_a_healthy_store_corrects_nothing(scene: Scene) {
    let repaired = repair(&scene)
        .await
        .expect("an empty store can be repaired");
    assert_eq!(repaired, []);

    let [author, fan, other] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    scene.video(author, at(2)).await;
    scene.like(fan, video, at(3)).await;
    scene.like(author, video, at(3)).await;
    scene.unlike(author, video, at(4)).await;
    scene.befriend(author, fan, at(5)).await;
    scene.follow(other, author, at(6)).await;
    scene.comment(other, video, at(7)).await;
    let deleted = scene.comment(fan, video, at(8)).await;
    let _ = scene
        .store
        .delete_comment(deleted, at(9))
        .await
        .expect("it was written");

    let before = scene
        .store
        .feed(Some(fan), ALL)
        .await
        .expect("the feed can be read");
    let drift = drift_of_all(&*scene.store).await;
    assert_eq!(drift.expect("drift can be asked for"), []);
    let repaired = repair(&scene).await.expect("a store can be repaired");
    assert_eq!(repaired, []);
    let after = scene
        .store
        .feed(Some(fan), ALL)
        .await
        .expect("the feed can be read");
    assert_eq!(after, before);
}

/// A repair that reads counters before a like and writes them after it must not lose the like.
pub(super) async fn repairs_among_writes_and_other_repairs_leave_every_counter_right(scene: Scene) {
    let users: [UserId; 8] = scene.users().await;
    let video = scene.video(users[0], at(1)).await;
    let done = Arc::new(AtomicBool::new(false));
    let repairs = [(); 2].map(|()| {
        let (scene, done) = (scene.clone(), Arc::clone(&done));
        tokio::spawn(async move {
            while !done.load(Ordering::SeqCst) {
                match repair(&scene).await {
                    Ok(repaired) => assert_eq!(repaired, []),
                    Err(StoreError::Unavailable(_)) => {}
                    Err(error) => panic!("a repair may meet another one, but: {error:?}"),
                }
                tokio::task::yield_now().await;
            }
        })
    });
    together(users.into_iter().map(|user| {
        let scene = scene.clone();
        async move {
            for round in 0..20 {
                let _ = scene
                    .mark(user, video, coin((user, round)), at(round))
                    .await;
                scene.comment(user, video, at(round)).await;
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
    for repair in repairs {
        repair.await.expect("no repair was wrong");
    }
}
