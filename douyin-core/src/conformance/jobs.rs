//! Work that outlives requests: how it is kept, and what becomes of it.

use super::scene::{ALL, Scene, at, id, unknown, walk};
use crate::{
    Change, Claim, Entity, Job, JobCount, JobFailure, JobId, JobState, MediaKey, NewJob,
    StoreError, Task, TaskKind, Timestamp, VideoId,
};

pub(super) async fn a_job_comes_back_as_it_went_in(scene: Scene) {
    let key = format!("pictures/Ünïcode & 100%/a'b {}.jpg", "界".repeat(900));
    let tasks = [
        Task::Prepare(id(7)),
        Task::ForgetFavorites(unknown()),
        Task::RemoveVideo(id(1)),
        Task::RemoveFile(MediaKey::new(key)),
    ];
    for (number, task) in (1..).zip(tasks) {
        let job = scene.job(task.clone(), at(number)).await;
        let expected = Job {
            id: job,
            task,
            due: at(number),
            attempts: 0,
            tries: 0,
            claimed_until: None,
            has_failed: false,
            error: None,
        };
        assert_eq!(jobs(&scene).await[0], expected);
    }
}

pub(super) async fn a_finished_job_is_gone(scene: Scene) {
    let other = scene.preparation(at(2)).await;
    scene.preparation(at(1)).await;
    let claim = claimed(&scene, at(1)).await;
    assert!(scene.does(&claim, Deed::Finish).await);
    assert!(!scene.does(&claim, Deed::Finish).await);
    assert_eq!(ids(&jobs(&scene).await), [other]);
    let gone = scene.store.retry_job(claim.job, at(3)).await;
    assert!(
        matches!(gone, Err(StoreError::NotFound(Entity::Job))),
        "{gone:?}"
    );
}

pub(super) async fn a_failed_attempt_is_due_again_with_its_error(scene: Scene) {
    let job = scene.preparation(at(1)).await;
    let first = claimed(&scene, at(1)).await;
    let error = format!("ffmpeg: 'a\\b' {}", "界".repeat(480));
    let failure = JobFailure {
        error: error.clone(),
        retry_at: Some(at(70)),
    };
    let failed = scene.store.fail_job(&first, failure).await;
    assert!(failed.expect("jobs can fail"));
    let seen = &jobs(&scene).await[0];
    assert_eq!((seen.due, seen.claimed_until), (at(70), None));
    assert_eq!(seen.error.as_ref(), Some(&error));
    assert!(!scene.does(&first, Deed::Extend).await);
    assert_eq!(claim(&scene, at(69)).await, None);
    let second = claimed(&scene, at(70)).await;
    assert_eq!((second.job, second.attempt, second.tries), (job, 2, 2));
    let seen = &jobs(&scene).await[0];
    assert_eq!(
        seen.error.as_ref(),
        Some(&error),
        "kept while it is tried again"
    );
}

pub(super) async fn a_job_that_failed_for_good_waits_for_somebody_to_say_so(scene: Scene) {
    let job = scene.preparation(at(1)).await;
    let first = claimed(&scene, at(1)).await;
    assert_eq!(retry(&scene, job, at(2)).await, Change::Unchanged);
    assert!(scene.does(&first, Deed::FailForGood).await);
    let failed = &jobs(&scene).await[0];
    assert!(failed.has_failed && failed.claimed_until.is_none());
    assert_eq!(claim(&scene, at(1_000_000)).await, None);
    assert_eq!(retry(&scene, job, at(90)).await, Change::Applied);
    assert_eq!(retry(&scene, job, at(91)).await, Change::Unchanged);
    assert_eq!(claim(&scene, at(89)).await, None);
    let second = claimed(&scene, at(90)).await;
    assert_eq!((second.job, second.attempt, second.tries), (job, 2, 1));
}

pub(super) async fn a_job_that_was_given_back_is_due_and_nothing_counts_against_it(scene: Scene) {
    let job = scene.preparation(at(1)).await;
    for attempt in 1..4 {
        let claim = claimed(&scene, at(1)).await;
        assert_eq!((claim.job, claim.attempt, claim.tries), (job, attempt, 1));
        let released = scene.store.release_job(&claim, at(1)).await;
        assert!(released.expect("jobs can be given back"));
        assert!(!scene.does(&claim, Deed::Release).await);
    }
    let left = &jobs(&scene).await[0];
    assert_eq!((left.attempts, left.tries), (3, 0));
    assert_eq!((left.due, left.claimed_until), (at(1), None));
}

pub(super) async fn retrying_what_never_was_is_not_found(scene: Scene) {
    scene.preparation(at(1)).await;
    let answer = scene.store.retry_job(unknown(), at(2)).await;
    assert!(
        matches!(answer, Err(StoreError::NotFound(Entity::Job))),
        "{answer:?}"
    );
}

pub(super) async fn a_video_is_prepared_by_one_job_at_a_time(scene: Scene) {
    let task = || Task::Prepare(id(7));
    let add = async || {
        let (id, task, due) = (scene.id(), task(), at(2));
        let added = scene.store.add_job(NewJob { id, task, due }).await;
        added.expect("jobs can be added")
    };
    let first = scene.job(task(), at(1)).await;
    assert_eq!(add().await, Change::Unchanged, "it waits");
    let claim = claimed(&scene, at(1)).await;
    assert_eq!(add().await, Change::Unchanged, "somebody is at it");
    assert_eq!(ids(&jobs(&scene).await), [first]);
    assert!(scene.does(&claim, Deed::FailForGood).await);
    let second = scene.job(task(), at(1)).await;
    assert_eq!(ids(&jobs(&scene).await), [second], "in its place");
    let claim = claimed(&scene, at(1)).await;
    assert!(scene.does(&claim, Deed::Finish).await);
    scene.job(task(), at(1)).await;
    // What is not about making files of it, or about another video, is nobody else's business.
    for other in [
        Task::Prepare(id(8)),
        Task::RemoveVideo(id(7)),
        Task::RemoveVideo(id(7)),
    ] {
        scene.job(other, at(1)).await;
    }
}

