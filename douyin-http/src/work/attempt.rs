use std::panic::AssertUnwindSafe;

use douyin_core::{AfterFailure, Claim, Completion, JobId, MediaKey, Retry, Task, VideoId};
use douyin_media::{PrepareError, Prepared, Run};
use futures_util::FutureExt as _;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

use super::Work;
use crate::error_chain::chain;

/// Why a job fails whose last attempt ended without a word.
const NO_WORD: &str = "its last attempt was not seen to its end: the server, the database or the media storage was gone";

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The job is done.
    Done,
    /// It failed, and is tried again.
    Failed,
    /// It failed, and was the last.
    GivenUp,
    /// What it is about is such that no attempt could succeed.
    Rejected,
    /// Somebody else has the job.
    Lost,
    /// It was given back: this process ends, or others have waited long enough.
    GivenBack,
}

impl Ended {
    pub(super) const ALL: [Self; 6] = [
        Self::Done,
        Self::Failed,
        Self::GivenUp,
        Self::Rejected,
        Self::Lost,
        Self::GivenBack,
    ];

    /// Its name in metrics and in the log.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::GivenUp => "given_up",
            Self::Rejected => "rejected",
            Self::Lost => "lost",
            Self::GivenBack => "given_back",
        }
    }
}

/// Why an attempt did not do the job.
enum Failure {
    /// Why, and whether another attempt may do it.
    Because(String, Retry),
    /// Why the file is at fault, and no attempt can do it.
    Rejected(String),
    /// Somebody else has the job.
    Lost,
    /// There is more to do than one job may take at a time.
    More,
}

impl Failure {
    fn passing(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Because(chain(error), Retry::Limited)
    }

    /// For what has to be done, or known, before the job may be left as failed.
    fn pressing(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Because(chain(error), Retry::Always)
    }
}

impl Work {
    /// Works at a job, as long as it holds the claim and is not to stop.
    pub(super) async fn attempt(&self, claim: Claim, stopping: &mut watch::Receiver<()>) {
        let began = Instant::now();
        let kind = claim.task.kind();
        let span = tracing::trace_span!("job", job = %claim.job, task = %claim.task, attempt = claim.attempt);
        let ended = self.see_through(&claim, stopping).instrument(span).await;
        let took = began.elapsed();
        self.0.meter.ended(kind, ended, took);
        let Claim {
            job, task, attempt, ..
        } = claim;
        let (outcome, seconds) = (ended.name(), took.as_secs_f64());
        tracing::info!(%job, %task, attempt, outcome, seconds, "job");
    }

    async fn see_through(&self, claim: &Claim, stopping: &mut watch::Receiver<()>) -> Ended {
        // A panic fails the job that it is about, and the worker goes on.
        let performing = AssertUnwindSafe(self.perform(claim)).catch_unwind();
        let outcome = tokio::select! {
            outcome = performing => outcome.unwrap_or_else(|_| {
                Err(Failure::Because("it panicked".to_owned(), Retry::Limited))
            }),
            () = self.hold(claim) => Err(Failure::Lost),
            _ = stopping.changed() => return self.give_back(claim).await,
        };
        match outcome {
            Ok(()) => Ended::Done,
            Err(Failure::Lost) => Ended::Lost,
            Err(Failure::More) => self.give_back(claim).await,
            Err(Failure::Because(error, retry)) => {
                self.fail(claim, &error, retry, Ended::GivenUp).await
            }
            Err(Failure::Rejected(error)) => {
                self.fail(claim, &error, Retry::Never, Ended::Rejected)
                    .await
            }
        }
    }

    /// Says that the attempt failed. What it is where that was the last, `last` tells.
    async fn fail(&self, claim: &Claim, error: &str, retry: Retry, last: Ended) -> Ended {
        tracing::warn!(job = %claim.job, task = %claim.task, attempt = claim.attempt, error, "an attempt failed");
        match self.0.core.fail_job(claim, error, retry).await {
            Ok(AfterFailure::TriedAgain) => Ended::Failed,
            Ok(AfterFailure::GivenUp) => last,
            Ok(AfterFailure::Lost) => Ended::Lost,
            Err(error) => {
                unsaid(claim, &error);
                Ended::Failed
            }
        }
    }

