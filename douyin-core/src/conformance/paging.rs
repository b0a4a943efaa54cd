//! Lists in pages.

use super::scene::{Scene, at, comment_ids, new_comment, user_ids, video_ids, walk};
use crate::{CommentId, Cursor, PageRequest, UserId, VideoId};

/// A list of seven, in pages that divide it, do not, hold it exactly, and hold more.
const LIMITS: [u32; 6] = [1, 2, 3, 6, 7, 8];

/// The order in which entries of one instant are made: their ids must decide.
const SHUFFLED: [usize; 7] = [3, 0, 6, 2, 5, 1, 4];

fn newest_first<T: Copy + Ord>(ids: &[T]) -> Vec<T> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.reverse();
    ids
}

async fn seven_videos(scene: &Scene, author: UserId) -> Vec<VideoId> {
    let mut videos = Vec::new();
    for number in 0..7 {
        videos.push(scene.video(author, at(number)).await);
    }
    videos
}

pub(super) async fn the_feed_is_the_same_in_pages_of_any_size(scene: Scene) {
    let [author] = scene.users().await;
    let expected = newest_first(&seven_videos(&scene, author).await);
    for limit in LIMITS {
        let feed = walk(limit, |page| scene.store.feed(Some(author), page)).await;
        assert_eq!(video_ids(&feed), expected, "in pages of {limit}");
    }
}

pub(super) async fn the_videos_of_an_author_are_the_same_in_pages_of_any_size(scene: Scene) {
    let [author, other] = scene.users().await;
    let expected = newest_first(&seven_videos(&scene, author).await);
    scene.video(other, at(8)).await;
    scene.video(other, at(-1)).await;
    for limit in LIMITS {
        let list = walk(limit, |page| scene.store.published(None, author, page)).await;
        assert_eq!(video_ids(&list), expected, "in pages of {limit}");
    }
}

pub(super) async fn likes_of_one_instant_are_the_same_in_pages_of_any_size(scene: Scene) {
    let [author, fan] = scene.users().await;
    let videos = seven_videos(&scene, author).await;
    for number in SHUFFLED {
        scene.like(fan, videos[number], at(50)).await;
        scene.like(author, videos[number], at(50)).await;
    }
    for limit in LIMITS {
        let list = walk(limit, |page| scene.store.favorites(None, fan, page)).await;
        assert_eq!(
            video_ids(&list),
            newest_first(&videos),
            "in pages of {limit}"
        );
    }
}

pub(super) async fn comments_of_one_instant_are_the_same_in_pages_of_any_size(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let other_video = scene.video(author, at(2)).await;
    let ids: [CommentId; 7] = std::array::from_fn(|_| scene.id());
    for number in SHUFFLED {
        let new = new_comment(ids[number], author, video, at(50));
        scene
            .store
            .add_comment(new)
            .await
            .expect("the video exists");
        scene.comment(author, other_video, at(50)).await;
    }
    for limit in LIMITS {
        let list = walk(limit, |page| scene.store.comments(None, video, page)).await;
        assert_eq!(
            comment_ids(&list),
            newest_first(&ids),
            "in pages of {limit}"
        );
    }
}

pub(super) async fn follows_of_one_instant_are_the_same_in_pages_of_any_size(scene: Scene) {
    let [fan] = scene.users().await;
    let stars = seven_more(&scene).await;
    for number in SHUFFLED {
        scene.befriend(fan, stars[number], at(50)).await;
    }
    for limit in LIMITS {
        let list = walk(limit, |page| scene.store.follows(None, fan, page)).await;
        assert_eq!(user_ids(&list), newest_first(&stars), "in pages of {limit}");
    }
}

pub(super) async fn followers_of_one_instant_are_the_same_in_pages_of_any_size(scene: Scene) {
    let [star] = scene.users().await;
    let fans = seven_more(&scene).await;
    for number in SHUFFLED {
        scene.follow(fans[number], star, at(50)).await;
    }
    for limit in LIMITS {
        let list = walk(limit, |page| scene.store.followers(None, star, page)).await;
        assert_eq!(user_ids(&list), newest_first(&fans), "in pages of {limit}");
    }
}

