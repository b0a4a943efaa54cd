use douyin_core::Timestamp;

/// Publication instants without a gap that this transaction has met as taken. Whoever asks for one of them need not look through
/// all of them again: of 1024 videos published at one instant, each would pass over all before it.
#[derive(Debug, Default)]
pub(crate) struct TakenInstants(Option<(Timestamp, Timestamp)>);

impl TakenInstants {
    /// From where to look for the first free instant, instead of from `at`.
    pub(crate) fn search_from(&self, at: Timestamp) -> Timestamp {
        match self.0 {
            Some((first, last)) if (first..=last).contains(&at) => last.plus_millis(1),
            _ => at,
        }
    }

    /// Says that a search from `from` ended at `found`, which is now taken like all between.
    pub(crate) fn extend(&mut self, from: Timestamp, found: Timestamp) {
        let first = match self.0 {
            Some((first, last)) if last.plus_millis(1) == from => first,
            _ => from,
        };
        self.0 = Some((first, found));
    }
}
