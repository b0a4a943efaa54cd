//! Deleting comments.

use super::scene::{ALL, Scene, at, comment_ids, together, unknown};
use crate::{Change, CommentId, Entity, StoreError, VideoId};

pub(super) async fn a_deleted_comment_is_neither_listed_nor_counted_nor_owned(scene: Scene) {
    let [author, reader] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let comment = scene.comment(reader, video, at(2)).await;
    assert_eq!(delete(&scene, comment).await, Change::Applied);
    assert_eq!(listed(&scene, video).await, []);
    assert_eq!(scene.seen(None, video).await.comment_count, 0);
    let owners = scene.store.comment_ownership(video, comment).await;
    assert_eq!(owners.expect("ownership can be read"), None);
}

pub(super) async fn deleting_a_comment_keeps_the_others(scene: Scene) {
    let [author, reader] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let other_video = scene.video(author, at(2)).await;
    let elsewhere = scene.comment(reader, other_video, at(3)).await;
    let first = scene.comment(reader, video, at(3)).await;
    let second = scene.comment(reader, video, at(3)).await;
    let third = scene.comment(author, video, at(3)).await;
    assert_eq!(delete(&scene, second).await, Change::Applied);
    assert_eq!(listed(&scene, video).await, [third, first]);
    assert_eq!(listed(&scene, other_video).await, [elsewhere]);
    assert_eq!(scene.seen(None, video).await.comment_count, 2);
    assert_eq!(scene.seen(None, other_video).await.comment_count, 1);
}

pub(super) async fn deleting_twice_is_unchanged_and_counts_once(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let deleted = scene.comment(author, video, at(2)).await;
    let kept = scene.comment(author, video, at(3)).await;
    for change in [Change::Applied, Change::Unchanged, Change::Unchanged] {
        assert_eq!(delete(&scene, deleted).await, change);
        assert_eq!(scene.seen(None, video).await.comment_count, 1);
        assert_eq!(listed(&scene, video).await, [kept]);
    }
}

pub(super) async fn deleting_what_never_was_is_not_found(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    scene.comment(author, video, at(2)).await;
    let answer = scene.store.delete_comment(unknown(), at(3)).await;
    assert!(
        matches!(answer, Err(StoreError::NotFound(Entity::Comment))),
        "{answer:?}"
    );
    assert_eq!(scene.seen(None, video).await.comment_count, 1);
}

pub(super) async fn of_many_who_delete_a_comment_at_once_exactly_one_does(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let kept = scene.comment(author, video, at(2)).await;
    for _ in 0..5 {
        let comment = scene.comment(author, video, at(3)).await;
        let changes = together((0..16).map(|_| {
            let scene = scene.clone();
            async move { delete(&scene, comment).await }
        }))
        .await;
        let applied = changes.iter().filter(|change| **change == Change::Applied);
        assert_eq!(applied.count(), 1, "{changes:?}");
        assert_eq!(scene.seen(None, video).await.comment_count, 1);
    }
    assert_eq!(listed(&scene, video).await, [kept]);
}

async fn delete(scene: &Scene, comment: CommentId) -> Change {
    let change = scene.store.delete_comment(comment, at(100)).await;
    change.expect("there was such a comment")
}

async fn listed(scene: &Scene, video: VideoId) -> Vec<CommentId> {
    let page = scene
        .store
        .comments(None, video, ALL)
        .await
        .expect("comments can be read");
    comment_ids(&page.items)
}
