use async_trait::async_trait;
use douyin_core::{
    Change, Claim, Job, JobCount, JobFailure, JobId, Jobs, NewJob, Page, PageRequest, StoreError,
    TaskKind, Timestamp,
};

use super::SqlStore;
use crate::engine::{Engine, Rows};
use crate::error::Error;
use crate::writer::{Operation, RowLocks, Work};

#[async_trait]
impl<E: Engine> Jobs for SqlStore<E> {
    async fn add_job(&self, job: NewJob) -> Result<(), StoreError> {
        Ok(self.writer.perform(job).await?)
    }

    async fn claim_job(
        &self,
        _kind: TaskKind,
        _now: Timestamp,
        _until: Timestamp,
    ) -> Result<Option<Claim>, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn extend_claim(&self, _claim: &Claim, _until: Timestamp) -> Result<bool, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn finish_job(&self, _claim: &Claim) -> Result<bool, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn fail_job(&self, _claim: &Claim, _failure: JobFailure) -> Result<bool, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn release_job(&self, _claim: &Claim, _due: Timestamp) -> Result<bool, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn retry_job(&self, _job: JobId, _due: Timestamp) -> Result<Change, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn jobs(&self, _page: PageRequest) -> Result<Page<Job>, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn count_jobs(&self, _now: Timestamp) -> Result<Vec<JobCount>, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for NewJob {
    type Answer = ();

    /// Nobody sees it before it is there.
    fn lock(&self, _locks: &mut RowLocks) {}

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        work.add_jobs([self]).await
    }
}

impl<E: Engine> Work<'_, E> {
    /// Adds jobs with what causes them. It needs no lock.
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
