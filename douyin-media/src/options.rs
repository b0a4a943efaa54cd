use std::path::PathBuf;
use std::time::Duration;

use crate::VideoLimits;

/// What a [`MediaStorage`](crate::MediaStorage) allows and uses.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MediaOptions {
    /// The most bytes of an upload; 512 MiB unless told.
    pub max_upload_bytes: u64,
    /// What a video may declare of itself.
    pub video: VideoLimits,
    /// What makes covers.
    pub ffmpeg: Ffmpeg,
    /// What making a cover may cost.
    pub cover: CoverLimits,
}

impl Default for MediaOptions {
    fn default() -> Self {
        Self {
            max_upload_bytes: 512 << 20,
            video: VideoLimits::default(),
            ffmpeg: Ffmpeg::Auto,
            cover: CoverLimits::default(),
        }
    }
}

/// What makes a cover out of a video's frames. Without it, covers are generated pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Ffmpeg {
    /// The `ffmpeg` on `PATH` when the storage is opened, if there is one.
    #[default]
    Auto,
    /// None.
    Off,
    /// This program.
    At(PathBuf),
}

/// What making a cover may cost. Where it would cost more, the cover is a generated picture.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CoverLimits {
    /// From the end of the upload, waiting for a turn included; 6 s unless told.
    pub time: Duration,
    /// Address space of the decoder, in bytes; 1.5 GiB unless told: 8K HEVC on one thread needs about 1 GiB, and 150 shared
    /// libraries take 300 MB of addresses before the first frame.
    pub memory_bytes: u64,
    /// Decoders running at the same time; half as many as there are cores unless told.
    pub at_once: usize,
}

impl Default for CoverLimits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            time: Duration::from_secs(6),
            memory_bytes: 3 << 29,
            at_once: cores.div_ceil(2),
        }
    }
}
