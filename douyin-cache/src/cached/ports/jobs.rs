use crate::cached::CachedStore;
use async_trait::async_trait;
use douyin_core::{
    Change, Claim, Job, JobCount, JobFailure, JobId, Jobs, NewJob, Page, PageRequest, StoreError,
    TaskKind, Timestamp,
};

#[async_trait]
impl Jobs for CachedStore {
    async fn add_job(&self, job: NewJob) -> Result<Change, StoreError> {
        self.memory.store.add_job(job).await
    }

    async fn claim_job(
        &self,
        kind: TaskKind,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Claim>, StoreError> {
        self.memory.store.claim_job(kind, now, until).await
    }

    async fn extend_claim(&self, claim: &Claim, until: Timestamp) -> Result<bool, StoreError> {
        self.memory.store.extend_claim(claim, until).await
    }

    async fn finish_job(&self, claim: &Claim) -> Result<bool, StoreError> {
        self.memory.store.finish_job(claim).await
    }

    async fn fail_job(&self, claim: &Claim, failure: JobFailure) -> Result<bool, StoreError> {
        self.memory.store.fail_job(claim, failure).await
    }

    async fn release_job(&self, claim: &Claim, due: Timestamp) -> Result<bool, StoreError> {
        self.memory.store.release_job(claim, due).await
    }

    async fn retry_job(&self, job: JobId, due: Timestamp) -> Result<Change, StoreError> {
        self.memory.store.retry_job(job, due).await
    }

    async fn jobs(&self, page: PageRequest) -> Result<Page<Job>, StoreError> {
        self.memory.store.jobs(page).await
    }

    async fn count_jobs(&self, now: Timestamp) -> Result<Vec<JobCount>, StoreError> {
        self.memory.store.count_jobs(now).await
    }
}
