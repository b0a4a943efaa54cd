use std::fmt;

use douyin_cache::redis::Redis;

use crate::metrics::catalog::{
    REDIS_CONNECTED, REDIS_CONNECTS, REDIS_OPERATIONS, REDIS_REVOCATIONS, REDIS_VIEWERS,
    REDIS_WRITES,
};
use crate::metrics::{Page, Source};

impl Source for Redis {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        let stats = self.stats();
        page.gauge(&REDIS_CONNECTED, u32::from(stats.connected))?;
        let connects = [
            ("connected", stats.connections),
            ("failed", stats.failed_connections),
        ];
        page.counters(&REDIS_CONNECTS, connects)?;
        let operations = [
            ("answered", stats.answered),
            ("timeout", stats.timeouts),
            ("failed", stats.failures),
        ];
        page.counters(&REDIS_OPERATIONS, operations)?;
        let writes = [("told", stats.told), ("waited", stats.untold)];
        page.counters(&REDIS_WRITES, writes)?;
        let viewers = [
            ("remembered", stats.past_shown),
            ("wrote", stats.past_of_writers),
            ("uncertain", stats.past_uncertain),
        ];
        page.counters(&REDIS_VIEWERS, viewers)?;
        page.counter(&REDIS_REVOCATIONS, stats.revocations)
    }
}
