use douyin_core::{AfterFailure, Claim, JobState, Limits, PageRequest, Retry, TaskKind};

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
        let error = "the bucket is away";
        let after = douyin.fail_job(&claim, error, Retry::Limited).await;
        assert_ne!(after.unwrap(), AfterFailure::Lost);
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

/// Claims a preparation whose holders before were all gone without a word.
async fn claimed_after(stage: &Stage, gone: u32) -> Claim {
    for _ in 0..gone {
        let claim = stage.douyin.claim_job(TaskKind::Prepare).await.unwrap();
        assert!(!stage.douyin.is_spent(&claim.unwrap()));
        let lease = stage.douyin.limits().jobs.lease_millis;
        stage.clock.advance_millis(lease);
    }
    let claim = stage.douyin.claim_job(TaskKind::Prepare).await.unwrap();
    claim.unwrap()
}

#[tokio::test]
async fn a_claim_after_the_last_attempt_is_spent_until_what_was_left_could_be_removed() {
    let stage = deleted_video().await;
    let douyin = &stage.douyin;
    let mut claim = claimed_after(&stage, douyin.limits().jobs.attempts).await;
    for _ in 0..3 {
        assert!(douyin.is_spent(&claim));
        let error = "the bucket is away";
        let after = douyin.fail_job(&claim, error, Retry::Always).await;
        assert_eq!(after.unwrap(), AfterFailure::TriedAgain);
        stage
            .clock
            .advance_millis(douyin.limits().jobs.longest_retry_millis);
        claim = claimed_after(&stage, 0).await;
    }
    let after = douyin.fail_job(&claim, "nobody knows", Retry::Never).await;
    assert_eq!(after.unwrap(), AfterFailure::GivenUp);
    let after = douyin.fail_job(&claim, "nobody knows", Retry::Never).await;
    assert_eq!(after.unwrap(), AfterFailure::Lost);
    let left = douyin.claim_job(TaskKind::Prepare).await.unwrap();
    assert_eq!(left, None);
}
