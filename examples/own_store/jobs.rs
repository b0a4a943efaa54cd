use crate::store::JournalStore;
use async_trait::async_trait;
use douyin_core::{
    Change, Claim, Job, JobCount, JobFailure, JobId, Jobs, NewJob, Page, PageRequest, StoreError,
    TaskKind, Timestamp,
};

#[async_trait]
impl Jobs for JournalStore {
    async fn add_job(&self, _job: NewJob) -> Result<(), StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
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
