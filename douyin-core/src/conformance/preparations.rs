//! What is made of videos after they were published.

use super::jobs::{claimed, jobs};
use super::scene::{ALL, Scene, at, new_video, together, unknown};
use crate::{
    Claim, Completion, Entity, MediaKey, NewJob, NewVideo, PreparedMedia, StoreError, Task, UserId,
    Video, VideoId,
};

pub(super) async fn the_job_of_a_video_is_there_exactly_if_it_was_published(scene: Scene) {
    let [author] = scene.users().await;
    let refused = scene.store.publish(with_job(&scene, unknown())).await;
    assert!(
        matches!(refused, Err(StoreError::NotFound(Entity::User))),
        "{refused:?}"
    );
    assert_eq!(jobs(&scene).await, []);
    let video = with_job(&scene, author);
    let job = video.job.clone().expect("it has one");
    scene.store.publish(video).await.expect("the author exists");
    let added = &jobs(&scene).await[..];
    let [added] = added else {
        panic!("one was published: {added:?}");
    };
    assert_eq!(
        (added.id, &added.task, added.due),
        (job.id, &job.task, job.due)
    );
    scene.video(author, at(9)).await;
    assert_eq!(jobs(&scene).await.len(), 1, "the other one has no job");
}

pub(super) async fn what_was_made_of_a_video_is_in_every_list_at_once(scene: Scene) {
    let [author, fan] = scene.users().await;
    let (video, claim) = published(&scene, author).await;
    scene.like(fan, video, at(3)).await;
    let before = scene.seen(Some(fan), video).await;
    assert_eq!(before.stream, None);
    let made = made_of(&scene, Some("plain/1.mp4"), Some("streams/1/main.m3u8"));
    assert_eq!(complete(&scene, &claim, made).await, Completion::Done);
    let expected = Video {
        play: MediaKey::new("plain/1.mp4"),
        stream: Some(MediaKey::new("streams/1/main.m3u8")),
        ..before
    };
    let lists = [
        scene.store.feed(Some(fan), ALL).await,
        scene.store.published(Some(fan), author, ALL).await,
        scene.store.favorites(Some(fan), fan, ALL).await,
    ];
    for list in lists {
        let list = list.expect("lists can be read").items;
        assert_eq!(list, std::slice::from_ref(&expected));
    }
    assert_eq!(scene.seen(Some(fan), video).await, expected);
}

pub(super) async fn what_was_not_made_stays_as_it_is(scene: Scene) {
    let [author] = scene.users().await;
    let (video, claim) = published(&scene, author).await;
    let before = scene.seen(None, video).await;
    let nothing = made_of(&scene, None, None);
    assert_eq!(complete(&scene, &claim, nothing).await, Completion::Done);
    assert_eq!(scene.seen(None, video).await, before);

    let stream = Some("streams/1/main.m3u8");
    let claim = again(&scene, video).await;
    let streamed = made_of(&scene, None, stream);
    assert_eq!(complete(&scene, &claim, streamed).await, Completion::Done);
    let after = scene.seen(None, video).await;
    assert_eq!((&after.play, &after.cover), (&before.play, &before.cover));

    let claim = again(&scene, video).await;
    let same = made_of(&scene, Some(before.play.as_str()), stream);
    assert_eq!(complete(&scene, &claim, same).await, Completion::Done);
    let claim = again(&scene, video).await;
    let nothing = made_of(&scene, None, None);
    assert_eq!(complete(&scene, &claim, nothing).await, Completion::Done);
    assert_eq!(scene.seen(None, video).await, after);
    assert_eq!(jobs(&scene).await, [], "nothing was replaced");
}

pub(super) async fn each_file_that_was_replaced_is_removed_later(scene: Scene) {
    let [author] = scene.users().await;
    let (video, claim) = published(&scene, author).await;
    let upload = scene.seen(None, video).await.play;
    let first = made_of(&scene, Some("plain/1.mp4"), Some("streams/1/main.m3u8"));
    let of_upload = removal(first.removals[0], &upload);
    assert_eq!(complete(&scene, &claim, first).await, Completion::Done);
    assert_eq!(removals(&scene).await, std::slice::from_ref(&of_upload));

    let claim = again(&scene, video).await;
    let second = made_of(&scene, Some("plain/2.mp4"), Some("streams/2/main.m3u8"));
    let mut expected = vec![
        of_upload,
        removal(second.removals[0], &MediaKey::new("plain/1.mp4")),
        removal(second.removals[1], &MediaKey::new("streams/1/main.m3u8")),
    ];
    assert_eq!(complete(&scene, &claim, second).await, Completion::Done);
    expected.sort_by_key(|job| job.id);
    assert_eq!(removals(&scene).await, expected);
}

