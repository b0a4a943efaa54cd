use std::time::Duration;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// 503.
    Refused,
    /// Any other answer, or none.
    Failed,
}

/// What became of all of them.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// When each was due since the beginning, and how long it took since then.
    entries: Vec<(Duration, Duration, Outcome)>,
}

impl Report {
    pub(super) fn add(&mut self, at: Duration, took: Duration, outcome: Outcome) {
        self.entries.push((at, took, outcome));
    }

    /// One line for scripts: `done/s p50 p99 refused/s p50 p99 failed last`, times in ms, the last being when the last request was
    /// due that was not done, or was so only after half a second; in seconds, 0 for none.
    pub(super) fn print(&self, time: Duration) {
        let [done, refused] =
            [Outcome::Done, Outcome::Refused].map(|outcome| self.those(outcome, time));
        let is_bad =
            |took: Duration, outcome| outcome != Outcome::Done || took > Duration::from_millis(500);
        let bad = self
            .entries
            .iter()
            .filter(|(_, took, outcome)| is_bad(*took, *outcome));
        let last = bad.map(|(at, ..)| *at).max().unwrap_or_default();
        let failed = self
            .entries
            .iter()
            .filter(|(.., outcome)| *outcome == Outcome::Failed)
            .count();
        println!("{done} {refused} {failed} {:.1}", last.as_secs_f64());
    }

    /// How many there were a second, and how long the median and the slowest hundredth took.
    fn those(&self, wanted: Outcome, time: Duration) -> String {
        let those = self
            .entries
            .iter()
            .filter(|(.., outcome)| *outcome == wanted);
        let mut took: Vec<_> = those.map(|(_, took, _)| took.as_secs_f64() * 1e3).collect();
        took.sort_unstable_by(f64::total_cmp);
        let at = |hundredths: usize| {
            took.get(took.len() * hundredths / 100)
                .copied()
                .unwrap_or_default()
        };
        let count = u32::try_from(took.len()).map_or(f64::MAX, f64::from);
        format!(
            "{:.0} {:.2} {:.2}",
            count / time.as_secs_f64(),
            at(50),
            at(99)
        )
    }
}
