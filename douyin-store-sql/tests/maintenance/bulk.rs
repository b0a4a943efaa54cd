use douyin_core::{
    Change, Direction, Entity, Mark, PageRequest, Span, StoreError, Timestamp, VideoDeletion,
    drift_of_all,
};
use douyin_store_sql::Chunk;
use tokio::join;

use crate::on_each_engine;
use crate::opened::Opened;
use crate::rows::{at, new_comment, new_message, new_user, new_video, user, video};

const ALL: PageRequest = PageRequest::newest(1_000);

on_each_engine! {
    rows_loaded_together_are_as_if_written_one_by_one
    a_chunk_that_meets_what_is_there_is_taken_and_adds_nothing
    a_chunk_that_speaks_of_nobody_is_not_found_and_adds_nothing
    a_chunk_that_speaks_of_a_deleted_video_is_not_found_and_adds_nothing
    loaded_videos_count_in_what_their_authors_stored
    videos_of_taken_instants_are_published_at_the_first_free_ones
    messages_come_after_all_before_them
    chunks_and_single_writes_at_once_add_up
    a_chunk_without_rows_changes_nothing
}

async fn rows_loaded_together_are_as_if_written_one_by_one(opened: Opened) {
    let store = &opened.store;
    opened.populate(3).await;
    opened
        .load(vec![
            (user(1), video(3), at(10)),
            (user(2), video(3), at(11)),
            (user(1), video(1), at(12)),
        ])
        .await;
    opened
        .load(vec![
            (user(1), user(3), at(20)),
            (user(3), user(1), at(21)),
            (user(2), user(3), at(22)),
        ])
        .await;
    opened
        .load(vec![new_comment(1, 3, 1), new_comment(2, 3, 2)])
        .await;
    opened
        .load(vec![
            new_message(1, 3, 1, at(30)),
            new_message(2, 1, 3, at(31)),
        ])
        .await;
    assert_eq!(drift_of_all(&**store).await.unwrap(), []);

    let seen = store.video(Some(user(1)), video(3)).await.unwrap().unwrap();
    assert_eq!(
        (seen.favorite_count, seen.comment_count, seen.is_favorite),
        (2, 2, true)
    );
    assert_eq!(
        (seen.title.as_str(), seen.published_at),
        ("video 3 🎬", at(3))
    );
    assert_eq!(
        (seen.author.total_favorited, seen.author.work_count),
        (2, 1)
    );
    assert_eq!(
        (seen.author.follower_count, seen.author.follow_count),
        (2, 1)
    );
    assert_eq!(
        (seen.author.name.as_str(), seen.author.signature.as_str()),
        ("User \"3\" 🦊", "a\\b'c\n小明")
    );
    let liker = store.profile(None, user(1)).await.unwrap().unwrap();
    assert_eq!((liker.favorite_count, liker.total_favorited), (2, 1));

    let favorites = store.favorites(None, user(1), ALL).await.unwrap().items;
    assert!(
        favorites
            .iter()
            .map(|video| video.id)
            .eq([video(1), video(3)])
    );
    assert!(store.are_friends(user(1), user(3)).await.unwrap());
    let comments = store.comments(None, video(3), ALL).await.unwrap().items;
    assert!(
        comments
            .iter()
            .map(|comment| comment.text.as_str())
            .eq(["comment 2", "comment 1"])
    );
    assert_eq!(sent(&opened, 1, 3).await, [at(30), at(31)]);
    let key = new_user(2).name;
    let credentials = store.credentials(key.key()).await.unwrap().unwrap();
    assert_eq!(
        (credentials.user, credentials.password.as_str()),
        (user(2), "hash of 2")
    );
}