pub(super) async fn jobs_are_counted_by_kind_and_state(scene: Scene) {
    assert_eq!(counted(&scene, at(1)).await, []);
    for due in [1, 1, 1, 1, 200] {
        scene.preparation(at(due)).await;
    }
    let removal = Task::RemoveVideo(id(7));
    scene.job(removal, at(100)).await;
    let failed = claimed(&scene, at(1)).await;
    assert!(scene.does(&failed, Deed::FailForGood).await);
    let running = claimed(&scene, at(1)).await;
    assert!(running.until > at(50));
    let prepare = |state, count| (TaskKind::Prepare, state, count);
    assert_eq!(
        counted(&scene, at(50)).await,
        [
            prepare(JobState::Due, 2),
            prepare(JobState::Later, 1),
            prepare(JobState::Running, 1),
            prepare(JobState::Failed, 1),
            (TaskKind::RemoveVideo, JobState::Later, 1),
        ]
    );
    // The one that was running is due again: whoever claimed it is gone.
    assert_eq!(
        counted(&scene, at(500)).await,
        [
            prepare(JobState::Due, 4),
            prepare(JobState::Failed, 1),
            (TaskKind::RemoveVideo, JobState::Due, 1),
        ]
    );
}

pub(super) async fn jobs_are_the_same_in_pages_of_any_size(scene: Scene) {
    let mut expected = Vec::new();
    for due in [9, 8, 8, 8, 3, 3, -1] {
        expected.push((scene.preparation(at(due)).await, due));
    }
    expected.sort_by_key(|(job, due)| (-due, -job.get()));
    let expected: Vec<JobId> = expected.into_iter().map(|(job, _)| job).collect();
    for limit in [1, 2, 3, 6, 7, 8] {
        let list = walk(limit, |page| scene.store.jobs(page)).await;
        assert_eq!(ids(&list), expected, "in pages of {limit}");
    }
}

/// What can be done in the name of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Extend,
    Finish,
    Fail,
    FailForGood,
    Release,
}

impl Deed {
    pub(super) const ALL: [Self; 5] = [
        Self::Extend,
        Self::Finish,
        Self::Fail,
        Self::FailForGood,
        Self::Release,
    ];
}

impl Scene {
    pub(super) async fn job(&self, task: Task, due: Timestamp) -> JobId {
        let id = self.id();
        let added = self.store.add_job(NewJob { id, task, due }).await;
        assert_eq!(added.expect("jobs can be added"), Change::Applied);
        id
    }

    /// A job for a video that need not be there.
    pub(super) async fn preparation(&self, due: Timestamp) -> JobId {
        let video: VideoId = self.id();
        self.job(Task::Prepare(video), due).await
    }

    pub(super) async fn does(&self, claim: &Claim, deed: Deed) -> bool {
        let fail = |retry_at| JobFailure {
            error: "it failed".to_owned(),
            retry_at,
        };
        let done = match deed {
            Deed::Extend => {
                let until = claim.until.plus_millis(100);
                self.store.extend_claim(claim, until).await
            }
            Deed::Finish => self.store.finish_job(claim).await,
            Deed::Fail => self.store.fail_job(claim, fail(Some(at(3)))).await,
            Deed::FailForGood => self.store.fail_job(claim, fail(None)).await,
            Deed::Release => self.store.release_job(claim, at(3)).await,
        };
        done.expect("claims can be used")
    }

    pub(super) async fn finish_everything(&self) {
        for job in jobs(self).await {
            let ready = job.claimed_until.unwrap_or(job.due).max(job.due);
            if job.has_failed {
                assert_eq!(retry(self, job.id, ready).await, Change::Applied);
            }
            let claim = claimed(self, ready).await;
            assert!(self.does(&claim, Deed::Finish).await);
        }
    }
}

/// Claims what is due to be prepared, for the time of a hundred milliseconds.
pub(super) async fn claim(scene: &Scene, now: Timestamp) -> Option<Claim> {
    let until = now.plus_millis(100);
    let claim = scene.store.claim_job(TaskKind::Prepare, now, until).await;
    claim.expect("jobs can be claimed")
}

pub(super) async fn claimed(scene: &Scene, now: Timestamp) -> Claim {
    claim(scene, now).await.expect("a job is due")
}

async fn retry(scene: &Scene, job: JobId, due: Timestamp) -> Change {
    let retried = scene.store.retry_job(job, due).await;
    retried.expect("there is such a job")
}

pub(super) async fn jobs(scene: &Scene) -> Vec<Job> {
    let page = scene.store.jobs(ALL).await;
    page.expect("jobs can be read").items
}

fn ids(jobs: &[Job]) -> Vec<JobId> {
    jobs.iter().map(|job| job.id).collect()
}

async fn counted(scene: &Scene, now: Timestamp) -> Vec<(TaskKind, JobState, u64)> {
    let counts = scene.store.count_jobs(now).await;
    let counts = counts.expect("jobs can be counted").into_iter();
    let mut counts: Vec<_> = counts
        .filter(|count| count.count > 0)
        .map(|JobCount { kind, state, count }| (kind, state, count))
        .collect();
    counts.sort_unstable();
    counts
}
