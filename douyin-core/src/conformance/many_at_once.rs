//! Many at once, on the same rows.

use std::collections::HashMap;

use super::scene::{ALL, Scene, at, coin, comment_ids, scrambled, together};
use crate::{Change, CommentId, Mark, UserId, VideoId};

pub(super) async fn two_hundred_likes_of_one_user_at_once_count_once(scene: Scene) {
    let [author, fan] = scene.users().await;
    // A store that looks before it writes is lucky now and then.
    for round in 1..=3 {
        let video = scene.video(author, at(round)).await;
        let changes = together((0..200).map(|number| {
            let scene = scene.clone();
            async move { scene.mark(fan, video, Mark::On, at(number)).await }
        }))
        .await;
        let applied = changes.iter().filter(|change| **change == Change::Applied);
        assert_eq!(applied.count(), 1);
        assert_eq!(scene.seen(None, video).await.favorite_count, 1);
        assert_eq!(scene.profile(None, fan).await.favorite_count, round);
        assert_eq!(scene.profile(None, author).await.total_favorited, round);
    }
}

pub(super) async fn two_hundred_users_who_like_a_video_at_once_all_count(scene: Scene) {
    let users: [UserId; 200] = scene.users().await;
    let author = users[0];
    let video = scene.video(author, at(1)).await;
    together(users.into_iter().map(|user| {
        let scene = scene.clone();
        async move { scene.like(user, video, at(2)).await }
    }))
    .await;
    assert_eq!(scene.seen(None, video).await.favorite_count, 200);
    assert_eq!(scene.profile(None, author).await.total_favorited, 200);
}

pub(super) async fn sixty_four_users_toggling_at_random_end_where_their_last_mark_left_them(
    scene: Scene,
) {
    let users: [UserId; 64] = scene.users().await;
    let mut videos = Vec::new();
    for number in 0..4 {
        videos.push(scene.video(users[0], at(number)).await);
    }
    let ends = together(users.into_iter().map(|user| {
        let (scene, videos) = (scene.clone(), videos.clone());
        async move {
            let mut likes: HashMap<VideoId, bool> = HashMap::new();
            for round in 0..20 {
                let pick = scrambled((user, round, "which"));
                let video = videos[usize::try_from(pick % 4).expect("below 4")];
                let mark = coin((user, round, "how"));
                let before = likes.insert(video, mark == Mark::On).unwrap_or(false);
                let expected = if before == (mark == Mark::On) {
                    Change::Unchanged
                } else {
                    Change::Applied
                };
                assert_eq!(
                    scene.mark(user, video, mark, at(round)).await,
                    expected,
                    "nobody else touches this like"
                );
            }
            likes
        }
    }))
    .await;
    for video in videos {
        let mut count = 0;
        for (user, likes) in users.iter().zip(&ends) {
            let liked = likes.get(&video).copied().unwrap_or(false);
            assert_eq!(scene.seen(Some(*user), video).await.is_favorite, liked);
            count += i64::from(liked);
        }
        assert_eq!(scene.seen(None, video).await.favorite_count, count);
    }
}

pub(super) async fn toggles_of_one_like_from_everywhere_add_up_in_some_order(scene: Scene) {
    let [author, fan] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let sums = together((0..16).map(|task| {
        let scene = scene.clone();
        async move {
            let mut sum = 0;
            for round in 0..20 {
                let mark = coin((task, round));
                let change = scene.mark(fan, video, mark, at(round)).await;
                sum += match (change, mark) {
                    (Change::Unchanged, _) => 0,
                    (Change::Applied, Mark::On) => 1,
                    (Change::Applied, Mark::Off) => -1,
                };
            }
            sum
        }
    }))
    .await;
    let likes: i64 = sums.into_iter().sum();
    let seen = scene.seen(Some(fan), video).await;
    assert_eq!(
        i64::from(seen.is_favorite),
        likes,
        "each change that was told of happened"
    );
    assert_eq!(seen.favorite_count, likes);
    assert_eq!(scene.profile(None, fan).await.favorite_count, likes);
}

