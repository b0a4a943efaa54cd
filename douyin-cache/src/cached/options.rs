use std::time::Duration;

/// How much is remembered, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheOptions {
    /// What is older is not shown, counted from before it was read. With peers it is the age that all of them agree on, and
    /// what somebody else wrote elsewhere is seen after it at the latest. Ten seconds.
    pub max_age: Duration,
    /// The most entries of each kind (videos of the feed, comments, profiles, videos alone, viewers' marks): 20,000. A text of more than
    /// half a kilobyte counts for as many entries as it has half kilobytes.
    pub entries: u64,
    /// A page with more entries than this is passed through: 200.
    pub largest_page: usize,
}

impl Default for CacheOptions {
    fn default() -> Self {
        Self {
            max_age: Duration::from_secs(10),
            entries: 20_000,
            largest_page: 200,
        }
    }
}
