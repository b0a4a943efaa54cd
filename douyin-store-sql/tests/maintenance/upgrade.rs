//! A database of an earlier version, with rows as that version wrote them.

use std::fs;
use std::path::Path;

use douyin_core::{
    Change, Completion, Direction, JobId, Mark, MediaKey, NewJob, NewVideo, PageRequest,
    PreparedMedia, Span, Task, TaskKind, UserId, Video, VideoDeletion, VideoId, drift_of_all,
};

use crate::on_each_engine;
use crate::opened::{Empty, Opened};
use crate::rows::{at, new_video, user, video};

on_each_engine! { Empty:
    every_row_of_an_earlier_version_is_found_as_it_was
    videos_of_an_earlier_version_are_deleted_prepared_and_counted_like_others
}

/// The last migration of that version.
const BEFORE: usize = 4;

/// Two users who follow each other and a third. The first has two videos, which the others like; the first of them has a comment, and another
/// one that was deleted.
const ROWS: &str = "
INSERT INTO users (id, name, username_key, password, signature, avatar, background, registered_at,
    follow_count, follower_count, total_favorited, work_count, favorite_count, generation) VALUES
    (1, 'Ann', 'ann', 'hash of 1', 'hello', 'pictures/5.jpg', NULL, 1, 2, 1, 3, 2, 0, 2),
    (2, 'Bob', 'bob', 'hash of 2', '', NULL, NULL, 2, 1, 1, 0, 1, 2, 0),
    (3, 'Cy', 'cy', 'hash of 3', '', NULL, NULL, 3, 0, 1, 0, 0, 1, 0);
INSERT INTO videos (id, author_id, title, play, cover, published_at, favorite_count, comment_count) VALUES
    (11, 1, 'first', 'videos/11.mp4', 'covers/11.jpg', 101, 2, 1),
    (12, 2, 'second', 'videos/12.webm', 'covers/12.jpg', 102, 0, 0),
    (13, 1, 'third', 'videos/13.mov', 'covers/13.jpg', 103, 1, 0);
INSERT INTO favorites (user_id, video_id, marked_at) VALUES (2, 11, 201), (3, 11, 202), (2, 13, 203);
INSERT INTO follows (follower_id, followee_id, marked_at) VALUES (1, 2, 301), (2, 1, 302), (1, 3, 303);
INSERT INTO comments (id, video_id, author_id, text, written_at, deleted_at) VALUES
    (21, 11, 3, 'seen', 401, NULL), (22, 11, 2, 'unseen', 402, 403);
INSERT INTO messages (id, low_id, high_id, from_id, text, sent_at) VALUES
    (31, 1, 2, 1, 'ping', 501), (32, 1, 2, 2, 'pong', 502);
";

/// The database with these rows, brought up to date.
async fn upgraded(empty: Empty) -> Opened {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut migrations: Vec<_> = fs::read_dir(folder.join(empty.migrations))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    migrations.sort();
    for migration in &migrations[..BEFORE] {
        let statements = fs::read_to_string(migration).unwrap();
        empty.execute(&statements).await;
    }
    empty
        .execute("CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)")
        .await;
    for version in 1..=BEFORE {
        let done = format!("INSERT INTO schema_migrations VALUES ({version}, 'done')");
        empty.execute(&done).await;
    }
    empty.execute(ROWS).await;
    empty.open().await
}

const ALL: PageRequest = PageRequest::newest(100);

fn ids(videos: &[Video]) -> Vec<VideoId> {
    videos.iter().map(|video| video.id).collect()
}

