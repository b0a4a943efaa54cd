use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use douyin_core::{
    Change, Claim, Entity, Job, JobCount, JobFailure, JobId, JobState, Jobs, NewJob, Page,
    PageRequest, StoreError, Task, TaskKind, Timestamp, VideoId,
};

use crate::timeline::Timeline;
use crate::{Error, MemStore};

/// The jobs, in the order in which they are claimed, and in that of their list.
#[derive(Debug, Default)]
pub(crate) struct JobRows {
    rows: HashMap<JobId, Job>,
    /// Of each kind those that have failed, and the others.
    in_line: HashMap<(TaskKind, bool), Timeline<JobId>>,
    listed: Timeline<JobId>,
    preparations: HashMap<VideoId, JobId>,
}

impl JobRows {
    /// Adds a job, unless another one prepares the same video.
    fn add_once(&mut self, job: NewJob) -> Change {
        if let Task::Prepare(video) = job.task {
            self.drop_failed_preparation(video);
            if self.preparations.contains_key(&video) {
                return Change::Unchanged;
            }
        }
        self.add(job);
        Change::Applied
    }

    /// Removes the preparation of a video if it has failed for good.
    pub(crate) fn drop_failed_preparation(&mut self, video: VideoId) {
        let failed = self.preparations.get(&video).copied();
        let failed = failed.filter(|job| self.rows.get(job).is_some_and(|job| job.has_failed));
        if let Some(job) = failed {
            self.take(job);
        }
    }

    pub(crate) fn add(&mut self, job: NewJob) {
        self.put(Job {
            id: job.id,
            task: job.task,
            due: job.due,
            attempts: 0,
            tries: 0,
            claimed_until: None,
            has_failed: false,
            error: None,
        });
    }

    fn put(&mut self, job: Job) {
        let line = self.in_line.entry(line_of(&job)).or_default();
        line.insert(job.due, job.id);
        self.listed.insert(job.due, job.id);
        if let Task::Prepare(video) = job.task {
            self.preparations.insert(video, job.id);
        }
        self.rows.insert(job.id, job);
    }

    fn take(&mut self, id: JobId) -> Option<Job> {
        let job = self.rows.remove(&id)?;
        if let Some(line) = self.in_line.get_mut(&line_of(&job)) {
            line.remove(job.due, id);
        }
        self.listed.remove(job.due, id);
        if let Task::Prepare(video) = job.task {
            self.preparations.remove(&video);
        }
        Some(job)
    }

    /// Whether nobody has claimed the job after this claim, or ended it.
    pub(crate) fn holds(&self, claim: &Claim) -> bool {
        let job = self.rows.get(&claim.job);
        job.is_some_and(|job| job.attempts == claim.attempt && job.claimed_until.is_some())
    }

    /// Removes the job of a claim that is held.
    pub(crate) fn finish(&mut self, claim: &Claim) -> bool {
        self.holds(claim) && self.take(claim.job).is_some()
    }

    /// Changes the job of a claim that is held.
    fn change(&mut self, claim: &Claim, change: impl FnOnce(&mut Job)) -> bool {
        if !self.holds(claim) {
            return false;
        }
        let Some(mut job) = self.take(claim.job) else {
            return false;
        };
        change(&mut job);
        self.put(job);
        true
    }

    fn claim(&mut self, kind: TaskKind, now: Timestamp, until: Timestamp) -> Option<Claim> {
        let is_free = |job: &&Job| job.claimed_until.is_none_or(|held| held <= now);
        let due = |job: &&Job| job.due <= now;
        let id = self.of(kind, false).take_while(due).find(is_free)?.id;
        let job = self.rows.get_mut(&id)?;
        job.attempts += 1;
        job.tries += 1;
        job.claimed_until = Some(until);
        Some(Claim {
            job: id,
            task: job.task.clone(),
            attempt: job.attempts,
            tries: job.tries,
            until,
        })
    }

    /// Those of a kind that have failed, or the others, by `(due, id)`.
    fn of(&self, kind: TaskKind, failed: bool) -> impl Iterator<Item = &Job> {
        let line = self.in_line.get(&(kind, failed));
        let ids = line.into_iter().flat_map(Timeline::oldest_first);
        ids.filter_map(|id| self.rows.get(&id))
    }
}

const fn line_of(job: &Job) -> (TaskKind, bool) {
    (job.task.kind(), job.has_failed)
}

#[async_trait]
impl Jobs for MemStore {
    async fn add_job(&self, job: NewJob) -> Result<Change, StoreError> {
        Ok(self.write()?.jobs.add_once(job))
    }

    async fn claim_job(
        &self,
        kind: TaskKind,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Claim>, StoreError> {
        Ok(self.write()?.jobs.claim(kind, now, until))
    }

    async fn extend_claim(&self, claim: &Claim, until: Timestamp) -> Result<bool, StoreError> {
        let mut state = self.write()?;
        Ok(state
            .jobs
            .change(claim, |job| job.claimed_until = Some(until)))
    }

    async fn finish_job(&self, claim: &Claim) -> Result<bool, StoreError> {
        Ok(self.write()?.jobs.finish(claim))
    }

    async fn fail_job(&self, claim: &Claim, failure: JobFailure) -> Result<bool, StoreError> {
        let mut state = self.write()?;
        Ok(state.jobs.change(claim, |job| {
            job.claimed_until = None;
            job.error = Some(failure.error);
            match failure.retry_at {
                Some(retry_at) => job.due = retry_at,
                None => job.has_failed = true,
            }
        }))
    }

    async fn release_job(&self, claim: &Claim, due: Timestamp) -> Result<bool, StoreError> {
        let mut state = self.write()?;
        Ok(state.jobs.change(claim, |job| {
            job.claimed_until = None;
            job.due = due;
            job.tries = job.tries.saturating_sub(1);
        }))
    }

    async fn retry_job(&self, id: JobId, due: Timestamp) -> Result<Change, StoreError> {
        let jobs = &mut self.write()?.jobs;
        let job = jobs.rows.get(&id);
        if !job.ok_or(StoreError::NotFound(Entity::Job))?.has_failed {
            return Ok(Change::Unchanged);
        }
        if let Some(mut job) = jobs.take(id) {
            job.due = due;
            job.tries = 0;
            job.has_failed = false;
            jobs.put(job);
        }
        Ok(Change::Applied)
    }

    async fn jobs(&self, page: PageRequest) -> Result<Page<Job>, StoreError> {
        let jobs = &self.read()?.jobs;
        jobs.listed.page(page, |id| {
            let job = jobs.rows.get(&id).cloned();
            Ok(job.ok_or(Error::Dangling(Entity::Job))?)
        })
    }

    async fn count_jobs(&self, now: Timestamp) -> Result<Vec<JobCount>, StoreError> {
        let jobs = &self.read()?.jobs;
        let mut counts = BTreeMap::<(TaskKind, JobState), u64>::new();
        for (kind, failed) in TaskKind::ALL
            .map(|kind| [(kind, false), (kind, true)])
            .concat()
        {
            for job in jobs.of(kind, failed).take(Job::MOST_COUNTED as usize) {
                *counts.entry((kind, job.state(now))).or_default() += 1;
            }
        }
        let count = |((kind, state), count)| JobCount { kind, state, count };
        Ok(counts.into_iter().map(count).collect())
    }
}