pub(super) async fn two_who_follow_each_other_at_once_are_friends(scene: Scene) {
    let users: [UserId; 32] = scene.users().await;
    for round in 0..3 {
        for mark in [Mark::On, Mark::Off] {
            let follows = users
                .chunks(2)
                .flat_map(|pair| [(pair[0], pair[1]), (pair[1], pair[0])]);
            let changes = together(follows.map(|(user, other)| {
                let scene = scene.clone();
                async move { scene.relate(user, other, mark, at(round)).await }
            }))
            .await;
            assert!(changes.iter().all(|change| *change == Change::Applied));
            for pair in users.chunks(2) {
                let friends = scene.store.are_friends(pair[0], pair[1]).await;
                assert_eq!(friends.expect("friendship can be read"), mark == Mark::On);
                let one = scene.profile(Some(pair[1]), pair[0]).await;
                let count = i64::from(mark == Mark::On);
                assert_eq!((one.follow_count, one.follower_count), (count, count));
            }
        }
    }
}

pub(super) async fn a_storm_of_follows_ends_where_the_last_marks_left_it(scene: Scene) {
    let users: [UserId; 12] = scene.users().await;
    let ends = together(users.into_iter().map(|user| {
        let scene = scene.clone();
        async move {
            let mut follows: HashMap<UserId, bool> = HashMap::new();
            let others: Vec<UserId> = users.into_iter().filter(|other| *other != user).collect();
            for round in 0..40 {
                let pick =
                    usize::try_from(scrambled((user, round, "whom")) % 11).expect("below 11");
                let mark = coin((user, round, "how"));
                let followed = follows
                    .insert(others[pick], mark == Mark::On)
                    .unwrap_or(false);
                let expected = if followed == (mark == Mark::On) {
                    Change::Unchanged
                } else {
                    Change::Applied
                };
                assert_eq!(
                    scene.relate(user, others[pick], mark, at(round)).await,
                    expected
                );
            }
            follows
        }
    }))
    .await;
    let mut followers: HashMap<UserId, i64> = HashMap::new();
    for (user, follows) in users.iter().zip(&ends) {
        let mut count = 0;
        for other in users.iter().filter(|other| *other != user) {
            let followed = follows.get(other).copied().unwrap_or(false);
            assert_eq!(scene.profile(Some(*user), *other).await.is_follow, followed);
            *followers.entry(*other).or_default() += i64::from(followed);
            count += i64::from(followed);
        }
        assert_eq!(scene.profile(None, *user).await.follow_count, count);
    }
    for user in users {
        assert_eq!(
            scene.profile(None, user).await.follower_count,
            followers[&user]
        );
    }
}

pub(super) async fn comments_and_deletions_at_once_add_up(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let kept = together((0..32).map(|task| {
        let scene = scene.clone();
        async move {
            let mut kept: Vec<CommentId> = Vec::new();
            for round in 0..6 {
                let comment = scene.comment(author, video, at(round)).await;
                if coin((task, round)) == Mark::On {
                    kept.push(comment);
                    continue;
                }
                let change = scene.store.delete_comment(comment, at(round)).await;
                assert_eq!(change.expect("it was written"), Change::Applied);
            }
            kept
        }
    }))
    .await;
    let mut kept: Vec<CommentId> = kept.into_iter().flatten().collect();
    kept.sort_unstable();
    let page = scene
        .store
        .comments(None, video, ALL)
        .await
        .expect("comments can be read");
    let mut listed = comment_ids(&page.items);
    listed.sort_unstable();
    assert_eq!(listed, kept);
    let count = i64::try_from(kept.len()).expect("a small number");
    assert_eq!(scene.seen(None, video).await.comment_count, count);
}
