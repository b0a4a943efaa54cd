//! Publishing, the feed, and the lists of authors.

use super::scene::{ALL, Scene, at, new_video, unknown, video_ids};
use crate::{Cursor, Entity, Page, PageRequest, StoreError, Title, VideoId};

pub(super) async fn a_published_video_is_in_every_list_at_once_and_counted(scene: Scene) {
    let [author, other] = scene.users().await;
    let mut new = new_video(scene.id(), author, at(5));
    new.title = Title::parse("a cat").expect("a title");
    let id = new.id;
    let published = scene.store.publish(new.clone()).await;
    assert_eq!(published.expect("the author exists"), at(5));

    let video = scene.seen(None, id).await;
    assert_eq!((video.id, video.title.as_str()), (id, "a cat"));
    assert_eq!((&video.play, &video.cover), (&new.play, &new.cover));
    assert_eq!(video.published_at, at(5));
    assert_eq!((video.favorite_count, video.comment_count), (0, 0));
    assert!(!video.is_favorite);
    assert_eq!(video.author, scene.profile(None, author).await);
    assert_eq!(video.author.work_count, 1);
    assert_eq!(scene.profile(None, other).await.work_count, 0);

    let only_it = Page {
        items: vec![video],
        next: None,
    };
    let feed = scene.store.feed(None, ALL).await;
    assert_eq!(feed.expect("the feed can be read"), only_it);
    let list = scene.store.published(None, author, ALL).await;
    assert_eq!(list.expect("lists can be read"), only_it);

    scene.video(author, at(6)).await;
    assert_eq!(scene.seen(None, id).await.author.work_count, 2);
}

pub(super) async fn publishing_for_an_unknown_author_is_refused_and_leaves_nothing(scene: Scene) {
    let refused: VideoId = scene.id();
    let answer = scene
        .store
        .publish(new_video(refused, unknown(), at(1)))
        .await;
    assert!(
        matches!(answer, Err(StoreError::NotFound(Entity::User))),
        "{answer:?}"
    );
    let video = scene.store.video(None, refused).await;
    assert_eq!(video.expect("videos can be read"), None);
    let feed = scene.store.feed(None, ALL).await;
    assert_eq!(feed.expect("the feed can be read"), Page::empty());
    let author = scene.user("author").await;
    scene.video(author, at(1)).await;
}

pub(super) async fn a_video_that_was_never_published_is_none(scene: Scene) {
    let [author] = scene.users().await;
    scene.video(author, at(1)).await;
    for viewer in [None, Some(author)] {
        let video = scene.store.video(viewer, unknown()).await;
        assert_eq!(video.expect("videos can be read"), None);
    }
}

pub(super) async fn the_feed_is_newest_first_whoever_published(scene: Scene) {
    let [one, other] = scene.users().await;
    let third = scene.video(one, at(30)).await;
    let first = scene.video(other, at(10)).await;
    let fourth = scene.video(other, at(40)).await;
    let second = scene.video(one, at(20)).await;
    for viewer in [None, Some(one)] {
        let feed = scene
            .store
            .feed(viewer, ALL)
            .await
            .expect("the feed can be read");
        assert_eq!(video_ids(&feed.items), [fourth, third, second, first]);
    }
}

pub(super) async fn the_feed_goes_on_strictly_before_an_instant(scene: Scene) {
    let [author] = scene.users().await;
    let first = scene.video(author, at(10)).await;
    let second = scene.video(author, at(20)).await;
    let third = scene.video(author, at(30)).await;
    for (latest, expected) in [
        (at(31), vec![third, second, first]),
        (at(30), vec![second, first]),
        (at(21), vec![second, first]),
        (at(20), vec![first]),
        (at(10), vec![]),
        (at(-1_000), vec![]),
    ] {
        let page = PageRequest {
            after: Some(Cursor::strictly_before(latest)),
            limit: 10,
        };
        let feed = scene
            .store
            .feed(None, page)
            .await
            .expect("the feed can be read");
        assert_eq!(video_ids(&feed.items), expected, "before {latest:?}");
    }
}

pub(super) async fn the_list_of_an_author_has_only_their_videos_newest_first(scene: Scene) {
    let [one, other, idle] = scene.users().await;
    let second = scene.video(one, at(20)).await;
    let theirs = scene.video(other, at(15)).await;
    let first = scene.video(one, at(10)).await;
    for (author, expected) in [
        (one, vec![second, first]),
        (other, vec![theirs]),
        (idle, vec![]),
        (unknown(), vec![]),
    ] {
        let list = scene.store.published(None, author, ALL).await;
        let list = list.expect("lists can be read");
        assert_eq!(video_ids(&list.items), expected);
        assert_eq!(list.next, None);
    }
}

pub(super) async fn a_taken_publication_instant_gives_way_to_the_first_free_one_after_it(
    scene: Scene,
) {
    let [one, other] = scene.users().await;
    let mut newest_first = Vec::new();
    for (author, wanted, given) in [
        (one, 10, 10),
        (one, 11, 11),
        (other, 13, 13),
        (other, 10, 12),
        (one, 10, 14),
        (other, 13, 15),
        (one, 9, 9),
        (one, 17, 17),
        (other, 16, 16),
        (other, 9, 18),
    ] {
        let (video, published) = scene
            .publish(author, at(wanted))
            .await
            .expect("the author exists");
        assert_eq!(published, at(given), "wanted {wanted}");
        assert_eq!(scene.seen(None, video).await.published_at, published);
        newest_first.push((published, video));
    }
    newest_first.sort_unstable();
    newest_first.reverse();
    let expected: Vec<VideoId> = newest_first.into_iter().map(|(_, video)| video).collect();
    let feed = scene
        .store
        .feed(None, ALL)
        .await
        .expect("the feed can be read");
    assert_eq!(video_ids(&feed.items), expected);
}

pub(super) async fn an_empty_store_has_an_empty_feed(scene: Scene) {
    for viewer in [None, Some(unknown())] {
        let feed = scene.store.feed(viewer, ALL).await;
        assert_eq!(feed.expect("the feed can be read"), Page::empty());
    }
}
