//! Work that outlives requests.

use async_trait::async_trait;
use douyin_core::{
    Change, Claim, InvalidId, InvalidTask, Job, JobCount, JobFailure, JobId, JobState, Jobs,
    MediaKey, NewJob, Page, PageRequest, PreparedMedia, StoreError, Task, TaskKind, Timestamp,
    Videos as _,
};
use douyin_store_mem::MemStore;
use serde::{Deserialize, Serialize};

use crate::store::JournalStore;
use crate::write::{ReplayError, Write};

type Result<T> = std::result::Result<T, StoreError>;

/// A write of [`Jobs`], or one in the name of a claim, in plain values.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum JobWrite {
    Add(PlainJob),
    Claim {
        kind: String,
        now: i64,
        until: i64,
    },
    Extend(PlainClaim, i64),
    Finish(PlainClaim),
    Fail {
        claim: PlainClaim,
        error: String,
        retry_at: Option<i64>,
    },
    Release(PlainClaim, i64),
    Retry {
        job: i64,
        due: i64,
    },
    CompletePreparation {
        claim: PlainClaim,
        play: Option<String>,
        stream: Option<String>,
        removals: [i64; 2],
        remove_at: i64,
    },
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PlainJob {
    id: i64,
    task: PlainTask,
    due: i64,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PlainClaim {
    job: i64,
    task: PlainTask,
    attempt: u32,
    tries: u32,
    until: i64,
}

/// Its kind and its subject.
#[derive(Debug, Serialize, Deserialize)]
struct PlainTask(String, String);

impl From<&Task> for PlainTask {
    fn from(task: &Task) -> Self {
        Self(task.kind().to_string(), task.subject())
    }
}

impl TryFrom<PlainTask> for Task {
    type Error = InvalidTask;

    fn try_from(PlainTask(kind, subject): PlainTask) -> std::result::Result<Self, InvalidTask> {
        Self::of(kind.parse()?, &subject)
    }
}

impl From<&NewJob> for PlainJob {
    fn from(job: &NewJob) -> Self {
        Self {
            id: job.id.get(),
            task: (&job.task).into(),
            due: job.due.as_millis(),
        }
    }
}

impl TryFrom<PlainJob> for NewJob {
    type Error = ReplayError;

    fn try_from(job: PlainJob) -> std::result::Result<Self, ReplayError> {
        Ok(Self {
            id: JobId::new(job.id)?,
            task: job.task.try_into()?,
            due: Timestamp::from_millis(job.due),
        })
    }
}

impl From<&Claim> for PlainClaim {
    fn from(claim: &Claim) -> Self {
        Self {
            job: claim.job.get(),
            task: (&claim.task).into(),
            attempt: claim.attempt,
            tries: claim.tries,
            until: claim.until.as_millis(),
        }
    }
}

impl TryFrom<PlainClaim> for Claim {
    type Error = ReplayError;

    fn try_from(claim: PlainClaim) -> std::result::Result<Self, ReplayError> {
        Ok(Self {
            job: JobId::new(claim.job)?,
            task: claim.task.try_into()?,
            attempt: claim.attempt,
            tries: claim.tries,
            until: Timestamp::from_millis(claim.until),
        })
    }
}

impl JobWrite {
    pub(crate) fn completion(claim: &Claim, media: &PreparedMedia) -> Self {
        let path = |key: &MediaKey| key.as_str().to_owned();
        Self::CompletePreparation {
            claim: claim.into(),
            play: media.play.as_ref().map(path),
            stream: media.stream.as_ref().map(path),
            removals: media.removals.map(JobId::get),
            remove_at: media.remove_at.as_millis(),
        }
    }

    pub(crate) async fn apply(self, memory: &MemStore) -> std::result::Result<(), ReplayError> {
        let at = Timestamp::from_millis;
        let done = match self {
            Self::Add(job) => memory.add_job(job.try_into()?).await.map(drop),
            Self::Claim { kind, now, until } => {
                let claimed = memory.claim_job(kind.parse()?, at(now), at(until)).await;
                claimed.map(drop)
            }
            Self::Extend(claim, until) => {
                let extended = memory.extend_claim(&claim.try_into()?, at(until)).await;
                extended.map(drop)
            }
            Self::Finish(claim) => memory.finish_job(&claim.try_into()?).await.map(drop),
            Self::Fail {
                claim,
                error,
                retry_at,
            } => {
                let retry_at = retry_at.map(at);
                let failure = JobFailure { error, retry_at };
                let failed = memory.fail_job(&claim.try_into()?, failure).await;
                failed.map(drop)
            }
            Self::Release(claim, due) => {
                let released = memory.release_job(&claim.try_into()?, at(due)).await;
                released.map(drop)
            }
            Self::Retry { job, due } => {
                let retried = memory.retry_job(JobId::new(job)?, at(due)).await;
                retried.map(drop)
            }
            Self::CompletePreparation {
                claim,
                play,
                stream,
                removals: [of_play, of_stream],
                remove_at,
            } => {
                let ids = || Ok::<_, InvalidId>([JobId::new(of_play)?, JobId::new(of_stream)?]);
                let media = PreparedMedia {
                    play: play.map(MediaKey::new),
                    stream: stream.map(MediaKey::new),
                    removals: ids()?,
                    remove_at: at(remove_at),
                };
                let completed = memory.complete_preparation(&claim.try_into()?, media).await;
                completed.map(drop)
            }
        };
        done.map_err(ReplayError::Store)
    }
}

#[async_trait]
impl Jobs for JournalStore {
    async fn add_job(&self, job: NewJob) -> Result<Change> {
        let write = JobWrite::Add((&job).into());
        let _in_order = self.journaled(Write::Job(write)).await?;
        self.memory.add_job(job).await
    }

    async fn claim_job(
        &self,
        kind: TaskKind,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Claim>> {
        // Whoever has nothing to do asks again and again: that need not be journaled.
        let counts = self.memory.count_jobs(now).await?;
        let is_due = |count: &JobCount| count.kind == kind && count.state == JobState::Due;
        if !counts.iter().any(is_due) {
            return Ok(None);
        }
        let write = JobWrite::Claim {
            kind: kind.to_string(),
            now: now.as_millis(),
            until: until.as_millis(),
        };
        let _in_order = self.journaled(Write::Job(write)).await?;
        self.memory.claim_job(kind, now, until).await
    }

    async fn extend_claim(&self, claim: &Claim, until: Timestamp) -> Result<bool> {
        let write = JobWrite::Extend(claim.into(), until.as_millis());
        let _in_order = self.journaled(Write::Job(write)).await?;
        self.memory.extend_claim(claim, until).await
    }

    async fn finish_job(&self, claim: &Claim) -> Result<bool> {
        let write = JobWrite::Finish(claim.into());
        let _in_order = self.journaled(Write::Job(write)).await?;
        self.memory.finish_job(claim).await
    }

    async fn fail_job(&self, claim: &Claim, failure: JobFailure) -> Result<bool> {
        let write = JobWrite::Fail {
            claim: claim.into(),
            error: failure.error.clone(),
            retry_at: failure.retry_at.map(Timestamp::as_millis),
        };
        let _in_order = self.journaled(Write::Job(write)).await?;
        self.memory.fail_job(claim, failure).await
    }

    async fn release_job(&self, claim: &Claim, due: Timestamp) -> Result<bool> {
        let write = JobWrite::Release(claim.into(), due.as_millis());
        let _in_order = self.journaled(Write::Job(write)).await?;
        self.memory.release_job(claim, due).await
    }

    async fn retry_job(&self, job: JobId, due: Timestamp) -> Result<Change> {
        let write = JobWrite::Retry {
            job: job.get(),
            due: due.as_millis(),
        };
        let _in_order = self.journaled(Write::Job(write)).await?;
        self.memory.retry_job(job, due).await
    }

    async fn jobs(&self, page: PageRequest) -> Result<Page<Job>> {
        self.memory.jobs(page).await
    }

    async fn count_jobs(&self, now: Timestamp) -> Result<Vec<JobCount>> {
        self.memory.count_jobs(now).await
    }
}