pub(super) async fn friends_of_one_instant_are_the_same_in_pages_of_any_size(scene: Scene) {
    let [user, one_way, other_way] = scene.users().await;
    let friends = seven_more(&scene).await;
    let more = scene.user("followed, but no friend").await;
    for number in SHUFFLED {
        scene.befriend(user, friends[number], at(50)).await;
        scene.send(user, friends[number], "text", at(51)).await;
    }
    for star in [one_way, more] {
        scene.follow(user, star, at(50)).await;
    }
    scene.follow(other_way, user, at(50)).await;
    for limit in LIMITS {
        let list = walk(limit, |page| scene.store.friends(user, user, page)).await;
        let ids: Vec<UserId> = list.iter().map(|friend| friend.user.id).collect();
        assert_eq!(ids, newest_first(&friends), "in pages of {limit}");
    }
}

async fn seven_more(scene: &Scene) -> Vec<UserId> {
    let mut users = Vec::new();
    for number in 0..7 {
        users.push(scene.user(&format!("one of seven, number {number}")).await);
    }
    users
}

pub(super) async fn a_page_goes_on_after_its_last_entry_exactly_if_there_is_more(scene: Scene) {
    let [author, fan] = scene.users().await;
    for video in seven_videos(&scene, author).await {
        scene.like(fan, video, at(100 - video.get())).await;
    }
    for limit in LIMITS {
        let page = PageRequest::newest(limit);
        let feed = scene
            .store
            .feed(None, page)
            .await
            .expect("the feed can be read");
        let last = feed.items.last().expect("there are videos");
        let place = Cursor {
            at: last.published_at,
            id: last.id.get(),
        };
        assert_eq!(feed.next, (limit < 7).then_some(place), "the feed, {limit}");

        let likes = scene
            .store
            .favorites(None, fan, page)
            .await
            .expect("lists can be read");
        let last = likes.items.last().expect("there are likes").id.get();
        let place = Cursor {
            at: at(100 - last),
            id: last,
        };
        assert_eq!(
            likes.next,
            (limit < 7).then_some(place),
            "the likes, {limit}"
        );
    }
}

pub(super) async fn a_place_need_not_be_an_entry(scene: Scene) {
    let [author, fan] = scene.users().await;
    let videos = seven_videos(&scene, author).await;
    for video in &videos {
        scene.like(fan, *video, at(50)).await;
    }
    let expected = newest_first(&videos);
    for (place, skipped) in [
        (Cursor { at: at(51), id: 0 }, 0),
        (
            Cursor {
                at: at(50),
                id: i64::MAX,
            },
            0,
        ),
        (
            Cursor {
                at: at(50),
                id: videos[3].get(),
            },
            4,
        ),
        (
            Cursor {
                at: at(50),
                id: videos[3].get() + 1,
            },
            3,
        ),
        (Cursor { at: at(50), id: 0 }, 7),
        (
            Cursor {
                at: at(49),
                id: i64::MAX,
            },
            7,
        ),
    ] {
        let page = PageRequest {
            after: Some(place),
            limit: 10,
        };
        let list = scene
            .store
            .favorites(None, fan, page)
            .await
            .expect("lists can be read");
        assert_eq!(
            video_ids(&list.items),
            expected[skipped..],
            "after {place:?}"
        );
    }
}

pub(super) async fn an_entry_that_is_gone_still_marks_the_place_to_go_on_from(scene: Scene) {
    let [author, fan] = scene.users().await;
    let videos = seven_videos(&scene, author).await;
    for video in &videos {
        scene.like(fan, *video, at(50)).await;
    }
    let expected = newest_first(&videos);
    let first = scene
        .store
        .favorites(None, fan, PageRequest::newest(3))
        .await;
    let first = first.expect("lists can be read");
    scene.unlike(fan, expected[2], at(60)).await;
    let rest = PageRequest {
        after: first.next,
        limit: 10,
    };
    let rest = scene
        .store
        .favorites(None, fan, rest)
        .await
        .expect("lists can be read");
    assert_eq!(video_ids(&rest.items), expected[3..]);
}

pub(super) async fn entries_on_top_do_not_disturb_a_walk(scene: Scene) {
    let [author] = scene.users().await;
    let expected = newest_first(&seven_videos(&scene, author).await);
    let (mut met, mut page) = (Vec::new(), PageRequest::newest(2));
    for number in 0.. {
        let feed = scene
            .store
            .feed(None, page)
            .await
            .expect("the feed can be read");
        met.extend(video_ids(&feed.items));
        scene.video(author, at(100 + number)).await;
        page.after = feed.next;
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(met, expected);
}
