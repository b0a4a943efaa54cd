//! How many statements each use case costs, counted as they run.
//!
//! A test binary of its own: tracing caches per process whether any subscriber wants an event, and here every thread that
//! runs statements has one.

mod watched;

use std::sync::Arc;

use douyin_core::{
    BcryptHasher, Change, ChatQuery, Douyin, FeedQuery, ListQuery, Mark, MediaKey, MessagePolicy,
    Timestamp, Upload, UserId, VideoId,
};
use douyin_store_sql::{SqlOptions, open};
use futures_util::future::join_all;
use tempfile::TempDir;

use self::watched::Watched;

/// Two friends who wrote to each other, and the video of one, which the other likes and comments on.
struct Scene {
    _folder: TempDir,
    douyin: Douyin,
    alice: UserId,
    bob: UserId,
    video: VideoId,
    statements: Watched,
}

const PASSWORD: &str = "opensesame";
const SECRET: &str = "for your eyes only";

async fn scene() -> Scene {
    let statements = Watched::start();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("douyin.db").display());
    let store = open(&url, &SqlOptions::default()).await.unwrap();
    let hasher = Arc::new(BcryptHasher::new(4).unwrap());
    let douyin = Douyin::builder_with_hasher(store, hasher)
        .message_policy(MessagePolicy::FriendsOnly)
        .build();
    let alice = douyin.register("alice", PASSWORD).await.unwrap();
    let bob = douyin.register("bob", PASSWORD).await.unwrap();
    let video = douyin.new_video_id().unwrap();
    publish(&douyin, alice, video).await;
    for (follower, target) in [(alice, bob), (bob, alice)] {
        let change = douyin.follow(follower, target, Mark::On).await;
        assert_eq!(change.unwrap(), Change::Applied);
    }
    let change = douyin.like(bob, video, Mark::On).await;
    assert_eq!(change.unwrap(), Change::Applied);
    douyin.comment(bob, video, SECRET).await.unwrap();
    douyin.send(bob, alice, SECRET).await.unwrap();
    statements.take();
    Scene {
        _folder: folder,
        douyin,
        alice,
        bob,
        video,
        statements,
    }
}

async fn publish(douyin: &Douyin, author: UserId, id: VideoId) -> Timestamp {
    let upload = Upload {
        id,
        title: "a title".to_owned(),
        play: MediaKey::new("videos/1.mp4"),
        cover: MediaKey::new("covers/1.jpg"),
        bytes: 0,
    };
    douyin.publish(author, upload).await.unwrap()
}

/// Asserts that each of these takes one statement.
macro_rules! assert_one_read {
    ($scene:expr, $($read:expr),+ $(,)?) => {
        $(
            $read.await.map(drop).unwrap();
            let statements = $scene.statements.take();
            assert_eq!(statements, ["SELECT"], "{}", stringify!($read));
        )+
    };
}

#[tokio::test]
async fn every_page_takes_one_statement() {
    let scene = scene().await;
    let Scene {
        douyin,
        alice,
        bob,
        video,
        ..
    } = &scene;
    let (alice, bob, video) = (*alice, *bob, *video);
    let (feed, list, chat) = (
        FeedQuery::default(),
        ListQuery::default(),
        ChatQuery::default(),
    );
    assert_eq!(douyin.feed(None, feed).await.unwrap().videos.items.len(), 1);
    scene.statements.take();
    assert_one_read!(
        scene,
        douyin.feed(None, feed),
        douyin.feed(Some(bob), feed),
        douyin.video(Some(bob), video),
        douyin.profile(None, alice),
        douyin.profile(Some(bob), alice),
        douyin.published(Some(bob), alice, list),
        douyin.favorites(Some(alice), bob, list),
        douyin.comments(Some(alice), video, list),
        douyin.follows(Some(alice), bob, list),
        douyin.followers(Some(alice), bob, list),
        douyin.friends(alice, alice, list),
        douyin.chat(alice, bob, chat),
        douyin.login("alice", PASSWORD),
    );
}

#[tokio::test]
async fn an_empty_list_takes_one_more_that_tells_it_from_the_list_of_nobody() {
    let scene = scene().await;
    let list = ListQuery::default();
    let published = scene.douyin.published(None, scene.bob, list).await.unwrap();
    assert!(published.items.is_empty());
    assert_eq!(scene.statements.take(), ["SELECT", "SELECT"]);
}

