//! Likes of videos that were deleted.

use super::scene::{ALL, Scene, at, together, unknown, video_ids};
use crate::{Change, UserId};

pub(super) async fn likes_of_a_deleted_video_count_for_those_who_gave_them_until_they_are_forgotten(
    scene: Scene,
) {
    let [author, fan, other] = scene.users().await;
    let kept = scene.video(author, at(1)).await;
    let deleted = scene.video(author, at(2)).await;
    for video in [kept, deleted] {
        scene.like(fan, video, at(3)).await;
    }
    scene.like(other, kept, at(4)).await;
    assert_eq!(scene.delete_video(deleted).await, Change::Applied);
    assert_eq!(likes_of(&scene, fan).await, 2);

    assert_eq!(scene.forget_likes(deleted, 10).await, 1);
    assert_eq!(likes_of(&scene, fan).await, 1);
    assert_eq!(likes_of(&scene, other).await, 1);
    assert_eq!(scene.profile(None, author).await.total_favorited, 2);
    let list = scene.store.favorites(None, fan, ALL).await;
    let list = list.expect("lists can be read");
    assert_eq!(video_ids(&list.items), [kept]);
    assert!(scene.seen(Some(fan), kept).await.is_favorite);
}

pub(super) async fn likes_are_forgotten_a_few_at_a_time_to_the_last_one(scene: Scene) {
    let fans: [UserId; 10] = scene.users().await;
    let video = scene.video(fans[0], at(1)).await;
    for fan in fans {
        scene.like(fan, video, at(2)).await;
    }
    assert_eq!(scene.delete_video(video).await, Change::Applied);
    let mut left = 10;
    for (limit, forgotten) in [(0, 0), (4, 4), (4, 4), (4, 2), (4, 0)] {
        assert_eq!(scene.forget_likes(video, limit).await, forgotten);
        left -= i64::from(forgotten);
        let mut counted = 0;
        for fan in fans {
            counted += likes_of(&scene, fan).await;
        }
        assert_eq!(counted, left);
    }
}

pub(super) async fn likes_of_a_video_that_is_there_or_never_was_are_not_forgotten(scene: Scene) {
    let [author, fan] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    scene.like(fan, video, at(2)).await;
    assert_eq!(scene.forget_likes(video, 10).await, 0);
    assert_eq!(scene.forget_likes(unknown(), 10).await, 0);
    assert!(scene.seen(Some(fan), video).await.is_favorite);
    assert_eq!(scene.profile(None, author).await.total_favorited, 1);
    assert_eq!(likes_of(&scene, fan).await, 1);
}

pub(super) async fn likes_are_forgotten_once_by_however_many_at_once(scene: Scene) {
    let fans: [UserId; 20] = scene.users().await;
    let [one, other] = [
        scene.video(fans[0], at(1)).await,
        scene.video(fans[1], at(2)).await,
    ];
    for fan in fans {
        scene.like(fan, one, at(3)).await;
        scene.like(fan, other, at(3)).await;
    }
    for video in [one, other] {
        assert_eq!(scene.delete_video(video).await, Change::Applied);
    }
    let forgotten = together((0..16).map(|number| {
        let scene = scene.clone();
        let video = if number % 2 == 0 { one } else { other };
        async move { scene.forget_likes(video, 3).await }
    }))
    .await;
    assert_eq!(forgotten.iter().sum::<u32>(), 40, "{forgotten:?}");
    for fan in fans {
        assert_eq!(likes_of(&scene, fan).await, 0);
    }
}

async fn likes_of(scene: &Scene, user: UserId) -> i64 {
    scene.profile(None, user).await.favorite_count
}
