//! Likes, one after the other.

use super::scene::{ALL, Scene, at, unknown, video_ids};
use crate::{Change, Entity, Mark, Page, StoreError, UserId, VideoId};

pub(super) async fn a_like_moves_three_counters_and_taking_it_back_moves_them_back(scene: Scene) {
    let [author, fan, bystander] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let other_video = scene.video(bystander, at(2)).await;
    for (mark, count) in [(Mark::On, 1), (Mark::Off, 0), (Mark::On, 1)] {
        assert_eq!(scene.mark(fan, video, mark, at(3)).await, Change::Applied);
        let seen = scene.seen(Some(fan), video).await;
        assert_eq!(
            (seen.favorite_count, seen.is_favorite),
            (count, mark == Mark::On)
        );
        assert_eq!(seen.author.total_favorited, count);
        assert_eq!(counts(&scene, fan).await, (count, 0));
        assert_eq!(counts(&scene, author).await, (0, count));
        assert_eq!(counts(&scene, bystander).await, (0, 0));
        assert_eq!(scene.seen(None, other_video).await.favorite_count, 0);
    }
}

pub(super) async fn repeating_a_mark_is_unchanged_and_counts_once(scene: Scene) {
    let [author, fan] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    for (mark, change, count) in [
        (Mark::Off, Change::Unchanged, 0),
        (Mark::On, Change::Applied, 1),
        (Mark::On, Change::Unchanged, 1),
        (Mark::On, Change::Unchanged, 1),
        (Mark::Off, Change::Applied, 0),
        (Mark::Off, Change::Unchanged, 0),
        (Mark::On, Change::Applied, 1),
    ] {
        assert_eq!(scene.mark(fan, video, mark, at(2)).await, change);
        assert_eq!(scene.seen(None, video).await.favorite_count, count);
        assert_eq!(counts(&scene, fan).await, (count, 0));
        assert_eq!(counts(&scene, author).await, (0, count));
    }
}

pub(super) async fn liking_ones_own_video_moves_both_counters_of_the_user(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    scene.like(author, video, at(2)).await;
    assert_eq!(counts(&scene, author).await, (1, 1));
    assert!(scene.seen(Some(author), video).await.is_favorite);
    scene.unlike(author, video, at(3)).await;
    assert_eq!(counts(&scene, author).await, (0, 0));
}

pub(super) async fn likes_of_several_users_add_up(scene: Scene) {
    let [author, one, other] = scene.users().await;
    let first = scene.video(author, at(1)).await;
    let second = scene.video(author, at(2)).await;
    scene.like(one, first, at(3)).await;
    scene.like(other, first, at(3)).await;
    scene.like(one, second, at(4)).await;
    assert_eq!(scene.seen(None, first).await.favorite_count, 2);
    assert_eq!(scene.seen(None, second).await.favorite_count, 1);
    assert_eq!(counts(&scene, author).await, (0, 3));
    assert_eq!(counts(&scene, one).await, (2, 0));
    scene.unlike(one, first, at(5)).await;
    assert_eq!(scene.seen(Some(other), first).await.favorite_count, 1);
    assert!(scene.seen(Some(other), first).await.is_favorite);
}

pub(super) async fn a_repeated_like_keeps_its_instant(scene: Scene) {
    let [author, fan] = scene.users().await;
    let early = scene.video(author, at(1)).await;
    let late = scene.video(author, at(2)).await;
    scene.like(fan, early, at(10)).await;
    scene.like(fan, late, at(20)).await;
    assert_eq!(
        scene.mark(fan, early, Mark::On, at(30)).await,
        Change::Unchanged
    );
    assert_eq!(
        scene.mark(fan, late, Mark::On, at(5)).await,
        Change::Unchanged
    );
    assert_eq!(liked(&scene, fan).await, [late, early]);
}

pub(super) async fn a_like_given_again_is_the_latest(scene: Scene) {
    let [author, fan] = scene.users().await;
    let one = scene.video(author, at(1)).await;
    let other = scene.video(author, at(2)).await;
    scene.like(fan, one, at(10)).await;
    scene.like(fan, other, at(20)).await;
    scene.unlike(fan, one, at(30)).await;
    scene.like(fan, one, at(40)).await;
    assert_eq!(liked(&scene, fan).await, [one, other]);
}

pub(super) async fn likes_are_listed_latest_first_and_by_id_within_an_instant(scene: Scene) {
    let [author, fan, other] = scene.users().await;
    let mut videos = Vec::new();
    for number in 0..6 {
        videos.push(scene.video(author, at(number)).await);
    }
    for (number, instant) in [(1, 50), (4, 50), (2, 50), (0, 60), (5, 40), (3, 60)] {
        scene.like(fan, videos[number], at(instant)).await;
    }
    scene.like(other, videos[2], at(99)).await;
    let expected = [3, 0, 4, 2, 1, 5].map(|number| videos[number]);
    assert_eq!(liked(&scene, fan).await, expected);
    assert_eq!(liked(&scene, other).await, [videos[2]]);
}

pub(super) async fn a_like_taken_back_is_not_listed(scene: Scene) {
    let [author, fan] = scene.users().await;
    let kept = scene.video(author, at(1)).await;
    let dropped = scene.video(author, at(2)).await;
    scene.like(fan, kept, at(3)).await;
    scene.like(fan, dropped, at(4)).await;
    scene.unlike(fan, dropped, at(5)).await;
    assert_eq!(liked(&scene, fan).await, [kept]);
}

pub(super) async fn neither_mark_is_taken_for_an_unknown_user_or_video(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    for mark in [Mark::On, Mark::Off] {
        let nobody = scene
            .store
            .mark_favorite(unknown(), video, mark, at(2))
            .await;
        assert!(
            matches!(nobody, Err(StoreError::NotFound(Entity::User))),
            "{mark:?}: {nobody:?}"
        );
        let nothing = scene
            .store
            .mark_favorite(author, unknown(), mark, at(2))
            .await;
        assert!(
            matches!(nothing, Err(StoreError::NotFound(Entity::Video))),
            "{mark:?}: {nothing:?}"
        );
        let neither = scene
            .store
            .mark_favorite(unknown(), unknown(), mark, at(2))
            .await;
        assert!(
            matches!(neither, Err(StoreError::NotFound(_))),
            "{mark:?}: {neither:?}"
        );
    }
    assert_eq!(scene.seen(None, video).await.favorite_count, 0);
    assert_eq!(counts(&scene, author).await, (0, 0));
}

pub(super) async fn the_likes_of_nobody_are_an_empty_list(scene: Scene) {
    let [author, idle] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    scene.like(author, video, at(2)).await;
    for owner in [idle, unknown()] {
        let list = scene.store.favorites(Some(author), owner, ALL).await;
        assert_eq!(list.expect("lists can be read"), Page::empty());
    }
}

async fn liked(scene: &Scene, user: UserId) -> Vec<VideoId> {
    let list = scene.store.favorites(None, user, ALL).await;
    video_ids(&list.expect("lists can be read").items)
}

/// `favorite_count` and `total_favorited`.
async fn counts(scene: &Scene, user: UserId) -> (i64, i64) {
    let user = scene.profile(None, user).await;
    (user.favorite_count, user.total_favorited)
}