    /// Keeps others away for as long as it is polled, and ends where somebody else has the job all the same.
    async fn hold(&self, claim: &Claim) {
        loop {
            sleep(self.0.lease / 3).await;
            match self.0.core.extend_claim(claim).await {
                Ok(true) => {}
                Ok(false) => return,
                // Where the lease ends meanwhile and somebody takes over, committing tells.
                Err(error) => unsaid(claim, &error),
            }
        }
    }

    async fn give_back(&self, claim: &Claim) -> Ended {
        match self.0.core.release_job(claim).await {
            Ok(true) => Ended::GivenBack,
            Ok(false) => Ended::Lost,
            Err(error) => {
                unsaid(claim, &error);
                Ended::Lost
            }
        }
    }

    async fn perform(&self, claim: &Claim) -> Result<(), Failure> {
        match &claim.task {
            Task::Prepare(video) => return self.prepare(claim, *video).await,
            Task::ForgetFavorites(video) => self.forget_favorites(*video).await?,
            Task::RemoveVideo(video) => {
                // Once more: a server of an earlier version, which knows of no deletion, may have taken likes since.
                self.forget_favorites(*video).await?;
                (self.0.media.remove_video(*video).await)
                    .map_err(|error| Failure::passing(&error))?;
            }
            Task::RemoveFile(key) => {
                (self.0.media.remove(key).await).map_err(|error| Failure::passing(&error))?;
            }
        }
        self.finish(claim).await
    }

    async fn forget_favorites(&self, video: VideoId) -> Result<(), Failure> {
        match self.0.core.forget_favorites(video).await {
            Ok(false) => Ok(()),
            Ok(true) => Err(Failure::More),
            Err(error) => Err(Failure::passing(&error)),
        }
    }

    async fn finish(&self, claim: &Claim) -> Result<(), Failure> {
        match self.0.core.finish_job(claim).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::Lost),
            Err(error) => Err(Failure::pressing(&error)),
        }
    }

    async fn prepare(&self, claim: &Claim, id: VideoId) -> Result<(), Failure> {
        let found = self.0.store.video(None, id).await;
        let Some(video) = found.map_err(|error| Failure::pressing(&error))? else {
            // What removes its files may have been there already.
            self.remove_attempts(id, claim.job).await?;
            return self.finish(claim).await;
        };
        if self.0.core.is_spent(claim) {
            self.remove_attempts(id, claim.job).await?;
            return Err(Failure::Because(NO_WORD.to_owned(), Retry::Never));
        }
        let run = Run {
            job: claim.job,
            attempt: claim.attempt,
        };
        let preparing = self.0.media.prepare(id, &video.play, run);
        let prepared = preparing.instrument(tracing::trace_span!("prepare", video = %id));
        let Prepared { play, stream } =
            prepared.await.map_err(|error: PrepareError| match error {
                PrepareError::Left(_) => Failure::pressing(&error),
                _ if error.is_rejection() => Failure::Rejected(chain(&error)),
                _ => Failure::passing(&error),
            })?;
        let made: Vec<MediaKey> = play.iter().chain(&stream).cloned().collect();
        let completing = self.0.core.complete_preparation(claim, play, stream);
        match completing
            .instrument(tracing::trace_span!("complete"))
            .await
        {
            Ok(Completion::Done) => Ok(()),
            Ok(Completion::Deleted) => {
                self.remove(&made).await;
                Ok(())
            }
            Ok(Completion::Lost) => {
                self.remove(&made).await;
                Err(Failure::Lost)
            }
            // It may have been committed: what was made stays, to be removed by whoever claims the job next if it was not.
            Err(error) => Err(Failure::pressing(&error)),
        }
    }

    /// Removes what the attempts at a job left.
    async fn remove_attempts(&self, id: VideoId, job: JobId) -> Result<(), Failure> {
        let removed = self.0.media.remove_attempts(id, job).await;
        removed.map_err(|error| Failure::pressing(&error))
    }

    /// Removes what no row came to name.
    async fn remove(&self, made: &[MediaKey]) {
        for key in made {
            if let Err(error) = self.0.media.remove(key).await {
                tracing::warn!(%key, cause = chain(&error), "a file that nobody needs is left");
            }
        }
    }
}

fn unsaid(claim: &Claim, error: &(dyn std::error::Error + 'static)) {
    let cause = chain(error);
    tracing::warn!(job = %claim.job, task = %claim.task, cause, "the store could not be told of a job");
}

#[cfg(test)]
mod tests;
