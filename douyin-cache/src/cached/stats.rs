use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a [`CachedStore`](crate::CachedStore) was asked, and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CacheStats {
    /// The newest pages of the feed.
    pub feed: ShelfStats,
    /// The newest pages of comments.
    pub comments: ShelfStats,
    /// Profiles.
    pub profiles: ShelfStats,
    /// Videos alone.
    pub videos: ShelfStats,
    /// What viewers like and follow of a page. Only where nobody else uses the database.
    pub marks: ShelfStats,
}

/// One kind of answers. All numbers but the last only grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ShelfStats {
    /// Answered without a statement of its own: remembered, or read by somebody else who asked at the same time.
    pub hits: u64,
    /// Read from the store.
    pub misses: u64,
    /// Passed through to the store because of what the viewer wrote just now.
    pub bypasses: u64,
    /// How many answers are held, to within those of the last moments.
    pub entries: u64,
}

/// What is counted as it happens.
#[derive(Debug, Default)]
pub(super) struct Tally {
    hits: AtomicU64,
    misses: AtomicU64,
    bypasses: AtomicU64,
}

impl Tally {
    pub(super) fn count_hit(&self) {
        self.hits.fetch_add(1, Relaxed);
    }

    pub(super) fn count_miss(&self) {
        self.misses.fetch_add(1, Relaxed);
    }

    pub(super) fn count_bypass(&self) {
        self.bypasses.fetch_add(1, Relaxed);
    }

    pub(super) fn stats(&self, entries: u64) -> ShelfStats {
        ShelfStats {
            hits: self.hits.load(Relaxed),
            misses: self.misses.load(Relaxed),
            bypasses: self.bypasses.load(Relaxed),
            entries,
        }
    }
}
