use async_trait::async_trait;
use douyin_core::{
    Change, Claim, Job, JobCount, JobFailure, JobId, Jobs, NewJob, Page, PageRequest, StoreError,
    TaskKind, Timestamp,
};

use crate::broken::{Broken, Fault};

#[async_trait]
impl Jobs for Broken {
    async fn add_job(&self, job: NewJob) -> Result<Change, StoreError> {
        self.sound.add_job(job).await
    }

    async fn claim_job(
        &self,
        kind: TaskKind,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Claim>, StoreError> {
        match self.fault {
            Fault::JobsReadThenTaken => {
                let mut jobs = self.every_job().await?;
                jobs.retain(|job| job.task.kind() == kind && job.claimed_until.is_none());
                let Some(seen) = jobs.pop() else {
                    return Ok(None);
                };
                self.meanwhile().await;
                let taken = self.sound.claim_job(kind, now, until).await?;
                Ok(taken.or(Some(Claim {
                    job: seen.id,
                    task: seen.task,
                    attempt: seen.attempts + 1,
                    tries: seen.tries + 1,
                    until,
                })))
            }
            Fault::JobsClaimedByAge => {
                let jobs = self.every_job().await?;
                let mut claims = Vec::new();
                while let Some(claim) = self.sound.claim_job(kind, now, until).await? {
                    claims.push(claim);
                }
                claims.sort_by_key(|claim| std::cmp::Reverse(claim.job));
                let oldest = claims.pop();
                for claim in claims {
                    let job = jobs.iter().find(|job| job.id == claim.job);
                    let due = job.map_or(now, |job| job.due);
                    self.sound.release_job(&claim, due).await?;
                }
                Ok(oldest)
            }
            _ => self.sound.claim_job(kind, now, until).await,
        }
    }

    async fn extend_claim(&self, claim: &Claim, until: Timestamp) -> Result<bool, StoreError> {
        match self.as_compared(claim).await? {
            Some(claim) => self.sound.extend_claim(&claim, until).await,
            None => Ok(false),
        }
    }

    async fn finish_job(&self, claim: &Claim) -> Result<bool, StoreError> {
        match self.as_compared(claim).await? {
            Some(claim) => self.sound.finish_job(&claim).await,
            None => Ok(false),
        }
    }

    async fn fail_job(&self, claim: &Claim, failure: JobFailure) -> Result<bool, StoreError> {
        match self.as_compared(claim).await? {
            Some(claim) => self.sound.fail_job(&claim, failure).await,
            None => Ok(false),
        }
    }

    async fn release_job(&self, claim: &Claim, due: Timestamp) -> Result<bool, StoreError> {
        if self.has(Fault::ReleasesCount) {
            let failure = JobFailure {
                error: "given back".to_owned(),
                retry_at: Some(due),
            };
            return self.sound.fail_job(claim, failure).await;
        }
        match self.as_compared(claim).await? {
            Some(claim) => self.sound.release_job(&claim, due).await,
            None => Ok(false),
        }
    }

    async fn retry_job(&self, job: JobId, due: Timestamp) -> Result<Change, StoreError> {
        self.sound.retry_job(job, due).await
    }

    async fn jobs(&self, page: PageRequest) -> Result<Page<Job>, StoreError> {
        self.sound.jobs(page).await
    }

    async fn count_jobs(&self, now: Timestamp) -> Result<Vec<JobCount>, StoreError> {
        self.sound.count_jobs(now).await
    }
}

impl Broken {
    async fn every_job(&self) -> Result<Vec<Job>, StoreError> {
        Ok(self.sound.jobs(PageRequest::newest(1_000)).await?.items)
    }

    /// The claim that somebody is taken to have; `None` for none.
    async fn as_compared(&self, claim: &Claim) -> Result<Option<Claim>, StoreError> {
        Ok(match self.fault {
            Fault::ClaimsWithoutFence => Some(self.newest_claim(claim).await?),
            Fault::ClaimsComparedByInstant => {
                let jobs = self.every_job().await?;
                let job = jobs.iter().find(|job| job.id == claim.job);
                let is_held = job.is_some_and(|job| job.claimed_until == Some(claim.until));
                is_held.then(|| claim.clone())
            }
            _ => Some(claim.clone()),
        })
    }

    /// The claim of whoever has the job now.
    pub(crate) async fn newest_claim(&self, claim: &Claim) -> Result<Claim, StoreError> {
        let jobs = self.every_job().await?;
        let job = jobs.iter().find(|job| job.id == claim.job);
        let attempt = job.map_or(claim.attempt, |job| job.attempts);
        Ok(Claim {
            attempt,
            ..claim.clone()
        })
    }
}
