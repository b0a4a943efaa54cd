use std::fmt;

use douyin_cache::CachedStore;

use crate::metrics::catalog::{CACHE_BYPASSES, CACHE_ENTRIES, CACHE_HITS, CACHE_MISSES};
use crate::metrics::{Page, Source};

impl Source for CachedStore {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        let stats = self.stats();
        let kinds = [
            ("feed", stats.feed),
            ("comments", stats.comments),
            ("profiles", stats.profiles),
            ("videos", stats.videos),
            ("marks", stats.marks),
        ];
        page.counters(&CACHE_HITS, kinds.map(|(kind, of)| (kind, of.hits)))?;
        page.counters(&CACHE_MISSES, kinds.map(|(kind, of)| (kind, of.misses)))?;
        page.counters(&CACHE_BYPASSES, kinds.map(|(kind, of)| (kind, of.bypasses)))?;
        page.gauges(&CACHE_ENTRIES, kinds.map(|(kind, of)| (kind, of.entries)))
    }
}
