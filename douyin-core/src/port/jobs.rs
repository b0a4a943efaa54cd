use async_trait::async_trait;

use super::Result;
use crate::{
    Change, Claim, Job, JobCount, JobFailure, JobId, NewJob, Page, PageRequest, TaskKind, Timestamp,
};

/// Work that outlives the request that caused it: a queue whose entries are written with the rows that they are about.
///
/// Methods of other ports add jobs in the operation that causes them ([`Videos::publish`](crate::Videos::publish),
/// [`Videos::delete_video`](crate::Videos::delete_video), [`Users::set_picture`](crate::Users::set_picture)), so that none is lost and none is
/// there without its cause.
///
/// # Claims
///
/// A job that is due is claimed until an instant, by one caller, and each claim is the next `attempt`. It is held as long as nobody has
/// claimed the job again, also after that instant. What is done in the name of a claim that is no longer held does nothing and answers `false`.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Adds a job. A video is prepared by one at a time, so that no two make files of it side by side: where there is a job already that
    /// [prepares](crate::Task::Prepare) it and has not failed for good, nothing is added, which is `Unchanged`; one that has failed is
    /// removed.
    async fn add_job(&self, job: NewJob) -> Result<Change>;

    /// Claims the job of a kind that has been due for longest, by `(due, id)`, of those that have not failed for good and that nobody
    /// holds beyond `now`; `None` where there is none. Of many who claim at once no two get one job.
    async fn claim_job(
        &self,
        kind: TaskKind,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Claim>>;

    /// Moves the instant until which a claim keeps others away; `false` where it is no longer held.
    async fn extend_claim(&self, claim: &Claim, until: Timestamp) -> Result<bool>;

    /// Removes a job that is done; `false` where the claim is no longer held.
    async fn finish_job(&self, claim: &Claim) -> Result<bool>;

    /// Ends an attempt that failed: the job is claimed by nobody, and due again at [`JobFailure::retry_at`] or failed for good;
    /// `false` where the claim is no longer held.
    async fn fail_job(&self, claim: &Claim, failure: JobFailure) -> Result<bool>;

    /// Gives a job back that was not done, and not for a reason of its own: the job is claimed by nobody, due at an instant, and the
    /// attempt does not count against it; `false` where the claim is no longer held.
    async fn release_job(&self, claim: &Claim, due: Timestamp) -> Result<bool>;

    /// Makes a job that has failed for good due at an instant, with no attempt that counts against it. `Unchanged` where it has not
    /// failed.
    ///
    /// # Errors
    /// `NotFound(Job)` where there is none.
    async fn retry_job(&self, job: JobId, due: Timestamp) -> Result<Change>;

    /// All jobs, latest first, by `(due, id)`.
    async fn jobs(&self, page: PageRequest) -> Result<Page<Job>>;

    /// How many jobs of each kind are in each state at an instant; what there is none of may be left out. Where there are more than
    /// [`Job::MOST_COUNTED`] of a kind that have failed, or others, a store may count the first so many by `(due, id)`.
    async fn count_jobs(&self, now: Timestamp) -> Result<Vec<JobCount>>;
}
