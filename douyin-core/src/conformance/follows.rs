//! Follows, one after the other.

use super::scene::{ALL, Scene, at, unknown, user_ids};
use crate::{Change, Entity, Mark, Page, StoreError, UserId};

pub(super) async fn a_follow_moves_two_counters_and_ending_it_moves_them_back(scene: Scene) {
    let [fan, star, bystander] = scene.users().await;
    for (mark, count) in [(Mark::On, 1), (Mark::Off, 0), (Mark::On, 1)] {
        assert_eq!(scene.relate(fan, star, mark, at(1)).await, Change::Applied);
        assert_eq!(counts(&scene, fan).await, (count, 0));
        assert_eq!(counts(&scene, star).await, (0, count));
        assert_eq!(counts(&scene, bystander).await, (0, 0));
    }
}

pub(super) async fn repeating_a_follow_mark_is_unchanged_and_counts_once(scene: Scene) {
    let [fan, star] = scene.users().await;
    for (mark, change, count) in [
        (Mark::Off, Change::Unchanged, 0),
        (Mark::On, Change::Applied, 1),
        (Mark::On, Change::Unchanged, 1),
        (Mark::Off, Change::Applied, 0),
        (Mark::Off, Change::Unchanged, 0),
        (Mark::On, Change::Applied, 1),
    ] {
        assert_eq!(scene.relate(fan, star, mark, at(1)).await, change);
        assert_eq!(counts(&scene, fan).await, (count, 0));
        assert_eq!(counts(&scene, star).await, (0, count));
    }
}

pub(super) async fn a_repeated_follow_keeps_its_instant_and_a_new_one_is_the_latest(scene: Scene) {
    let [fan, one, other] = scene.users().await;
    scene.follow(fan, one, at(10)).await;
    scene.follow(fan, other, at(20)).await;
    assert_eq!(
        scene.relate(fan, one, Mark::On, at(30)).await,
        Change::Unchanged
    );
    assert_eq!(
        scene.relate(fan, other, Mark::On, at(5)).await,
        Change::Unchanged
    );
    assert_eq!(follows(&scene, fan).await, [other, one]);
    scene.unfollow(fan, one, at(40)).await;
    assert_eq!(follows(&scene, fan).await, [other]);
    assert_eq!(followers(&scene, one).await, []);
    scene.follow(fan, one, at(50)).await;
    assert_eq!(follows(&scene, fan).await, [one, other]);
}

pub(super) async fn follows_are_listed_latest_first_and_by_id_within_an_instant(scene: Scene) {
    let [first, second, third, fourth, fifth, fan] = scene.users().await;
    for (star, instant) in [
        (second, 20),
        (fourth, 20),
        (first, 30),
        (third, 20),
        (fifth, 10),
    ] {
        scene.follow(fan, star, at(instant)).await;
    }
    scene.follow(first, second, at(99)).await;
    assert_eq!(
        follows(&scene, fan).await,
        [first, fourth, third, second, fifth]
    );
}

pub(super) async fn followers_are_listed_latest_first_and_by_id_within_an_instant(scene: Scene) {
    let [first, second, third, fourth, fifth, star] = scene.users().await;
    for (fan, instant) in [
        (second, 20),
        (fourth, 20),
        (first, 30),
        (third, 20),
        (fifth, 10),
    ] {
        scene.follow(fan, star, at(instant)).await;
    }
    scene.follow(second, first, at(99)).await;
    assert_eq!(
        followers(&scene, star).await,
        [first, fourth, third, second, fifth]
    );
}

pub(super) async fn neither_follow_mark_is_taken_for_an_unknown_user(scene: Scene) {
    let [user] = scene.users().await;
    for mark in [Mark::On, Mark::Off] {
        for (follower, target) in [(user, unknown()), (unknown(), user)] {
            let answer = scene.store.mark_follow(follower, target, mark, at(1)).await;
            assert!(
                matches!(answer, Err(StoreError::NotFound(Entity::User))),
                "{mark:?}: {answer:?}"
            );
        }
    }
    assert_eq!(counts(&scene, user).await, (0, 0));
    assert_eq!(follows(&scene, user).await, []);
    assert_eq!(followers(&scene, user).await, []);
}

pub(super) async fn follows_of_different_directions_are_different_follows(scene: Scene) {
    let [one, other] = scene.users().await;
    scene.follow(one, other, at(1)).await;
    scene.follow(other, one, at(2)).await;
    assert_eq!(counts(&scene, one).await, (1, 1));
    scene.unfollow(one, other, at(3)).await;
    assert_eq!(follows(&scene, other).await, [one]);
    assert_eq!(follows(&scene, one).await, []);
    assert_eq!(followers(&scene, one).await, [other]);
    assert_eq!(counts(&scene, one).await, (0, 1));
    assert_eq!(counts(&scene, other).await, (1, 0));
}

pub(super) async fn the_lists_of_nobody_are_empty(scene: Scene) {
    let [fan, star, idle] = scene.users().await;
    scene.follow(fan, star, at(1)).await;
    for owner in [idle, unknown()] {
        let follows = scene.store.follows(Some(fan), owner, ALL).await;
        assert_eq!(follows.expect("lists can be read"), Page::empty());
        let followers = scene.store.followers(Some(fan), owner, ALL).await;
        assert_eq!(followers.expect("lists can be read"), Page::empty());
    }
}

async fn follows(scene: &Scene, user: UserId) -> Vec<UserId> {
    let list = scene.store.follows(None, user, ALL).await;
    user_ids(&list.expect("lists can be read").items)
}

async fn followers(scene: &Scene, user: UserId) -> Vec<UserId> {
    let list = scene.store.followers(None, user, ALL).await;
    user_ids(&list.expect("lists can be read").items)
}

/// `follow_count` and `follower_count`.
async fn counts(scene: &Scene, user: UserId) -> (i64, i64) {
    let user = scene.profile(None, user).await;
    (user.follow_count, user.follower_count)
}