pub(super) async fn whoever_lost_the_claim_changes_nothing_of_a_video(scene: Scene) {
    let [author] = scene.users().await;
    let (video, lost) = published(&scene, author).await;
    let holder = claimed(&scene, lost.until).await;
    let before = (scene.seen(None, video).await, jobs(&scene).await);
    let made = made_of(
        &scene,
        Some("plain/lost.mp4"),
        Some("streams/lost/main.m3u8"),
    );
    assert_eq!(complete(&scene, &lost, made).await, Completion::Lost);
    assert_eq!((scene.seen(None, video).await, jobs(&scene).await), before);
    let made = made_of(&scene, None, Some("streams/held/main.m3u8"));
    assert_eq!(
        complete(&scene, &holder, made.clone()).await,
        Completion::Done
    );
    assert_eq!(complete(&scene, &holder, made).await, Completion::Lost);
    let stream = scene.seen(None, video).await.stream;
    assert_eq!(stream, Some(MediaKey::new("streams/held/main.m3u8")));
}

pub(super) async fn what_was_made_of_no_video_is_refused(scene: Scene) {
    let [author] = scene.users().await;
    let video = scene.video(author, at(1)).await;
    let before = scene.seen(None, video).await;
    let nobodys = again(&scene, unknown()).await;
    let another = Task::ForgetFavorites(video);
    let kind = another.kind();
    scene.job(another, at(2)).await;
    let other = scene.store.claim_job(kind, at(2), at(9)).await;
    let other = other.expect("jobs can be claimed").expect("one is due");
    for claim in [nobodys, other] {
        let made = made_of(&scene, Some("plain/1.mp4"), None);
        let refused = scene.store.complete_preparation(&claim, made).await;
        assert!(
            matches!(refused, Err(StoreError::NotFound(Entity::Video))),
            "{refused:?}"
        );
    }
    assert_eq!(scene.seen(None, video).await, before);
    assert_eq!(jobs(&scene).await.len(), 2, "both jobs are still there");
}

pub(super) async fn of_many_who_complete_one_preparation_at_once_exactly_one_does(scene: Scene) {
    let [author] = scene.users().await;
    let (video, claim) = published(&scene, author).await;
    let completions = together((0..12).map(|number| {
        let (scene, claim) = (scene.clone(), claim.clone());
        async move {
            let play = format!("plain/{number}.mp4");
            let made = made_of(&scene, Some(&play), None);
            (play, complete(&scene, &claim, made).await)
        }
    }))
    .await;
    let done: Vec<&str> = completions
        .iter()
        .filter(|(_, completion)| *completion == Completion::Done)
        .map(|(play, _)| play.as_str())
        .collect();
    assert_eq!(done, [scene.seen(None, video).await.play.as_str()]);
    assert_eq!(removals(&scene).await.len(), 1, "{completions:?}");
}

fn with_job(scene: &Scene, author: UserId) -> NewVideo {
    let video = new_video(scene.id(), author, at(1));
    let job = NewJob {
        id: scene.id(),
        task: Task::Prepare(video.id),
        due: at(2),
    };
    NewVideo {
        job: Some(job),
        ..video
    }
}

/// A video, and a claim to prepare it.
async fn published(scene: &Scene, author: UserId) -> (VideoId, Claim) {
    let video = with_job(scene, author);
    let id = video.id;
    scene.store.publish(video).await.expect("the author exists");
    let claim = claimed(scene, at(2)).await;
    assert_eq!(claim.task, Task::Prepare(id));
    (id, claim)
}

/// A claim to prepare a video once more.
async fn again(scene: &Scene, video: VideoId) -> Claim {
    scene.job(Task::Prepare(video), at(2)).await;
    claimed(scene, at(2)).await
}

fn made_of(scene: &Scene, play: Option<&str>, stream: Option<&str>) -> PreparedMedia {
    PreparedMedia {
        play: play.map(MediaKey::new),
        stream: stream.map(MediaKey::new),
        removals: [scene.id(), scene.id()],
        remove_at: at(1_000),
    }
}

async fn complete(scene: &Scene, claim: &Claim, media: PreparedMedia) -> Completion {
    let completion = scene.store.complete_preparation(claim, media).await;
    completion.expect("preparations can be completed")
}

fn removal(id: crate::JobId, file: &MediaKey) -> NewJob {
    NewJob {
        id,
        task: Task::RemoveFile(file.clone()),
        due: at(1_000),
    }
}

/// The jobs to remove a file, in the order of their ids.
async fn removals(scene: &Scene) -> Vec<NewJob> {
    let mut removals: Vec<NewJob> = jobs(scene)
        .await
        .into_iter()
        .map(|job| NewJob {
            id: job.id,
            task: job.task,
            due: job.due,
        })
        .collect();
    removals.sort_by_key(|job| job.id);
    removals
}
