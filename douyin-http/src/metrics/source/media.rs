use std::fmt;

use douyin_media::MediaStorage;

use crate::metrics::catalog::{
    BUCKET_CONNECTED, BUCKET_REQUESTS, COVERS, MEDIA_SENT_BYTES, UPLOAD_STORING_SECONDS,
    UPLOADED_BYTES, UPLOADS_STORING,
};
use crate::metrics::page::Measure;
use crate::metrics::{Page, Source};

impl Source for MediaStorage {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        let stats = self.stats();
        page.gauge(&UPLOADS_STORING, stats.storing)?;
        let storing = &stats.storing_micros;
        page.histogram(&UPLOAD_STORING_SECONDS, Measure::Micros, storing)?;
        page.counter(&UPLOADED_BYTES, stats.received_bytes)?;
        let covers = [
            ("frame", stats.covers_of_frames),
            ("key_frame", stats.covers_of_key_frames),
            ("generated", stats.covers_generated),
            ("failed", stats.covers_failed),
            ("timeout", stats.covers_too_slow),
        ];
        page.counters(&COVERS, covers)?;
        page.counter(&MEDIA_SENT_BYTES, stats.sent_bytes)?;
        let Some(bucket) = stats.bucket else {
            return Ok(());
        };
        page.gauge(&BUCKET_CONNECTED, u64::from(!bucket.is_away))?;
        let requests = [
            ("answered", bucket.requests.saturating_sub(bucket.failed)),
            ("failed", bucket.failed),
            ("refused", bucket.refused),
        ];
        page.counters(&BUCKET_REQUESTS, requests)
    }
}