async fn every_row_of_an_earlier_version_is_found_as_it_was(empty: Empty) {
    let opened = upgraded(empty).await;
    let store = &opened.store;
    let [ann, bob, cy] = [1, 2, 3].map(user);

    let profile = async |viewer: UserId, of: UserId| {
        let profile = store.profile(Some(viewer), of).await.unwrap();
        profile.expect("the user is there")
    };
    let found = profile(bob, ann).await;
    assert_eq!((&*found.name, &*found.signature), ("Ann", "hello"));
    assert_eq!(found.avatar, Some(MediaKey::new("pictures/5.jpg")));
    assert_eq!((found.background, found.is_follow), (None, true));
    assert_eq!((found.follow_count, found.follower_count), (2, 1));
    assert_eq!((found.work_count, found.total_favorited), (2, 3));
    let credentials = store.credentials_of(ann).await.unwrap().unwrap();
    assert_eq!(credentials.password.as_str(), "hash of 1");
    assert_eq!(credentials.generation.get(), 2);

    let feed = store.feed(Some(bob), ALL).await.unwrap().items;
    assert_eq!(ids(&feed), [13, 12, 11].map(video));
    let first = &feed[2];
    assert_eq!((&*first.title, first.author.id), ("first", ann));
    assert_eq!(first.play, MediaKey::new("videos/11.mp4"));
    assert_eq!((&first.stream, first.is_favorite), (&None, true));
    assert_eq!((first.favorite_count, first.comment_count), (2, 1));
    assert_eq!(first.published_at.as_millis(), 101);
    let published = store.published(None, ann, ALL).await.unwrap().items;
    assert_eq!(ids(&published), [13, 11].map(video));
    let liked = store.favorites(None, bob, ALL).await.unwrap().items;
    assert_eq!(ids(&liked), [13, 11].map(video));

    let comments = store.comments(None, video(11), ALL).await.unwrap().items;
    let comments = comments
        .iter()
        .map(|comment| (comment.author.id, &*comment.text));
    assert_eq!(comments.collect::<Vec<_>>(), [(cy, "seen")]);
    let follows = store.follows(None, ann, ALL).await.unwrap().items;
    let follows: Vec<UserId> = follows.iter().map(|user| user.id).collect();
    assert_eq!(follows, [cy, bob]);
    assert!(store.are_friends(ann, bob).await.unwrap());
    let messages = store
        .conversation(ann, bob, Span::Newest, Direction::Both, 9)
        .await;
    let messages = messages.unwrap().items;
    let messages = messages
        .iter()
        .map(|message| (message.from, &*message.text));
    assert_eq!(messages.collect::<Vec<_>>(), [(ann, "ping"), (bob, "pong")]);
    assert_eq!(store.jobs(ALL).await.unwrap().items, []);
    assert_eq!(drift_of_all(&**store).await.unwrap(), []);
}

async fn videos_of_an_earlier_version_are_deleted_prepared_and_counted_like_others(empty: Empty) {
    let opened = upgraded(empty).await;
    let store = &opened.store;
    let [ann, bob] = [1, 2].map(user);
    assert_eq!(store.stored_bytes(ann).await.unwrap(), 0);
    let delete = async |number| {
        let deletion = VideoDeletion {
            video: video(number),
            at: at(9),
            jobs: Vec::new(),
        };
        let deleted = store.delete_video(deletion).await.unwrap();
        assert_eq!(deleted, Change::Applied);
    };

    // Nobody knows how large they are, so they count for nothing before and after.
    delete(11).await;
    assert_eq!(store.stored_bytes(ann).await.unwrap(), 0);
    let found = store.profile(None, ann).await.unwrap().unwrap();
    assert_eq!((found.work_count, found.total_favorited), (1, 1));
    assert_eq!(store.forget_favorites(video(11), 10).await.unwrap(), 2);
    let liked = store.favorites(None, bob, ALL).await.unwrap().items;
    assert_eq!(ids(&liked), [video(13)]);
    let feed = store.feed(None, ALL).await.unwrap().items;
    assert_eq!(ids(&feed), [13, 12].map(video));

    let added = NewVideo {
        bytes: 70,
        quota: Some(100),
        ..new_video(14, 1)
    };
    store.publish(added).await.unwrap();
    assert_eq!(store.stored_bytes(ann).await.unwrap(), 70);
    let liked = store.mark_favorite(bob, video(14), Mark::On, at(10)).await;
    assert_eq!(liked.unwrap(), Change::Applied);
    delete(14).await;
    assert_eq!(store.stored_bytes(ann).await.unwrap(), 0);
    store.forget_favorites(video(14), 10).await.unwrap();

    let job = NewJob {
        id: JobId::new(41).unwrap(),
        task: Task::Prepare(video(13)),
        due: at(1),
    };
    assert_eq!(store.add_job(job).await.unwrap(), Change::Applied);
    let claim = store.claim_job(TaskKind::Prepare, at(1), at(9)).await;
    let media = PreparedMedia {
        play: None,
        stream: Some(MediaKey::new("streams/13/41-1/main.m3u8")),
        removals: [42, 43].map(|id| JobId::new(id).unwrap()),
        remove_at: at(99),
    };
    let streamed = media.stream.clone();
    let claim = claim.unwrap().expect("it is due");
    let completed = store.complete_preparation(&claim, media).await;
    assert_eq!(completed.unwrap(), Completion::Done);
    let found = store.video(None, video(13)).await.unwrap().unwrap();
    assert_eq!(found.stream, streamed);
    assert_eq!(drift_of_all(&**store).await.unwrap(), []);
}
