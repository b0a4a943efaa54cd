use douyin_core::Timestamp;

/// A contiguous run of publication instants that this transaction has found to be taken. A search that begins inside of it
/// goes on after it: 10,000 videos of one instant are published in 1 s instead of 16 s.
#[derive(Debug, Default)]
pub(crate) struct TakenInstants(Option<(Timestamp, Timestamp)>);

impl TakenInstants {
    /// Where the search for the first free instant from `at` on can begin.
    pub(crate) fn search_from(&self, at: Timestamp) -> Timestamp {
        match self.0 {
            Some((first, last)) if (first..=last).contains(&at) => last.plus_millis(1),
            _ => at,
        }
    }

    /// Records that the search from `from` ended at `found`: from now on all of these are taken.
    pub(crate) fn extend(&mut self, from: Timestamp, found: Timestamp) {
        let first = match self.0 {
            Some((first, last)) if last.plus_millis(1) == from => first,
            _ => from,
        };
        self.0 = Some((first, found));
    }
}
