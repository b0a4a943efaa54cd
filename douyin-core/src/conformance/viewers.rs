//! What a viewer sees of likes and follows, and that it is theirs.

use std::collections::HashSet;

use super::scene::{ALL, Scene, at, unknown};
use crate::{Marks, UserId, Video, VideoId};

pub(super) async fn a_like_shows_to_the_one_who_likes_and_to_nobody_else(scene: Scene) {
    let [author, fan, other] = scene.users().await;
    let liked = scene.video(author, at(1)).await;
    let not_liked = scene.video(author, at(2)).await;
    scene.like(fan, liked, at(3)).await;
    scene.like(other, not_liked, at(3)).await;
    for (viewer, expected) in [
        (Some(fan), vec![liked]),
        (Some(other), vec![not_liked]),
        (Some(author), vec![]),
        (None, vec![]),
    ] {
        for (list, videos) in everywhere(&scene, viewer, author).await {
            let flagged: Vec<VideoId> = videos
                .iter()
                .filter(|video| video.is_favorite)
                .map(|video| video.id)
                .collect();
            assert_eq!(flagged, expected, "{list} as {viewer:?} sees it");
        }
    }
}

pub(super) async fn a_follow_shows_to_the_one_who_follows_wherever_the_followed_appears(
    scene: Scene,
) {
    let [star, fan, other] = scene.users().await;
    let video = scene.video(star, at(1)).await;
    scene.video(star, at(2)).await;
    scene.comment(star, video, at(3)).await;
    scene.follow(fan, star, at(4)).await;
    scene.befriend(other, fan, at(5)).await;
    scene.befriend(star, other, at(6)).await;
    scene.unfollow(other, star, at(7)).await;
    for (viewer, expected) in [
        (Some(fan), true),
        (Some(other), false),
        (Some(star), false),
        (None, false),
    ] {
        let seen = scene.profile(viewer, star).await;
        assert_eq!(
            seen.is_follow, expected,
            "the profile as {viewer:?} sees it"
        );
        for (list, videos) in everywhere(&scene, viewer, star).await {
            assert!(
                videos.iter().all(|video| video.author == seen),
                "{list} as {viewer:?} sees it"
            );
        }
        let comments = scene.store.comments(viewer, video, ALL).await;
        let comments = comments.expect("comments can be read").items;
        assert!(
            comments.iter().all(|comment| comment.author == seen),
            "comments as {viewer:?} sees them"
        );
        let follows = scene
            .store
            .follows(viewer, fan, ALL)
            .await
            .expect("lists can be read");
        assert!(
            follows.items.contains(&seen),
            "follows as {viewer:?} sees them"
        );
        let followers = scene.store.followers(viewer, other, ALL).await;
        assert!(
            followers.expect("lists can be read").items.contains(&seen),
            "followers as {viewer:?} sees them"
        );
    }
    scene.unfollow(fan, star, at(8)).await;
    assert!(!scene.profile(Some(fan), star).await.is_follow);
}

pub(super) async fn the_flags_of_a_list_are_the_viewers_not_the_owners(scene: Scene) {
    let [author, owner, viewer] = scene.users().await;
    let first = scene.video(author, at(1)).await;
    let second = scene.video(author, at(2)).await;
    scene.like(owner, first, at(3)).await;
    scene.like(owner, second, at(4)).await;
    scene.like(viewer, first, at(5)).await;
    scene.follow(owner, author, at(6)).await;
    let flags = async |viewer| -> Vec<(bool, bool)> {
        let list = scene
            .store
            .favorites(viewer, owner, ALL)
            .await
            .expect("lists can be read");
        list.items
            .iter()
            .map(|video| (video.is_favorite, video.author.is_follow))
            .collect()
    };
    assert_eq!(flags(Some(owner)).await, [(true, true), (true, true)]);
    assert_eq!(flags(Some(viewer)).await, [(false, false), (true, false)]);
    assert_eq!(flags(None).await, [(false, false), (false, false)]);
    for (looking, expected) in [(Some(owner), true), (Some(viewer), false), (None, false)] {
        let list = scene
            .store
            .follows(looking, owner, ALL)
            .await
            .expect("lists can be read");
        assert_eq!(list.items[0].is_follow, expected, "{looking:?}");
    }
}

pub(super) async fn nobody_follows_themselves_in_their_own_eyes(scene: Scene) {
    let [one, other] = scene.users().await;
    scene.befriend(one, other, at(1)).await;
    let video = scene.video(one, at(2)).await;
    scene.comment(one, video, at(3)).await;
    assert!(!scene.profile(Some(one), one).await.is_follow);
    assert!(!scene.seen(Some(one), video).await.author.is_follow);
    let followers = scene.store.followers(Some(one), other, ALL).await;
    assert!(!followers.expect("lists can be read").items[0].is_follow);
}

