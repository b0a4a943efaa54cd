//! Comments that stand.

use super::scene::{ALL, Scene, at, comment_ids, new_comment, unknown};
use crate::{Comment, CommentId, CommentOwnership, Entity, Page, StoreError};

pub(super) async fn a_comment_is_listed_with_its_author_and_counted(scene: Scene) {
    let [author, reader] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let comment = scene.comment(reader, video, at(7)).await;
    let expected = Comment {
        id: comment,
        author: scene.profile(None, reader).await,
        text: format!("text of {comment}"),
        at: at(7),
    };
    let page = scene
        .store
        .comments(None, video, ALL)
        .await
        .expect("comments can be read");
    assert_eq!(page.items, [expected]);
    assert_eq!(page.next, None);
    assert_eq!(scene.seen(None, video).await.comment_count, 1);
    scene.comment(author, video, at(7)).await;
    assert_eq!(scene.seen(None, video).await.comment_count, 2);
}

pub(super) async fn comments_are_listed_newest_first_and_by_id_within_an_instant(scene: Scene) {
    let [author, reader] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let ids: [CommentId; 5] = std::array::from_fn(|_| scene.id());
    for (number, instant) in [(1, 20), (3, 20), (0, 30), (2, 20), (4, 10)] {
        let new = new_comment(ids[number], reader, video, at(instant));
        scene
            .store
            .add_comment(new)
            .await
            .expect("the video exists");
    }
    let page = scene
        .store
        .comments(None, video, ALL)
        .await
        .expect("comments can be read");
    assert_eq!(
        comment_ids(&page.items),
        [0, 3, 2, 1, 4].map(|number| ids[number])
    );
}

pub(super) async fn comments_of_another_video_are_not_listed(scene: Scene) {
    let [author] = scene.users().await;
    let one = scene.video(author, at(1)).await;
    let other = scene.video(author, at(2)).await;
    let bare = scene.video(author, at(3)).await;
    let below_one = scene.comment(author, one, at(4)).await;
    let below_other = scene.comment(author, other, at(5)).await;
    for (video, expected) in [
        (one, vec![below_one]),
        (other, vec![below_other]),
        (bare, vec![]),
    ] {
        let page = scene
            .store
            .comments(None, video, ALL)
            .await
            .expect("comments can be read");
        assert_eq!(comment_ids(&page.items), expected);
        let count = i64::try_from(expected.len()).expect("a small number");
        assert_eq!(scene.seen(None, video).await.comment_count, count);
    }
}

pub(super) async fn a_comment_by_or_below_nobody_is_refused_and_not_counted(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let by_nobody = new_comment(scene.id(), unknown(), video, at(2));
    let answer = scene.store.add_comment(by_nobody.clone()).await;
    assert!(
        matches!(answer, Err(StoreError::NotFound(Entity::User))),
        "{answer:?}"
    );
    let below_nothing = new_comment(scene.id(), author, unknown(), at(2));
    let answer = scene.store.add_comment(below_nothing.clone()).await;
    assert!(
        matches!(answer, Err(StoreError::NotFound(Entity::Video))),
        "{answer:?}"
    );
    for (place, comment) in [(video, by_nobody.id), (unknown(), below_nothing.id)] {
        let owners = scene.store.comment_ownership(place, comment).await;
        assert_eq!(owners.expect("ownership can be read"), None);
        let page = scene.store.comments(None, place, ALL).await;
        assert_eq!(page.expect("comments can be read"), Page::empty());
    }
    assert_eq!(scene.seen(None, video).await.comment_count, 0);
}

pub(super) async fn a_comment_belongs_to_its_author_and_the_videos_author(scene: Scene) {
    let [author, reader] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    for commenter in [reader, author] {
        let comment = scene.comment(commenter, video, at(2)).await;
        let owners = scene.store.comment_ownership(video, comment).await;
        let expected = CommentOwnership {
            author: commenter,
            video_author: author,
        };
        assert_eq!(owners.expect("ownership can be read"), Some(expected));
    }
}

pub(super) async fn a_comment_is_not_found_below_another_video(scene: Scene) {
    let [author, other] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let elsewhere = scene.video(other, at(2)).await;
    let comment = scene.comment(other, video, at(3)).await;
    for (video, comment) in [
        (elsewhere, comment),
        (unknown(), comment),
        (video, unknown()),
    ] {
        let owners = scene.store.comment_ownership(video, comment).await;
        assert_eq!(owners.expect("ownership can be read"), None);
    }
}

pub(super) async fn the_comments_below_an_unknown_video_are_an_empty_list(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    scene.comment(author, video, at(2)).await;
    let page = scene.store.comments(Some(author), unknown(), ALL).await;
    assert_eq!(page.expect("comments can be read"), Page::empty());
}
