use douyin_core::{
    Change, Entity, Error, Event, FeedQuery, Limits, ListQuery, Mark, MediaKey, PictureKind,
    TaskKind, Upload, UserId, VideoId,
};

use crate::stage::{NOW, Stage};

#[tokio::test]
async fn only_its_author_deletes_a_video() {
    let stage = Stage::new();
    let [author, other] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    let refused = stage.douyin.delete_video(other, video).await;
    assert!(matches!(refused, Err(Error::NotYourVideo)), "{refused:?}");
    assert!(stage.douyin.video(None, video).await.is_ok());
    stage.told();
    stage.douyin.delete_video(author, video).await.unwrap();
    let deleted = Event::VideoDeleted {
        video,
        author,
        at: NOW,
    };
    assert_eq!(stage.told(), [deleted]);
}

#[tokio::test]
async fn deleting_a_video_twice_or_one_that_never_was_is_not_found_and_told_to_nobody() {
    let stage = Stage::new();
    let [author] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    stage.douyin.delete_video(author, video).await.unwrap();
    stage.told();
    for video in [video, VideoId::new(7).unwrap()] {
        let answer = stage.douyin.delete_video(author, video).await;
        assert!(
            matches!(answer, Err(Error::NotFound(Entity::Video))),
            "{answer:?}"
        );
    }
    assert_eq!(stage.told(), []);
}

#[tokio::test]
async fn the_likes_of_a_deleted_video_are_forgotten_before_the_answer() {
    let stage = Stage::new();
    let users: [UserId; 5] = stage.users().await;
    let (video, _) = stage.publish(users[0]).await;
    for user in users {
        let liked = stage.douyin.like(user, video, Mark::On).await;
        assert_eq!(liked.unwrap(), Change::Applied);
    }
    stage.douyin.delete_video(users[0], video).await.unwrap();
    for user in users {
        let card = stage.douyin.profile(None, user).await.unwrap();
        assert_eq!(
            (card.favorite_count, card.total_favorited, card.work_count),
            (0, 0, 0)
        );
    }
}

#[tokio::test]
async fn a_deletion_leaves_a_job_for_the_likes_now_and_one_for_the_files_after_a_day() {
    let stage = Stage::new();
    let [author] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    stage.douyin.delete_video(author, video).await.unwrap();
    let due = async |kind| stage.douyin.claim_job(kind).await.unwrap().is_some();
    assert!(due(TaskKind::ForgetFavorites).await);
    assert!(!due(TaskKind::RemoveVideo).await);
    stage.clock.advance_millis(86_400_000 - 1);
    assert!(!due(TaskKind::RemoveVideo).await);
    stage.clock.advance_millis(1);
    assert!(due(TaskKind::RemoveVideo).await);
}

#[tokio::test]
async fn a_list_whose_only_video_was_deleted_is_empty_and_its_comments_are_of_nothing() {
    let stage = Stage::new();
    let [author] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    stage.douyin.comment(author, video, "first").await.unwrap();
    stage.douyin.delete_video(author, video).await.unwrap();
    let list = ListQuery::default;
    let published = stage.douyin.published(None, author, list()).await.unwrap();
    assert!(published.items.is_empty());
    let feed = stage.douyin.feed(None, FeedQuery::default()).await.unwrap();
    assert!(feed.videos.items.is_empty());
    let comments = stage.douyin.comments(None, video, list()).await;
    assert!(matches!(comments, Err(Error::NotFound(Entity::Video))));
}

#[tokio::test]
async fn nobody_stores_more_than_they_may_until_they_delete_something() {
    let mut limits = Limits::default();
    limits.stored_bytes = Some(100);
    let stage = Stage::with(|builder| builder.limits(limits));
    let [author] = stage.users().await;
    let publish = async |bytes| {
        let upload = Upload {
            id: stage.douyin.new_video_id().unwrap(),
            title: String::new(),
            play: MediaKey::new("videos/1.mp4"),
            cover: MediaKey::new("covers/1.jpg"),
            bytes,
        };
        let id = upload.id;
        stage.douyin.publish(author, upload).await.map(|_| id)
    };
    let first = publish(60).await.unwrap();
    let room = stage.douyin.room_of(author).await;
    assert_eq!(room.unwrap(), Some(40));
    stage.told();
    let refused = publish(41).await;
    assert!(matches!(refused, Err(Error::OverQuota)), "{refused:?}");
    assert_eq!(stage.told(), []);
    stage.douyin.delete_video(author, first).await.unwrap();
    publish(100).await.unwrap();
}

#[tokio::test]
async fn a_changed_picture_is_answered_as_it_is_shown_and_told_if_it_is_another_one() {
    let stage = Stage::new();
    let [user] = stage.users().await;
    stage.told();
    let key = MediaKey::new("pictures/1.jpg");
    for (kind, is_told) in [
        (PictureKind::Avatar, true),
        (PictureKind::Avatar, false),
        (PictureKind::Background, true),
    ] {
        let set = stage.douyin.set_picture(user, kind, Some(key.clone()));
        let card = set.await.unwrap();
        assert_eq!(card, stage.douyin.profile(None, user).await.unwrap());
        let edited = Event::ProfileEdited { user, at: NOW };
        assert_eq!(stage.told(), [edited][..usize::from(is_told)]);
    }
    let cleared = stage.douyin.set_picture(user, PictureKind::Avatar, None);
    let card = cleared.await.unwrap();
    assert_eq!((card.avatar, card.background), (None, Some(key)));
}
