//! How much users may store.

use super::scene::{ALL, Scene, at, new_video, together, unknown};
use crate::port::Result;
use crate::{Change, NewJob, NewVideo, Page, StoreError, Task, Timestamp, UserId, VideoId};

pub(super) async fn what_a_user_stored_is_what_their_videos_have(scene: Scene) {
    let [author, other] = scene.users().await;
    assert_eq!(stored(&scene, author).await, 0);
    let first = publish(&scene, author, 40, None).await.expect("no quota");
    publish(&scene, author, 2, None).await.expect("no quota");
    publish(&scene, other, 1 << 40, None)
        .await
        .expect("no quota");
    assert_eq!(stored(&scene, author).await, 42);
    assert_eq!(stored(&scene, other).await, 1 << 40);
    assert_eq!(stored(&scene, unknown()).await, 0);
    assert_eq!(scene.delete_video(first).await, Change::Applied);
    assert_eq!(stored(&scene, author).await, 2);
}

pub(super) async fn a_video_beyond_the_quota_is_refused_and_leaves_nothing(scene: Scene) {
    let [author] = scene.users().await;
    let mut video = new_video(scene.id(), author, at(1));
    (video.bytes, video.quota) = (101, Some(100));
    video.job = Some(NewJob {
        id: scene.id(),
        task: Task::Prepare(video.id),
        due: at(1),
    });
    let id = video.id;
    let answer = scene.store.publish(video).await;
    assert!(matches!(answer, Err(StoreError::OverQuota)), "{answer:?}");
    let found = scene.store.video(None, id).await;
    assert_eq!(found.expect("videos can be read"), None);
    let feed = scene.store.feed(None, ALL).await;
    assert_eq!(feed.expect("the feed can be read"), Page::empty());
    assert_eq!(scene.profile(None, author).await.work_count, 0);
    assert_eq!(stored(&scene, author).await, 0);
    assert_eq!(scene.tasks().await, []);
}

pub(super) async fn a_quota_can_be_filled_to_the_last_byte(scene: Scene) {
    let [author, other] = scene.users().await;
    for (bytes, fits) in [(60, true), (41, false), (40, true), (1, false), (0, true)] {
        let answer = publish(&scene, author, bytes, Some(100)).await;
        match answer {
            Ok(_) => assert!(fits, "{bytes} bytes are too many"),
            Err(StoreError::OverQuota) => assert!(!fits, "{bytes} bytes fit"),
            Err(error) => panic!("{error:?}"),
        }
    }
    // It is of each user, and of those alone who have one; one that was made smaller holds from then on.
    publish(&scene, other, 100, Some(100)).await.expect("room");
    publish(&scene, author, 1, None).await.expect("no quota");
    let full = publish(&scene, author, 0, Some(100)).await;
    assert!(matches!(full, Err(StoreError::OverQuota)), "{full:?}");
    publish(&scene, author, 0, Some(u64::MAX))
        .await
        .expect("room");
}

pub(super) async fn a_deletion_makes_room(scene: Scene) {
    let [author] = scene.users().await;
    let video = publish(&scene, author, 70, Some(100)).await.expect("room");
    let refused = publish(&scene, author, 70, Some(100)).await;
    assert!(matches!(refused, Err(StoreError::OverQuota)), "{refused:?}");
    assert_eq!(scene.delete_video(video).await, Change::Applied);
    publish(&scene, author, 70, Some(100)).await.expect("room");
    assert_eq!(stored(&scene, author).await, 70);
}

pub(super) async fn several_videos_at_once_are_never_more_than_the_quota(scene: Scene) {
    let [author, other] = scene.users().await;
    let answers = together((0..32).map(|number| {
        let scene = scene.clone();
        let user = if number % 2 == 0 { author } else { other };
        async move { publish(&scene, user, 30, Some(100)).await }
    }))
    .await;
    let (mut taken, mut refused) = (0, 0);
    for answer in answers {
        match answer {
            Ok(_) => taken += 1,
            Err(StoreError::OverQuota) => refused += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((taken, refused), (6, 26));
    for user in [author, other] {
        assert_eq!(stored(&scene, user).await, 90);
        assert_eq!(scene.profile(None, user).await.work_count, 3);
    }
}

async fn publish(scene: &Scene, author: UserId, bytes: u64, quota: Option<u64>) -> Result<VideoId> {
    let id: VideoId = scene.id();
    let at: Timestamp = at(id.get());
    let video = NewVideo {
        bytes,
        quota,
        ..new_video(id, author, at)
    };
    scene.store.publish(video).await.map(|_| id)
}

async fn stored(scene: &Scene, user: UserId) -> u64 {
    let stored = scene.store.stored_bytes(user).await;
    stored.expect("it can be read")
}
