//! Users who follow each other.

use super::scene::{ALL, Scene, at, unknown};
use crate::{Friend, Mark, NewestMessage, Page, UserId};

pub(super) async fn friends_are_users_who_follow_each_other(scene: Scene) {
    let [one, friend, fan, star] = scene.users().await;
    scene.befriend(one, friend, at(1)).await;
    scene.follow(fan, one, at(2)).await;
    scene.follow(one, star, at(3)).await;
    assert_eq!(ids(&friends(&scene, one, one).await), [friend]);
    assert_eq!(ids(&friends(&scene, friend, friend).await), [one]);
    assert_eq!(friends(&scene, fan, fan).await, []);
    assert_eq!(friends(&scene, star, star).await, []);
    let pairs = [
        (one, friend, true),
        (one, fan, false),
        (one, star, false),
        (fan, star, false),
        (one, unknown(), false),
    ];
    for (user, other, expected) in pairs {
        for (user, other) in [(user, other), (other, user)] {
            let answer = scene.store.are_friends(user, other).await;
            assert_eq!(answer.expect("friendship can be read"), expected);
        }
    }
}

pub(super) async fn a_friendship_ends_when_either_stops_following(scene: Scene) {
    let [one, other] = scene.users().await;
    for (leaver, left) in [(one, other), (other, one)] {
        let _ = scene.relate(one, other, Mark::On, at(1)).await;
        let _ = scene.relate(other, one, Mark::On, at(1)).await;
        assert!(
            scene
                .store
                .are_friends(one, other)
                .await
                .expect("friendship can be read")
        );
        scene.unfollow(leaver, left, at(2)).await;
        assert!(
            !scene
                .store
                .are_friends(one, other)
                .await
                .expect("friendship can be read")
        );
        assert_eq!(friends(&scene, one, one).await, []);
        assert_eq!(friends(&scene, other, other).await, []);
    }
}

pub(super) async fn friends_are_listed_in_the_order_of_follows(scene: Scene) {
    let [a, b, c, d, one, star] = scene.users().await;
    // The instants at which they follow back would give another order.
    for (friend, followed, back) in [(b, 20, 9), (c, 20, 1), (a, 30, 5), (d, 10, 40)] {
        scene.follow(one, friend, at(followed)).await;
        scene.follow(friend, one, at(back)).await;
    }
    scene.follow(one, star, at(25)).await;
    assert_eq!(ids(&friends(&scene, one, one).await), [a, c, b, d]);
}

pub(super) async fn a_friend_comes_with_the_newest_message_of_the_two(scene: Scene) {
    let [one, other, silent] = scene.users().await;
    scene.befriend(one, other, at(1)).await;
    scene.befriend(one, silent, at(2)).await;
    for (from, to, text) in [
        (one, other, "first"),
        (other, one, "second"),
        (one, other, "third"),
    ] {
        scene.send(from, to, text, at(10)).await;
        for (viewer, friend) in [(one, other), (other, one)] {
            let list = friends(&scene, viewer, viewer).await;
            let found = list.iter().find(|found| found.user.id == friend);
            assert_eq!(
                newest(found.expect("they are friends")),
                Some((text, viewer == from))
            );
        }
    }
    let list = friends(&scene, one, one).await;
    assert_eq!(ids(&list), [silent, other]);
    assert_eq!(newest(&list[0]), None);
    assert!(list.iter().all(|friend| friend.user.is_follow));
}

pub(super) async fn nobody_reads_in_a_friend_list_what_others_wrote_to_each_other(scene: Scene) {
    let [owner, friend, viewer] = scene.users().await;
    scene.befriend(owner, friend, at(1)).await;
    scene.send(owner, friend, "private", at(2)).await;
    scene.send(friend, owner, "very private", at(3)).await;
    scene
        .send(owner, viewer, "for the viewer, but of the owner", at(4))
        .await;
    let list = friends(&scene, viewer, owner).await;
    assert_eq!(ids(&list), [friend]);
    assert_eq!(newest(&list[0]), None);
    assert!(!list[0].user.is_follow, "the viewer does not follow them");
    assert_eq!(friends(&scene, unknown(), owner).await, list);
}

pub(super) async fn the_newest_message_of_somebody_elses_friend_is_the_viewers_own(scene: Scene) {
    let [owner, friend, viewer] = scene.users().await;
    scene.befriend(owner, friend, at(1)).await;
    scene.follow(viewer, friend, at(1)).await;
    scene.send(friend, viewer, "to the viewer", at(2)).await;
    scene.send(friend, owner, "to the owner", at(3)).await;
    let list = friends(&scene, viewer, owner).await;
    assert_eq!(newest(&list[0]), Some(("to the viewer", false)));
    assert!(list[0].user.is_follow);
    let own = friends(&scene, owner, owner).await;
    assert_eq!(newest(&own[0]), Some(("to the owner", false)));
    scene.befriend(owner, viewer, at(4)).await;
    let list = friends(&scene, viewer, owner).await;
    assert_eq!(
        ids(&list),
        [viewer, friend],
        "the viewer may be a friend themselves"
    );
    assert_eq!(
        newest(&list[0]),
        None,
        "and has written nothing to themselves"
    );
}

pub(super) async fn the_friends_of_nobody_are_an_empty_list(scene: Scene) {
    let [one, other] = scene.users().await;
    scene.befriend(one, other, at(1)).await;
    let list = scene.store.friends(one, unknown(), ALL).await;
    assert_eq!(list.expect("lists can be read"), Page::empty());
}

async fn friends(scene: &Scene, viewer: UserId, user: UserId) -> Vec<Friend> {
    let list = scene.store.friends(viewer, user, ALL).await;
    list.expect("lists can be read").items
}

fn ids(friends: &[Friend]) -> Vec<UserId> {
    friends.iter().map(|friend| friend.user.id).collect()
}

fn newest(friend: &Friend) -> Option<(&str, bool)> {
    let newest = friend.newest.as_ref();
    newest.map(|NewestMessage { text, sent }| (text.as_str(), *sent))
}
