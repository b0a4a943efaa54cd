use async_trait::async_trait;
use douyin_core::{
    Change, Claim, Entity, Job, JobCount, JobFailure, JobId, Jobs, NewJob, Page, PageRequest,
    StoreError, Task, TaskKind, Timestamp, VideoId,
};

use super::SqlStore;
use crate::decode;
use crate::engine::{Columns, Engine, Rows};
use crate::error::Error;
use crate::writer::{Operation, Queue, RowLocks, Work};

#[async_trait]
impl<E: Engine> Jobs for SqlStore<E> {
    async fn add_job(&self, job: NewJob) -> Result<Change, StoreError> {
        Ok(self.writer.perform(job).await?)
    }

    async fn claim_job(
        &self,
        kind: TaskKind,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Claim>, StoreError> {
        // Mostly there is nothing to do, which costs neither a transaction nor a lock.
        let next = &self.statements.jobs.next;
        let values = [kind.name().into(), now.into()];
        if self.readers.rows(next, &values).await?.is_empty() {
            return Ok(None);
        }
        let claiming = Claiming { kind, now, until };
        Ok(self.writer.perform(claiming).await?)
    }

    async fn extend_claim(&self, claim: &Claim, until: Timestamp) -> Result<bool, StoreError> {
        self.report(claim, Outcome::Extended(until)).await
    }

    async fn finish_job(&self, claim: &Claim) -> Result<bool, StoreError> {
        self.report(claim, Outcome::Finished).await
    }

    async fn fail_job(&self, claim: &Claim, failure: JobFailure) -> Result<bool, StoreError> {
        self.report(claim, Outcome::Failed(failure)).await
    }

    async fn release_job(&self, claim: &Claim, due: Timestamp) -> Result<bool, StoreError> {
        self.report(claim, Outcome::Released(due)).await
    }

    async fn retry_job(&self, job: JobId, due: Timestamp) -> Result<Change, StoreError> {
        Ok(self.writer.perform(Retrial { job, due }).await?)
    }

    async fn jobs(&self, page: PageRequest) -> Result<Page<Job>, StoreError> {
        let statement = &self.statements.jobs.jobs;
        Ok(self
            .read_page(statement, None, 0, page, decode::job)
            .await?)
    }

    async fn count_jobs(&self, now: Timestamp) -> Result<Vec<JobCount>, StoreError> {
        let statement = &self.statements.jobs.counts;
        let rows = self.readers.rows(statement, &[now.into()]).await?;
        let counts = rows
            .iter()
            .map(|row| decode::job_count(&mut Columns::of(row)));
        Ok(counts.collect::<Result<_, Error>>()?)
    }
}

impl<E: Engine> SqlStore<E> {
    async fn report(&self, claim: &Claim, outcome: Outcome) -> Result<bool, StoreError> {
        let claim = claim.clone();
        Ok(self.writer.perform(Report { claim, outcome }).await?)
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for NewJob {
    type Answer = Change;

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Jobs);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Change, Error> {
        if let Task::Prepare(video) = self.task
            && work.drop_failed_preparations(video).await?
        {
            return Ok(Change::Unchanged);
        }
        work.add_jobs([self]).await?;
        Ok(Change::Applied)
    }
}

/// Takes the next job of a kind.
struct Claiming {
    kind: TaskKind,
    now: Timestamp,
    until: Timestamp,
}

#[async_trait]
impl<E: Engine> Operation<E> for Claiming {
    type Answer = Option<Claim>;

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Jobs);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Option<Claim>, Error> {
        let statements = &work.statements.jobs;
        let values = [self.kind.name().into(), self.now.into()];
        let rows = work.run(&statements.next, &values).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let claim = decode::claim(self.until, &mut Columns::of(row))?;
        let values = [claim.job.into(), self.until.into()];
        work.run(&statements.claim, &values).await?;
        Ok(Some(claim))
    }
}

/// What the holder of a claim says of the job.
struct Report {
    claim: Claim,
    outcome: Outcome,
}

enum Outcome {
    Extended(Timestamp),
    Finished,
    Failed(JobFailure),
    Released(Timestamp),
}

#[async_trait]
impl<E: Engine> Operation<E> for Report {
    type Answer = bool;

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Jobs);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<bool, Error> {
        if !work.holds(&self.claim).await? {
            return Ok(false);
        }
        let (statements, job) = (&work.statements.jobs, self.claim.job.into());
        let (statement, values) = match &self.outcome {
            Outcome::Extended(until) => (&statements.extend, vec![job, (*until).into()]),
            Outcome::Finished => (&statements.finish, vec![job]),
            Outcome::Failed(JobFailure { error, retry_at }) => {
                let error = error.as_str().into();
                match *retry_at {
                    Some(at) => (&statements.try_again, vec![job, error, at.into()]),
                    None => (&statements.fail, vec![job, error]),
                }
            }
            Outcome::Released(due) => (&statements.release, vec![job, (*due).into()]),
        };
        work.run(statement, &values).await?;
        Ok(true)
    }
}

