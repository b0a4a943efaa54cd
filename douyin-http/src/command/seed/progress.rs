use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Phase;

/// A bar on the terminal; nothing where standard error is none.
pub(super) struct Progress {
    bar: ProgressBar,
    phases: Vec<Phase>,
    began: Instant,
}

impl Progress {
    pub(super) fn visible(writes: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(writes), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template(
            "{msg:9} [{wide_bar}] {human_pos}/{human_len} {per_sec} {eta}",
        );
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self::over(bar)
    }

    pub(super) fn hidden() -> Self {
        Self::over(ProgressBar::hidden())
    }

    fn over(bar: ProgressBar) -> Self {
        Self {
            bar,
            phases: Vec::new(),
            began: Instant::now(),
        }
    }

    /// What is being written from now on.
    pub(super) fn begin(&mut self, what: &'static str) {
        self.bar.set_message(what);
        self.began = Instant::now();
        self.phases.push(Phase {
            what,
            count: 0,
            took: Duration::ZERO,
        });
    }

    pub(super) fn wrote(&mut self, count: u64) {
        self.bar.inc(count);
        if let Some(phase) = self.phases.last_mut() {
            phase.count += count;
            phase.took = self.began.elapsed();
        }
    }

    pub(super) fn finish(self) -> Vec<Phase> {
        self.bar.finish_and_clear();
        self.phases
    }
}
