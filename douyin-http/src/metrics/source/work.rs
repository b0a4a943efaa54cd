use std::fmt;

use douyin_core::{JobState, TaskKind};

use crate::metrics::catalog::{JOB_ATTEMPTS, JOBS, PREPARE_SECONDS};
use crate::metrics::page::Measure;
use crate::metrics::{Page, Source};
use crate::work::Work;

impl Source for Work {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        let stats = self.stats();
        if let Some(jobs) = stats.jobs {
            let all = TaskKind::ALL.map(|kind| JobState::ALL.map(|state| (kind, state)));
            let counts = all.as_flattened().iter().map(|(kind, state)| {
                let count = jobs
                    .iter()
                    .find(|count| (count.kind, count.state) == (*kind, *state))
                    .map_or(0, |count| count.count);
                ([kind.name(), state.name()], count)
            });
            page.gauges_by(&JOBS, counts)?;
        }
        let attempts = stats.attempts.into_iter();
        let attempts = attempts.map(|(kind, outcome, count)| ([kind.name(), outcome], count));
        page.counters_by(&JOB_ATTEMPTS, attempts)?;
        page.histogram(&PREPARE_SECONDS, Measure::Micros, &stats.prepared_micros)
    }
}