/// A job that has failed and is to be tried again.
struct Retrial {
    job: JobId,
    due: Timestamp,
}

#[async_trait]
impl<E: Engine> Operation<E> for Retrial {
    type Answer = Change;

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Jobs);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Change, Error> {
        let statements = &work.statements.jobs;
        let rows = work.run(&statements.has_failed, &[self.job.into()]).await?;
        let row = rows.first().ok_or(Error::Missing(Entity::Job))?;
        if !Columns::of(row).flag()? {
            return Ok(Change::Unchanged);
        }
        let values = [self.job.into(), self.due.into()];
        work.run(&statements.retry, &values).await?;
        Ok(Change::Applied)
    }
}

impl<E: Engine> Work<'_, E> {
    /// Whether a claim is held. It stays so: whoever takes or ends jobs stands in [`Queue::Jobs`].
    pub(super) async fn holds(&mut self, claim: &Claim) -> Result<bool, Error> {
        let values = [claim.job.into(), i64::from(claim.attempt).into()];
        let rows = self.run(&self.statements.jobs.is_held, &values).await?;
        rows.first()
            .map_or(Ok(false), |row| Columns::of(row).flag())
    }

    /// Removes the preparations of a video that have failed for good. Whether there is another one. Whoever asks stands in
    /// [`Queue::Jobs`].
    pub(super) async fn drop_failed_preparations(&mut self, video: VideoId) -> Result<bool, Error> {
        let (statements, subject) = (&self.statements.jobs, Task::Prepare(video).subject());
        let mut another = false;
        for row in self
            .run(&statements.preparations, &[subject.as_str().into()])
            .await?
        {
            let mut columns = Columns::of(&row);
            let (job, has_failed) = (columns.integer()?, columns.flag()?);
            if has_failed {
                self.run(&statements.finish, &[job.into()]).await?;
            } else {
                another = true;
            }
        }
        Ok(another)
    }

    /// Adds jobs with what causes them. It needs no lock: of none of them there is another one.
    pub(super) async fn add_jobs(
        &mut self,
        jobs: impl IntoIterator<Item = &NewJob> + Send,
    ) -> Result<(), Error> {
        let rows = jobs.into_iter().map(|job| {
            let numbers = [job.id.get(), job.due.as_millis()];
            (numbers, job.task.kind().name(), job.task.subject())
        });
        let rows: Vec<([i64; 2], &str, String)> = rows.collect();
        if rows.is_empty() {
            return Ok(());
        }
        let rows = rows
            .iter()
            .map(|(numbers, kind, subject)| (*numbers, [*kind, subject.as_str()]));
        let rows = Rows::new(rows);
        let added = self.run(&self.statements.jobs.add, &[(&rows).into()]).await;
        added.map(drop)
    }
}
