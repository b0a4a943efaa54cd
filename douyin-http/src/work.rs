//! Work that outlives requests: videos are prepared for players, and what no row names any more is removed.
//!
//! Jobs stand in the store, written with what causes them; every server claims some. Whoever dies over one loses its claim when its lease
//! ends, and another one begins anew: what an attempt makes has names of its own, and only the attempt that holds the claim can commit.

mod attempt;
mod bell;
mod stats;

use std::sync::Arc;
use std::time::Duration;

use douyin_core::{Claim, Douyin, Store, TaskKind};
use douyin_media::MediaStorage;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::Instrument as _;

pub(crate) use self::bell::Bell;
use self::stats::WorkMeter;
pub(crate) use self::stats::WorkStats;
use crate::config::Config;
use crate::error_chain::chain;

/// How often the store is asked for what others left to do, or what became due; what is published here is worked at at once.
const PAUSE: Duration = Duration::from_secs(2);

/// How often the jobs are counted.
const COUNTING: Duration = Duration::from_secs(5);

/// What takes a moment is done by one worker, so that it never waits for a video.
const LIGHT: &[TaskKind] = &[
    TaskKind::ForgetFavorites,
    TaskKind::RemoveVideo,
    TaskKind::RemoveFile,
];

/// What works at jobs, and counts it. Clones are the same.
#[derive(Clone)]
pub struct Work(Arc<Shared>);

struct Shared {
    core: Douyin,
    /// As it is: what is remembered of a video may name files that are being removed.
    store: Arc<dyn Store>,
    media: MediaStorage,
    bell: Arc<Bell>,
    /// Preparations at once; none where others do the work.
    preparing: usize,
    lease: Duration,
    meter: WorkMeter,
}

impl Work {
    pub(crate) fn new(
        core: Douyin,
        store: Arc<dyn Store>,
        media: MediaStorage,
        bell: Arc<Bell>,
        config: &Config,
    ) -> Self {
        let preparing = if config.jobs_enabled {
            config.jobs_at_once.size()
        } else {
            0
        };
        Self(Arc::new(Shared {
            core,
            store,
            media,
            bell,
            preparing,
            lease: config.jobs_lease_seconds.seconds(),
            meter: WorkMeter::default(),
        }))
    }

    /// What it has done, and what there is to do.
    pub(crate) fn stats(&self) -> WorkStats {
        self.0.meter.stats()
    }

    /// Begins to work, until what is answered is stopped or dropped.
    #[must_use]
    pub fn start(&self) -> Workers {
        let (stop, stopping) = watch::channel(());
        let mut tasks = JoinSet::new();
        tasks.spawn(self.clone().count(stopping.clone()));
        let preparing = std::iter::repeat_n(&[TaskKind::Prepare][..], self.0.preparing);
        let light = (self.0.preparing > 0).then_some(LIGHT);
        for kinds in preparing.chain(light) {
            let worker = Worker {
                work: self.clone(),
                kinds,
                stopping: stopping.clone(),
            };
            tasks.spawn(worker.run());
        }
        Workers {
            stop: Some(stop),
            tasks,
        }
    }

    /// Counts the jobs now and then: whoever asks for the numbers is not to wait for the store.
    async fn count(self, mut stopping: watch::Receiver<()>) {
        loop {
            let counted = self.0.store.count_jobs(self.0.core.now()).await;
            if let Err(error) = &counted {
                tracing::debug!(cause = chain(error), "the jobs cannot be counted");
            }
            self.0.meter.counted(counted.ok());
            tokio::select! {
                () = sleep(COUNTING) => {}
                _ = stopping.changed() => return,
            }
        }
    }
}

/// Those who work.
pub struct Workers {
    stop: Option<watch::Sender<()>>,
    tasks: JoinSet<()>,
}

impl Workers {
    /// Has what is being worked at given back, so that another server has it at once, and nothing more claimed.
    pub fn stop(&mut self) {
        self.stop = None;
    }

    /// Stops, and waits until that is done, but no longer than this.
    pub async fn ended(mut self, patience: Duration) {
        self.stop();
        let ended = timeout(patience, async {
            while self.tasks.join_next().await.is_some() {}
        });
        if ended.await.is_err() {
            tracing::warn!(
                "jobs that could not be given back are taken over when their lease ends"
            );
        }
    }
}

/// Does one job after the other.
struct Worker {
    work: Work,
    kinds: &'static [TaskKind],
    stopping: watch::Receiver<()>,
}

impl Worker {
    async fn run(mut self) {
        let work = self.work.clone();
        while !self.is_stopping() {
            let mut has_worked = false;
            for kind in self.kinds {
                if let Some(claim) = self.claim(*kind).await {
                    has_worked = true;
                    work.attempt(claim, &mut self.stopping).await;
                }
                if self.is_stopping() {
                    return;
                }
            }
            if !has_worked {
                tokio::select! {
                    () = sleep(PAUSE) => {}
                    () = work.0.bell.rung(self.kinds) => {}
                    _ = self.stopping.changed() => return,
                }
            }
        }
    }

    async fn claim(&self, kind: TaskKind) -> Option<Claim> {
        let span = tracing::trace_span!("job claim", kind = kind.name());
        match self.work.0.core.claim_job(kind).instrument(span).await {
            Ok(claim) => claim,
            Err(error) => {
                tracing::debug!(cause = chain(&error), %kind, "no job can be claimed");
                None
            }
        }
    }

    /// Whether whoever could stop it did, or is gone.
    fn is_stopping(&self) -> bool {
        self.stopping.has_changed().is_err()
    }
}
