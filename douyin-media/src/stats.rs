//! Counts what a storage does.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use douyin_core::{Histogram, HistogramSnapshot};

/// What a storage is doing, and what it has done since it was opened.
///
/// The numbers are read one after the other, so that two of them may be of slightly different instants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MediaStats {
    /// Bytes of uploads that came in, also of those that were refused later.
    pub received_bytes: u64,
    /// Bytes of files that were read to be sent.
    pub sent_bytes: u64,
    /// Uploads that have come in and are being recognised, given a cover and stored.
    pub storing: u64,
    /// How long that took of each in microseconds, whether or not it was refused in the end.
    pub storing_micros: HistogramSnapshot,
    /// Covers that are frames of their video, decoded by `ffmpeg`.
    pub covers_of_frames: u64,
    /// Covers that are key frames of their video, decoded without it.
    pub covers_of_key_frames: u64,
    /// Covers that were generated because there is nothing that decodes such videos.
    pub covers_generated: u64,
    /// Covers that were generated because that failed.
    pub covers_failed: u64,
    /// Covers that were generated because that took too long, waiting for its turn included.
    pub covers_too_slow: u64,
    /// What was asked of the bucket; `None` where media does not lie in one.
    pub bucket: Option<BucketStats>,
}

/// What was asked of a bucket since the storage was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct BucketStats {
    /// It could not be reached, and now and then somebody tries whether that is still so; the others are refused at once.
    pub is_away: bool,
    /// Requests that were sent, retries included.
    pub requests: u64,
    /// Requests that were not answered, or by a failure of the service (5xx).
    pub failed: u64,
    /// Requests that were not sent because it is away.
    pub refused: u64,
    /// Bytes of requests that were answered.
    pub sent_bytes: u64,
    /// Bytes of answers.
    pub received_bytes: u64,
}

/// Upper bounds in microseconds: a clip takes about a tenth of a second, most of it for its cover; a slow disk and a long queue
/// for covers take seconds.
const BOUNDS: &[u64] = &[
    10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
    30_000_000,
];

/// What became of a cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cover {
    Frame,
    KeyFrame,
    Generated,
    Failed,
    TooSlow,
}

/// What is counted as it happens.
#[derive(Debug)]
pub(crate) struct Meter {
    received_bytes: AtomicU64,
    sent_bytes: AtomicU64,
    storing: AtomicU64,
    storing_micros: Histogram,
    /// By [`Cover`].
    covers: [AtomicU64; 5],
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            received_bytes: AtomicU64::new(0),
            sent_bytes: AtomicU64::new(0),
            storing: AtomicU64::new(0),
            storing_micros: Histogram::new(BOUNDS),
            covers: Default::default(),
        }
    }
}

impl Meter {
    pub(crate) fn count_received(&self, bytes: usize) {
        self.received_bytes.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn count_sent(&self, bytes: usize) {
        self.sent_bytes.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn count_cover(&self, cover: Cover) {
        self.covers[cover as usize].fetch_add(1, Relaxed);
    }

    /// Counts that an upload is being stored for as long as it is.
    pub(crate) async fn time_storing<T>(&self, storing: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let _running = Running::new(&self.storing);
        let stored = storing.await;
        self.storing_micros.record_micros(begun.elapsed());
        stored
    }

    pub(crate) fn stats(&self) -> MediaStats {
        let covers = |cover| self.covers[cover as usize].load(Relaxed);
        MediaStats {
            received_bytes: self.received_bytes.load(Relaxed),
            sent_bytes: self.sent_bytes.load(Relaxed),
            storing: self.storing.load(Relaxed),
            storing_micros: self.storing_micros.snapshot(),
            covers_of_frames: covers(Cover::Frame),
            covers_of_key_frames: covers(Cover::KeyFrame),
            covers_generated: covers(Cover::Generated),
            covers_failed: covers(Cover::Failed),
            covers_too_slow: covers(Cover::TooSlow),
            bucket: None,
        }
    }
}

/// Counts itself until it is dropped, also by a panic.
struct Running<'a>(&'a AtomicU64);

impl<'a> Running<'a> {
    fn new(count: &'a AtomicU64) -> Self {
        count.fetch_add(1, Relaxed);
        Self(count)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
