//! Deleting videos, one after the other.

use super::jobs::claimed;
use super::scene::{ALL, Scene, at, new_comment, new_video, unknown, video_ids, walk};
use crate::{
    Change, Completion, Entity, JobFailure, Mark, MediaKey, NewJob, Page, PageRequest,
    PreparedMedia, StoreError, Task, TaskKind, VideoDeletion, VideoId,
};

pub(super) async fn a_deleted_video_is_gone_from_every_list_and_look_up_at_once(scene: Scene) {
    let [author, fan] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    scene.like(fan, video, at(2)).await;
    scene.comment(fan, video, at(3)).await;
    assert_eq!(scene.delete_video(video).await, Change::Applied);

    for viewer in [None, Some(author), Some(fan)] {
        let found = scene.store.video(viewer, video).await;
        assert_eq!(found.expect("videos can be read"), None);
        let lists = [
            scene.store.feed(viewer, ALL).await,
            scene.store.published(viewer, author, ALL).await,
            scene.store.favorites(viewer, fan, ALL).await,
        ];
        for list in lists {
            assert_eq!(list.expect("lists can be read"), Page::empty());
        }
        let comments = scene.store.comments(viewer, video, ALL).await;
        assert_eq!(comments.expect("comments can be read"), Page::empty());
    }
    let marks = scene.marks(fan, &[video], &[]).await;
    assert!(marks.liked.is_empty(), "{marks:?}");
}

pub(super) async fn a_deletion_takes_a_video_from_the_counters_of_its_author(scene: Scene) {
    let [author, one, other] = scene.users().await;
    let [kept, deleted] = [1, 2].map(at);
    let kept = scene.video(author, kept).await;
    let deleted = scene.video(author, deleted).await;
    for fan in [one, other, author] {
        scene.like(fan, deleted, at(3)).await;
    }
    scene.like(one, kept, at(4)).await;
    assert_eq!(scene.delete_video(deleted).await, Change::Applied);

    let seen = scene.profile(None, author).await;
    assert_eq!((seen.work_count, seen.total_favorited), (1, 1));
    assert_eq!(scene.seen(None, kept).await.author.total_favorited, 1);
}

pub(super) async fn other_videos_and_their_counters_stay(scene: Scene) {
    let [author, fan] = scene.users().await;
    let mut videos = Vec::new();
    for number in 0..5 {
        let video = scene.video(author, at(number)).await;
        scene.like(fan, video, at(10 + number)).await;
        scene.comment(fan, video, at(20)).await;
        videos.push(video);
    }
    assert_eq!(scene.delete_video(videos[2]).await, Change::Applied);

    let left = [4, 3, 1, 0].map(|number| videos[number]);
    let lists = [
        scene.store.feed(None, ALL).await,
        scene.store.published(None, author, ALL).await,
        scene.store.favorites(None, fan, ALL).await,
    ];
    for list in lists {
        assert_eq!(video_ids(&list.expect("lists can be read").items), left);
    }
    for video in left {
        let seen = scene.seen(Some(fan), video).await;
        assert_eq!((seen.favorite_count, seen.comment_count), (1, 1));
        assert!(seen.is_favorite);
    }
}

pub(super) async fn deleting_a_video_twice_is_unchanged_and_counts_once(scene: Scene) {
    let [author, fan] = scene.users().await;
    scene.video(author, at(1)).await;
    let video = scene.video(author, at(2)).await;
    scene.like(fan, video, at(3)).await;
    for change in [Change::Applied, Change::Unchanged, Change::Unchanged] {
        assert_eq!(scene.delete_video(video).await, change);
        let seen = scene.profile(None, author).await;
        assert_eq!((seen.work_count, seen.total_favorited), (1, 0));
    }
}

pub(super) async fn deleting_a_video_that_never_was_is_not_found(scene: Scene) {
    let [author] = scene.users().await;
    scene.video(author, at(1)).await;
    let deletion = VideoDeletion {
        video: unknown(),
        at: at(2),
        jobs: Vec::new(),
    };
    let answer = scene.store.delete_video(deletion).await;
    assert!(
        matches!(answer, Err(StoreError::NotFound(Entity::Video))),
        "{answer:?}"
    );
    assert_eq!(scene.profile(None, author).await.work_count, 1);
}

pub(super) async fn a_deleted_video_takes_neither_likes_nor_comments(scene: Scene) {
    let [author, fan, late] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    scene.like(fan, video, at(2)).await;
    assert_eq!(scene.delete_video(video).await, Change::Applied);
    for (user, mark) in [(late, Mark::On), (fan, Mark::On), (fan, Mark::Off)] {
        let answer = scene.store.mark_favorite(user, video, mark, at(3)).await;
        assert!(
            matches!(answer, Err(StoreError::NotFound(Entity::Video))),
            "{mark:?}: {answer:?}"
        );
    }
    let comment = new_comment(scene.id(), late, video, at(4));
    let answer = scene.store.add_comment(comment).await;
    assert!(
        matches!(answer, Err(StoreError::NotFound(Entity::Video))),
        "{answer:?}"
    );
    assert_eq!(scene.profile(None, author).await.total_favorited, 0);
    assert_eq!(scene.profile(None, late).await.favorite_count, 0);
}

pub(super) async fn comments_below_a_deleted_video_are_none(scene: Scene) {
    let [author, reader] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let comments = [
        scene.comment(reader, video, at(2)).await,
        scene.comment(author, video, at(3)).await,
    ];
    let gone = scene.store.delete_comment(comments[1], at(4)).await;
    assert_eq!(gone.expect("it was written"), Change::Applied);
    assert_eq!(scene.delete_video(video).await, Change::Applied);
    for comment in comments {
        let owners = scene.store.comment_ownership(video, comment).await;
        assert_eq!(owners.expect("ownership can be read"), None);
        let answer = scene.store.delete_comment(comment, at(5)).await;
        assert!(
            matches!(answer, Err(StoreError::NotFound(Entity::Comment))),
            "{answer:?}"
        );
    }
}

