use douyin_core::{JobState, Limits, PageRequest, TaskKind};

use crate::stage::Stage;

/// A deleted video with all that is still to be done about it, in a service that prepares videos.
async fn deleted_video() -> Stage {
    let mut limits = Limits::default();
    limits.jobs.prepare = true;
    let stage = Stage::with(|builder| builder.limits(limits));
    let [author] = stage.users().await;
    let (video, _) = stage.publish(author).await;
    stage.douyin.delete_video(author, video).await.unwrap();
    stage
        .clock
        .advance_millis(stage.douyin.limits().jobs.keep_files_millis);
    stage
}

/// How a job of a kind stands once it has failed so often, each time as soon as it was due.
async fn after_failures(stage: &Stage, kind: TaskKind, failures: u32) -> JobState {
    let douyin = &stage.douyin;
    for _ in 0..failures {
        let claim = douyin.claim_job(kind).await.unwrap().unwrap();
        let is_mine = douyin.fail_job(&claim, "the bucket is away", true).await;
        assert!(is_mine.unwrap());
        stage
            .clock
            .advance_millis(douyin.limits().jobs.longest_retry_millis);
    }
    let jobs = douyin.store().jobs(PageRequest::newest(10)).await.unwrap();
    let job = jobs.items.iter().find(|job| job.task.kind() == kind);
    job.unwrap().state(douyin.now())
}

#[tokio::test]
async fn a_preparation_is_tried_so_often_and_then_left_as_failed() {
    let stage = deleted_video().await;
    let attempts = stage.douyin.limits().jobs.attempts;
    let kind = TaskKind::Prepare;
    assert_eq!(
        after_failures(&stage, kind, attempts - 1).await,
        JobState::Due
    );
    assert_eq!(after_failures(&stage, kind, 1).await, JobState::Failed);
}

#[tokio::test]
async fn what_is_to_be_removed_stays_so_however_often_that_fails() {
    let stage = deleted_video().await;
    let many = 10 * stage.douyin.limits().jobs.attempts;
    for kind in [TaskKind::ForgetFavorites, TaskKind::RemoveVideo] {
        assert_eq!(after_failures(&stage, kind, many).await, JobState::Due);
    }
}
