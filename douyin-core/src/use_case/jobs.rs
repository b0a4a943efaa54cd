use crate::{
    AfterFailure, Change, Claim, Completion, Douyin, Error, Job, JobFailure, JobId, MediaKey,
    NewJob, PreparedMedia, Retry, Task, TaskKind, Timestamp, VideoId,
};

/// Work for whoever runs jobs: claim one, do it, and say how it ended, extending the claim meanwhile.
impl Douyin {
    /// Claims the job of a kind that has been due for longest; one that [is spent](Self::is_spent) too.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn claim_job(&self, kind: TaskKind) -> Result<Option<Claim>, Error> {
        let now = self.now();
        let until = self.lease_from(now);
        Ok(self.store.claim_job(kind, now, until).await?)
    }

    /// Whether every attempt that a [preparation](TaskKind::Prepare) may take was made before this claim, the last without a word of how it
    /// ended. Whoever holds such a claim removes what the others left, and [has the job fail](Self::fail_job) without another attempt, which
    /// may be what kills servers.
    #[must_use]
    pub const fn is_spent(&self, claim: &Claim) -> bool {
        is_limited(claim) && claim.tries > self.limits.jobs.attempts
    }

    /// Keeps others away from a job for another while; `false` where somebody else has it. To be called at least every
    /// third of [`JobLimits::lease_millis`](crate::JobLimits::lease_millis).
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn extend_claim(&self, claim: &Claim) -> Result<bool, Error> {
        let until = self.lease_from(self.now());
        Ok(self.store.extend_claim(claim, until).await?)
    }

    /// A job is done; `false` where somebody else has it.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn finish_job(&self, claim: &Claim) -> Result<bool, Error> {
        Ok(self.store.finish_job(claim).await?)
    }

    /// An attempt failed: the job is due again, later each time. A [preparation](TaskKind::Prepare) is tried no more after the limit of
    /// attempts, or where no attempt would help; what is to be removed stays to be removed.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn fail_job(
        &self,
        claim: &Claim,
        error: &str,
        retry: Retry,
    ) -> Result<AfterFailure, Error> {
        let limits = &self.limits.jobs;
        let is_tried_again = match retry {
            _ if !is_limited(claim) => true,
            Retry::Limited => claim.tries < limits.attempts,
            Retry::Always => true,
            Retry::Never => false,
        };
        let failure = JobFailure {
            error: line_of(error),
            retry_at: is_tried_again.then(|| {
                let before = claim.tries.saturating_sub(1).min(20);
                let pause = limits
                    .retry_millis
                    .saturating_mul(4_i64.saturating_pow(before));
                self.now()
                    .plus_millis(pause.min(limits.longest_retry_millis))
            }),
        };
        Ok(match self.store.fail_job(claim, failure).await? {
            false => AfterFailure::Lost,
            true if is_tried_again => AfterFailure::TriedAgain,
            true => AfterFailure::GivenUp,
        })
    }

    /// Gives a job back that could not be done because whoever claimed it ends: it is due at once, and the attempt does not count against
    /// it. `false` where somebody else has it.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn release_job(&self, claim: &Claim) -> Result<bool, Error> {
        Ok(self.store.release_job(claim, self.now()).await?)
    }

    /// Makes a job that has failed for good due at once.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn retry_job(&self, job: JobId) -> Result<Change, Error> {
        Ok(self.store.retry_job(job, self.now()).await?)
    }

    /// Gives a video what was made of it, and finishes the job.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there never was such a video, [`Error::Store`].
    pub async fn complete_preparation(
        &self,
        claim: &Claim,
        play: Option<MediaKey>,
        stream: Option<MediaKey>,
    ) -> Result<Completion, Error> {
        let now = self.now();
        let media = PreparedMedia {
            play,
            stream,
            removals: [self.new_id(now)?, self.new_id(now)?],
            remove_at: self.removal_after(now),
        };
        Ok(self.store.complete_preparation(claim, media).await?)
    }

    /// Adds a job that prepares a video, whether or not it was prepared before; `Unchanged` where one waits for that, or is at it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn prepare_again(&self, video: VideoId) -> Result<Change, Error> {
        self.video(None, video).await?;
        let job = self.job(Task::Prepare(video), self.now())?;
        Ok(self.store.add_job(job).await?)
    }

    pub(super) fn job(&self, task: Task, due: Timestamp) -> Result<NewJob, Error> {
        Ok(NewJob {
            id: self.new_id(self.now())?,
            task,
            due,
        })
    }

    pub(super) fn removal_after(&self, now: Timestamp) -> Timestamp {
        now.plus_millis(self.limits.jobs.keep_files_millis)
    }

    fn lease_from(&self, now: Timestamp) -> Timestamp {
        now.plus_millis(self.limits.jobs.lease_millis)
    }
}

/// Whether it is given up at some time: a video is still one without what is made of it, and making it may be what kills servers.
const fn is_limited(claim: &Claim) -> bool {
    matches!(claim.task, Task::Prepare(_))
}

/// What is kept of an error: a line, which every store and every terminal takes.
fn line_of(error: &str) -> String {
    let shown = error.chars().map(|c| if c.is_control() { ' ' } else { c });
    shown.take(Job::LONGEST_ERROR).collect()
}