pub(super) async fn the_instant_of_a_deleted_video_stays_taken(scene: Scene) {
    let [author] = scene.users().await;
    let deleted = scene.video(author, at(1)).await;
    assert_eq!(scene.delete_video(deleted).await, Change::Applied);
    let (_, published) = scene
        .publish(author, at(1))
        .await
        .expect("the author exists");
    assert_eq!(published, at(2));
}

pub(super) async fn a_video_is_published_once_also_after_it_was_deleted(scene: Scene) {
    let [author, other] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    for (round, works) in [1, 0].into_iter().enumerate() {
        for by in [author, other] {
            // Whether there was such a video comes before what its author may store.
            for quota in [None, Some(0)] {
                let mut again = new_video(video, by, at(2));
                (again.bytes, again.quota) = (1, quota);
                again.job = Some(NewJob {
                    id: scene.id(),
                    task: Task::Prepare(video),
                    due: at(2),
                });
                let refused = scene.store.publish(again).await;
                assert!(matches!(refused, Err(StoreError::Taken)), "{refused:?}");
            }
        }
        assert_eq!(scene.profile(None, author).await.work_count, works);
        assert_eq!(scene.profile(None, other).await.work_count, 0);
        let feed = scene.store.feed(None, ALL).await;
        let feed = feed.expect("the feed can be read").items;
        assert_eq!(
            feed.len(),
            usize::try_from(works).expect("it is not negative")
        );
        assert!(feed.iter().all(|it| it.published_at == at(1)));
        assert_eq!(scene.tasks().await, []);
        if round == 0 {
            assert_eq!(scene.delete_video(video).await, Change::Applied);
        }
    }
}

pub(super) async fn a_deletion_adds_its_jobs_once(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let deletion = || VideoDeletion {
        video,
        at: at(2),
        jobs: [Task::RemoveVideo(video), Task::ForgetFavorites(video)]
            .map(|task| NewJob {
                id: scene.id(),
                task,
                due: at(3),
            })
            .into(),
    };
    for change in [Change::Applied, Change::Unchanged] {
        let answer = scene.store.delete_video(deletion()).await;
        assert_eq!(answer.expect("there was such a video"), change);
        let tasks = [Task::ForgetFavorites(video), Task::RemoveVideo(video)];
        assert_eq!(scene.tasks().await, tasks);
    }
}

pub(super) async fn a_preparation_that_comes_too_late_belongs_to_nobody(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    scene.job(Task::Prepare(video), at(2)).await;
    let claim = scene.store.claim_job(TaskKind::Prepare, at(3), at(60));
    let claim = claim
        .await
        .expect("jobs can be claimed")
        .expect("it is due");
    assert_eq!(scene.delete_video(video).await, Change::Applied);
    let media = || PreparedMedia {
        play: Some(MediaKey::new("plain/1.mp4")),
        stream: None,
        removals: [scene.id(), scene.id()],
        remove_at: at(100),
    };
    for completion in [Completion::Deleted, Completion::Lost] {
        let answer = scene.store.complete_preparation(&claim, media()).await;
        assert_eq!(answer.expect("there was such a video"), completion);
        assert_eq!(scene.tasks().await, []);
    }
}

pub(super) async fn a_preparation_that_failed_for_good_goes_with_its_video_and_no_other_does(
    scene: Scene,
) {
    let [author] = scene.users().await;
    let failed = scene.video(author, at(1)).await;
    let waiting = scene.video(author, at(2)).await;
    let kept = scene.video(author, at(3)).await;
    for video in [failed, kept] {
        scene.job(Task::Prepare(video), at(4)).await;
        let claim = claimed(&scene, at(4)).await;
        let failure = JobFailure {
            error: "no sound".to_owned(),
            retry_at: None,
        };
        let failure = scene.store.fail_job(&claim, failure).await;
        assert!(failure.expect("jobs can fail"));
    }
    scene.job(Task::Prepare(waiting), at(5)).await;
    for video in [failed, waiting] {
        assert_eq!(scene.delete_video(video).await, Change::Applied);
    }
    let left = [Task::Prepare(waiting), Task::Prepare(kept)];
    assert_eq!(scene.tasks().await, left);
}

pub(super) async fn a_walk_of_the_feed_neither_skips_nor_repeats_when_entries_vanish(scene: Scene) {
    let [author] = scene.users().await;
    let mut videos = Vec::new();
    for number in 0..12 {
        videos.push(scene.video(author, at(number)).await);
    }
    // Newest first: the last of a page, the next to come, and one further on go while somebody walks.
    let mut met: Vec<VideoId> = Vec::new();
    let mut request = PageRequest::newest(4);
    loop {
        let page = scene.store.feed(None, request).await;
        let page = page.expect("the feed can be read");
        met.extend(video_ids(&page.items));
        let Some(place) = page.next else { break };
        request.after = Some(place);
        if met.len() == 4 {
            for gone in [8, 7, 5] {
                assert_eq!(scene.delete_video(videos[gone]).await, Change::Applied);
            }
        }
    }
    let expected = [11, 10, 9, 8, 6, 4, 3, 2, 1, 0].map(|number| videos[number]);
    assert_eq!(met, expected);
    let again = walk(3, |page| scene.store.feed(None, page)).await;
    let left = [11, 10, 9, 6, 4, 3, 2, 1, 0].map(|number| videos[number]);
    assert_eq!(video_ids(&again), left);
}
