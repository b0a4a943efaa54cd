//! What can happen to jobs in a history.

use proptest::prelude::*;
use proptest::sample::select;

use super::answer::{Players, told, walked, which};
use super::operation::{Walk, Which};
use crate::conformance::scene::at;
use crate::{
    Claim, Completion, JobCount, JobFailure, JobId, MediaKey, NewJob, PreparedMedia, Task, TaskKind,
};

/// A call of [`Jobs`](crate::Jobs), or one in the name of a claim. Instants are in milliseconds.
#[derive(Debug, Clone)]
pub(super) enum OfJobs {
    Prepare {
        video: Which,
        due: i64,
    },
    Claim {
        kind: TaskKind,
        now: i64,
        until: i64,
    },
    Use {
        /// Counted from the newest, whether or not it is held.
        claim: usize,
        how: Use,
        at: i64,
    },
    Retry {
        job: Which,
        due: i64,
    },
    Jobs {
        limit: u32,
    },
    Count {
        now: i64,
    },
}

/// What is done in the name of a claim.
#[derive(Debug, Clone, Copy)]
pub(super) enum Use {
    Extend,
    Finish,
    Fail,
    FailForGood,
    Release,
    /// With the numbers of what was made of the video.
    Complete(Option<u32>, Option<u32>),
}

pub(super) fn of_jobs(which: impl Fn() -> BoxedStrategy<Which>) -> impl Strategy<Value = OfJobs> {
    let at = || 0..24_i64;
    let made = || proptest::option::of(0..3_u32);
    let how = prop_oneof![
        1 => Just(Use::Extend),
        1 => Just(Use::Finish),
        1 => Just(Use::Fail),
        1 => Just(Use::FailForGood),
        1 => Just(Use::Release),
        3 => (made(), made()).prop_map(|(play, stream)| Use::Complete(play, stream)),
    ];
    prop_oneof![
        3 => (which(), at()).prop_map(|(video, due)| OfJobs::Prepare { video, due }),
        // Mostly to prepare, because that is what most jobs are about.
        3 => (at(), 0..36_i64).prop_map(|(now, until)| OfJobs::Claim { kind: TaskKind::Prepare, now, until }),
        1 => (select(&TaskKind::ALL[..]), at(), 0..36_i64)
            .prop_map(|(kind, now, until)| OfJobs::Claim { kind, now, until }),
        4 => (0..3_usize, how, at()).prop_map(|(claim, how, at)| OfJobs::Use { claim, how, at }),
        1 => (which(), at()).prop_map(|(job, due)| OfJobs::Retry { job, due }),
        1 => (1..6_u32).prop_map(|limit| OfJobs::Jobs { limit }),
        1 => at().prop_map(|now| OfJobs::Count { now }),
    ]
}

impl Players<'_> {
    pub(super) async fn of_jobs(&mut self, call: &OfJobs) -> String {
        match *call {
            OfJobs::Prepare { video, due } => {
                let id = self.make();
                let task = Task::Prepare(which(&self.videos, video));
                let due = at(due);
                self.jobs.push(id);
                told(self.store.add_job(NewJob { id, task, due }).await)
            }
            OfJobs::Claim { kind, now, until } => {
                let claimed = self.store.claim_job(kind, at(now), at(until)).await;
                self.claims.extend(claimed.iter().flatten().cloned());
                told(claimed)
            }
            OfJobs::Use { claim, how, at } => match self.claims.iter().nth_back(claim).cloned() {
                Some(claim) => self.act(&claim, how, at).await,
                None => "nothing was claimed".to_owned(),
            },
            OfJobs::Retry { job, due } => {
                let job: JobId = which(&self.jobs, job);
                told(self.store.retry_job(job, at(due)).await)
            }
            OfJobs::Jobs { limit } => {
                let walk = Walk { after: None, limit };
                walked(walk, |page| self.store.jobs(page)).await
            }
            OfJobs::Count { now } => told(self.store.count_jobs(at(now)).await.map(|counts| {
                let there = counts.into_iter().filter(|count| count.count > 0);
                let mut counts: Vec<_> = there
                    .map(|JobCount { kind, state, count }| (kind, state, count))
                    .collect();
                counts.sort_unstable();
                counts
            })),
        }
    }

    async fn act(&mut self, claim: &Claim, how: Use, millis: i64) -> String {
        let failure = |retry_at| JobFailure {
            error: format!("at {millis}"),
            retry_at,
        };
        let done = match how {
            Use::Extend => self.store.extend_claim(claim, at(millis)).await,
            Use::Finish => self.store.finish_job(claim).await,
            Use::Fail => {
                let failure = failure(Some(at(millis)));
                self.store.fail_job(claim, failure).await
            }
            Use::FailForGood => self.store.fail_job(claim, failure(None)).await,
            Use::Release => self.store.release_job(claim, at(millis)).await,
            Use::Complete(play, stream) => return self.complete(claim, play, stream, millis).await,
        };
        told(done)
    }

    async fn complete(
        &mut self,
        claim: &Claim,
        play: Option<u32>,
        stream: Option<u32>,
        millis: i64,
    ) -> String {
        let made = PreparedMedia {
            play: play.map(|number| MediaKey::new(format!("plain/{number}.mp4"))),
            stream: stream.map(|number| MediaKey::new(format!("streams/{number}/main.m3u8"))),
            removals: [self.make(), self.make()],
            remove_at: at(millis),
        };
        told::<Completion>(self.store.complete_preparation(claim, made).await)
    }
}