async fn a_chunk_that_meets_what_is_there_is_taken_and_adds_nothing(opened: Opened) {
    let store = &opened.store;
    opened.populate(2).await;
    opened.load(vec![(user(1), video(1), at(1))]).await;
    opened.load(vec![(user(1), user(2), at(1))]).await;
    opened.load(vec![new_comment(1, 1, 1)]).await;
    opened.load(vec![new_message(1, 1, 2, at(1))]).await;
    let mut named_alike = new_user(3);
    named_alike.name = new_user(1).name;
    let conflicts: [Chunk; 8] = [
        vec![new_user(4), named_alike].into(),
        vec![new_user(4), new_user(2)].into(),
        vec![new_video(3, 2), new_video(1, 2)].into(),
        vec![(user(2), video(2), at(2)), (user(1), video(1), at(2))].into(),
        vec![(user(2), video(2), at(2)), (user(2), video(2), at(3))].into(),
        vec![(user(2), user(1), at(2)), (user(1), user(2), at(2))].into(),
        vec![new_comment(2, 2, 2), new_comment(1, 2, 2)].into(),
        vec![new_message(2, 1, 2, at(2)), new_message(1, 1, 2, at(3))].into(),
    ];
    for chunk in conflicts {
        let told = format!("{chunk:?}");
        let refused = store.load(chunk).await;
        assert!(
            matches!(refused, Err(StoreError::Taken)),
            "{told}: {refused:?}"
        );
    }
    assert_eq!(drift_of_all(&**store).await.unwrap(), []);
    assert_eq!(store.profile(None, user(4)).await.unwrap(), None);
    assert_eq!(store.feed(None, ALL).await.unwrap().items.len(), 2);
    assert_eq!(store.favorites(None, user(2), ALL).await.unwrap().items, []);
    assert_eq!(store.followers(None, user(1), ALL).await.unwrap().items, []);
    assert_eq!(store.comments(None, video(2), ALL).await.unwrap().items, []);
    assert_eq!(sent(&opened, 1, 2).await, [at(1)]);
}

async fn a_chunk_that_speaks_of_nobody_is_not_found_and_adds_nothing(opened: Opened) {
    let store = &opened.store;
    opened.populate(2).await;
    let lost: [(Chunk, Entity); 6] = [
        (vec![new_video(3, 1), new_video(4, 9)].into(), Entity::User),
        (
            vec![(user(1), video(1), at(1)), (user(9), video(1), at(1))].into(),
            Entity::User,
        ),
        (
            vec![(user(1), video(1), at(1)), (user(1), video(9), at(1))].into(),
            Entity::Video,
        ),
        (
            vec![(user(1), user(2), at(1)), (user(1), user(9), at(1))].into(),
            Entity::User,
        ),
        (
            vec![new_comment(1, 1, 1), new_comment(2, 9, 1)].into(),
            Entity::Video,
        ),
        (
            vec![new_message(1, 1, 2, at(1)), new_message(2, 1, 9, at(1))].into(),
            Entity::User,
        ),
    ];
    for (chunk, entity) in lost {
        let told = format!("{chunk:?}");
        let refused = store.load(chunk).await;
        assert!(
            matches!(&refused, Err(StoreError::NotFound(missing)) if *missing == entity),
            "{told}: {refused:?}"
        );
    }
    assert_eq!(drift_of_all(&**store).await.unwrap(), []);
    assert_eq!(store.feed(None, ALL).await.unwrap().items.len(), 2);
    assert_eq!(store.favorites(None, user(1), ALL).await.unwrap().items, []);
    assert_eq!(sent(&opened, 1, 2).await, []);
}

async fn a_chunk_that_speaks_of_a_deleted_video_is_not_found_and_adds_nothing(opened: Opened) {
    let store = &opened.store;
    opened.populate(3).await;
    let deletion = VideoDeletion {
        video: video(2),
        at: at(10),
        jobs: Vec::new(),
    };
    let deleted = store.delete_video(deletion).await;
    assert_eq!(deleted.unwrap(), Change::Applied);
    let likes = vec![(user(1), video(1), at(11)), (user(1), video(2), at(11))];
    let chunks: [Chunk; 2] = [
        likes.into(),
        vec![new_comment(1, 1, 1), new_comment(2, 2, 1)].into(),
    ];
    for chunk in chunks {
        let answer = store.load(chunk).await;
        assert!(
            matches!(answer, Err(StoreError::NotFound(Entity::Video))),
            "{answer:?}"
        );
    }
    let seen = store.video(None, video(1)).await.unwrap().unwrap();
    assert_eq!((seen.favorite_count, seen.comment_count), (0, 0));
    assert_eq!(drift_of_all(&**store).await.unwrap(), []);
}