#[tokio::test]
async fn a_look_for_new_messages_takes_one_statement_though_there_are_none() {
    let scene = scene().await;
    let chat = ChatQuery {
        since: Some(Timestamp::MAX),
        ..ChatQuery::default()
    };
    let new = scene.douyin.chat(scene.alice, scene.bob, chat).await;
    assert!(new.unwrap().items.is_empty());
    assert_eq!(scene.statements.take(), ["SELECT"]);
}

#[tokio::test]
async fn a_like_writes_at_once_and_reads_only_where_nothing_was_to_be_written() {
    let scene = scene().await;
    let like = async |mark| {
        let change = scene.douyin.like(scene.alice, scene.video, mark).await;
        (change.unwrap(), scene.statements.take())
    };
    let counters = ["UPDATE videos", "UPDATE users"];

    let (change, statements) = like(Mark::On).await;
    assert_eq!(change, Change::Applied);
    assert_eq!(statements[0], "INSERT INTO favorites");
    assert_eq!(statements[1..], counters);

    let (change, statements) = like(Mark::On).await;
    assert_eq!(change, Change::Unchanged);
    assert_eq!(statements, ["INSERT INTO favorites", "SELECT"]);

    let (change, statements) = like(Mark::Off).await;
    assert_eq!(change, Change::Applied);
    assert_eq!(statements[0], "DELETE FROM favorites");
    assert_eq!(statements[1..], counters);
}

#[tokio::test]
async fn a_follow_writes_at_once() {
    let scene = scene().await;
    let follow = async |mark| {
        let change = scene.douyin.follow(scene.alice, scene.bob, mark).await;
        assert_eq!(change.unwrap(), Change::Applied);
        scene.statements.take()
    };
    let statements = follow(Mark::Off).await;
    assert_eq!(statements, ["DELETE FROM follows", "UPDATE users"]);
    let statements = follow(Mark::On).await;
    assert_eq!(statements, ["INSERT INTO follows", "UPDATE users"]);
}

/// The runtime of a test has one thread, so the writer runs when every caller waits, and finds all likes queued.
#[tokio::test]
async fn many_likes_at_once_take_as_many_statements_as_one() {
    let scene = scene().await;
    let videos: Vec<_> = (0..50)
        .map(|_| scene.douyin.new_video_id().unwrap())
        .collect();
    for video in &videos {
        publish(&scene.douyin, scene.bob, *video).await;
    }
    scene.statements.take();
    let likes = videos
        .iter()
        .map(|video| scene.douyin.like(scene.alice, *video, Mark::On));
    for change in join_all(likes).await {
        assert_eq!(change.unwrap(), Change::Applied);
    }
    let statements = scene.statements.take();
    let expected = ["INSERT INTO favorites", "UPDATE videos", "UPDATE users"];
    assert_eq!(statements, expected);
}

#[tokio::test]
async fn every_other_write_takes_a_few_statements() {
    let scene = scene().await;
    let (douyin, statements) = (&scene.douyin, &scene.statements);

    let carol = douyin.register("carol", PASSWORD).await.unwrap();
    assert_eq!(statements.take(), ["SELECT", "INSERT INTO users"]);

    let id = douyin.new_video_id().unwrap();
    publish(douyin, carol, id).await;
    assert_eq!(statements.take(), ["INSERT INTO videos", "UPDATE users"]);

    let comment = douyin.comment(carol, id, SECRET).await.unwrap();
    let expected = ["SELECT", "INSERT INTO comments", "UPDATE videos"];
    assert_eq!(statements.take(), expected);

    douyin.delete_comment(carol, id, comment.id).await.unwrap();
    let expected = ["SELECT", "UPDATE comments", "UPDATE videos"];
    assert_eq!(statements.take(), expected);

    let (alice, bob) = (scene.alice, scene.bob);
    douyin.send(alice, bob, SECRET).await.unwrap();
    assert_eq!(statements.take(), ["SELECT", "INSERT INTO messages"]);
}

#[tokio::test]
async fn what_is_traced_shows_no_values() {
    let scene = scene().await;
    let seen = scene.statements.everything();
    assert!(seen.contains("INSERT INTO messages"));
    for value in [SECRET, "alice", "videos/1.mp4", &scene.alice.to_string()] {
        assert!(!seen.contains(value), "{value}");
    }
}
