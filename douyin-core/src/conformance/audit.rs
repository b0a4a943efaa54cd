//! What the store says of itself.

use super::scene::{ALL, Scene, at};

pub(super) async fn a_store_that_is_open_answers_a_ping(scene: Scene) {
    scene.store.ping().await.expect("the store is open");
    scene.users::<1>().await;
    scene.store.ping().await.expect("the store is still open");
}

pub(super) async fn repairing_a_healthy_store_corrects_nothing(scene: Scene) {
    let repaired = scene
        .store
        .repair()
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
    assert_eq!(
        scene.store.drift().await.expect("drift can be asked for"),
        []
    );
    let repaired = scene.store.repair().await.expect("a store can be repaired");
    assert_eq!(repaired, []);
    let after = scene
        .store
        .feed(Some(fan), ALL)
        .await
        .expect("the feed can be read");
    assert_eq!(after, before);
}