async fn loaded_videos_count_in_what_their_authors_stored(opened: Opened) {
    let store = &opened.store;
    opened.populate(3).await;
    opened.load(vec![new_video(40, 3), new_video(41, 3)]).await;
    assert_eq!(store.stored_bytes(user(3)).await.unwrap(), 3 + 40 + 41);
    assert_eq!(store.stored_bytes(user(2)).await.unwrap(), 2);
    assert_eq!(drift_of_all(&**store).await.unwrap(), []);
}

async fn videos_of_taken_instants_are_published_at_the_first_free_ones(opened: Opened) {
    opened.populate(4).await;
    // Videos 1 to 4 are there; of these, one finds its instant free and three want the same.
    let at_one = |number| {
        let mut video = new_video(number, 1);
        video.at = at(1);
        video
    };
    opened
        .load(vec![at_one(5), new_video(9, 1), at_one(6), at_one(7)])
        .await;
    let feed = opened.store.feed(None, ALL).await.unwrap().items;
    let listed: Vec<(i64, Timestamp)> = feed
        .iter()
        .map(|video| (video.id.get(), video.published_at))
        .collect();
    let expected = [
        (9, 9),
        (7, 7),
        (6, 6),
        (5, 5),
        (4, 4),
        (3, 3),
        (2, 2),
        (1, 1),
    ];
    assert_eq!(listed, expected.map(|(id, millis)| (id, at(millis))));
    // What comes next still finds its place.
    assert_eq!(opened.store.publish(at_one(8)).await.unwrap(), at(8));
}

async fn messages_come_after_all_before_them(opened: Opened) {
    opened.populate(3).await;
    opened
        .store
        .send(new_message(1, 1, 2, at(100)))
        .await
        .unwrap();
    opened
        .load(vec![
            new_message(2, 2, 1, at(50)),
            new_message(3, 1, 3, at(50)),
            new_message(4, 1, 2, at(50)),
            new_message(5, 1, 2, at(200)),
        ])
        .await;
    assert_eq!(
        sent(&opened, 1, 2).await,
        [at(100), at(101), at(102), at(200)]
    );
    assert_eq!(sent(&opened, 3, 1).await, [at(50)]);
}

async fn chunks_and_single_writes_at_once_add_up(opened: Opened) {
    let store = &opened.store;
    opened.populate(40).await;
    let like = |number| store.mark_favorite(user(number), video(1), Mark::On, at(1));
    let singles = futures_util::future::join_all((1..=20).map(like));
    let chunk = (21..=40)
        .map(|number| (user(number), video(1), at(1)))
        .collect::<Vec<_>>();
    let taken = vec![new_user(41), new_user(1)];
    let (singles, chunk, taken) =
        join!(singles, store.load(chunk.into()), store.load(taken.into()));
    assert!(singles.into_iter().all(|like| like.is_ok()));
    chunk.unwrap();
    assert!(matches!(taken, Err(StoreError::Taken)), "{taken:?}");
    let seen = store.video(None, video(1)).await.unwrap().unwrap();
    assert_eq!(seen.favorite_count, 40);
    assert_eq!(drift_of_all(&**store).await.unwrap(), []);
}

async fn a_chunk_without_rows_changes_nothing(opened: Opened) {
    for chunk in [
        Chunk::Users(Vec::new()),
        Chunk::Videos(Vec::new()),
        Chunk::Favorites(Vec::new()),
        Chunk::Follows(Vec::new()),
        Chunk::Comments(Vec::new()),
        Chunk::Messages(Vec::new()),
    ] {
        assert!(chunk.is_empty());
        opened.load(chunk).await;
    }
}

/// The instants of a conversation.
async fn sent(opened: &Opened, one: i64, other: i64) -> Vec<Timestamp> {
    let conversation =
        opened
            .store
            .conversation(user(one), user(other), Span::Newest, Direction::Both, 100);
    let messages = conversation.await.unwrap().items;
    messages.iter().map(|message| message.at).collect()
}