pub(super) async fn a_viewer_who_does_not_exist_sees_what_anonymous_viewers_see(scene: Scene) {
    let [author, fan] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    scene.like(fan, video, at(2)).await;
    scene.follow(fan, author, at(3)).await;
    assert_eq!(
        scene.profile(Some(unknown()), author).await,
        scene.profile(None, author).await
    );
    assert_eq!(
        everywhere(&scene, Some(unknown()), author).await,
        everywhere(&scene, None, author).await
    );
}

pub(super) async fn the_viewer_decides_nothing_but_the_flags(scene: Scene) {
    let [author, fan, other] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    scene.like(fan, video, at(2)).await;
    scene.befriend(fan, author, at(3)).await;
    scene.like(other, video, at(4)).await;
    let anonymous = everywhere(&scene, None, author).await;
    for viewer in [author, fan, other] {
        let mut seen = everywhere(&scene, Some(viewer), author).await;
        for video in seen.iter_mut().flat_map(|(_, videos)| videos) {
            video.is_favorite = false;
            video.author.is_follow = false;
        }
        assert_eq!(seen, anonymous);
    }
}

pub(super) async fn the_marks_of_a_viewer_are_what_lists_show_them(scene: Scene) {
    let [author, other, fan] = scene.users().await;
    let mut videos = Vec::new();
    for (number, by) in [(1, author), (2, other), (3, author)] {
        videos.push(scene.video(by, at(number)).await);
    }
    scene.like(fan, videos[0], at(4)).await;
    scene.like(fan, videos[1], at(5)).await;
    scene.like(author, videos[2], at(6)).await;
    scene.follow(fan, author, at(7)).await;
    scene.befriend(other, fan, at(8)).await;
    scene.unlike(fan, videos[1], at(9)).await;
    scene.unfollow(fan, other, at(10)).await;
    for viewer in [author, other, fan, unknown()] {
        let feed = scene.store.feed(Some(viewer), ALL).await;
        let feed = feed.expect("the feed can be read").items;
        let liked = feed.iter().filter(|video| video.is_favorite);
        let followed = feed.iter().map(|video| &video.author);
        let shown = Marks {
            liked: liked.map(|video| video.id).collect(),
            followed: followed
                .filter(|author| author.is_follow)
                .map(|author| author.id)
                .collect(),
        };
        let marks = scene.marks(viewer, &videos, &[author, other]).await;
        assert_eq!(marks, shown, "as {viewer:?} sees it");
    }
    assert_eq!(
        scene.marks(fan, &videos, &[author, other]).await,
        Marks {
            liked: HashSet::from([videos[0]]),
            followed: HashSet::from([author]),
        }
    );
}

pub(super) async fn marks_are_of_what_was_asked_for_alone(scene: Scene) {
    let [author, other, fan] = scene.users().await;
    let [first, second] = [
        scene.video(author, at(1)).await,
        scene.video(author, at(2)).await,
    ];
    for (number, video) in [(3, first), (4, second)] {
        scene.like(fan, video, at(number)).await;
    }
    for (number, user) in [(5, author), (6, other)] {
        scene.follow(fan, user, at(number)).await;
    }
    let asked = scene.marks(fan, &[second, unknown()], &[]).await;
    assert_eq!(asked.liked, HashSet::from([second]));
    assert_eq!(asked.followed, HashSet::new());
    let asked = scene.marks(fan, &[], &[unknown(), other]).await;
    assert_eq!(asked.liked, HashSet::new());
    assert_eq!(asked.followed, HashSet::from([other]));
    assert_eq!(scene.marks(fan, &[], &[]).await, Marks::default());
    let twice = scene
        .marks(fan, &[first, first, second], &[author, author])
        .await;
    assert_eq!(twice.liked, HashSet::from([first, second]));
    assert_eq!(twice.followed, HashSet::from([author]));
}

/// The videos of an author wherever they appear.
async fn everywhere(
    scene: &Scene,
    viewer: Option<UserId>,
    author: UserId,
) -> Vec<(&'static str, Vec<Video>)> {
    let feed = scene
        .store
        .feed(viewer, ALL)
        .await
        .expect("the feed can be read")
        .items;
    let list = scene
        .store
        .published(viewer, author, ALL)
        .await
        .expect("lists can be read")
        .items;
    let mut alone = Vec::new();
    for video in &feed {
        alone.push(scene.seen(viewer, video.id).await);
    }
    vec![
        ("the feed", feed),
        ("the author's list", list),
        ("each alone", alone),
    ]
}
