//! What is made of a published video for players that like it better: an MP4 that every client plays, and a stream.

use douyin_core::MediaKey;

use crate::{MediaError, NotAVideo};

/// What was made of a video. Where no row comes to name it, it goes with the next attempt, or with the video.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a row is to name it"]
pub struct Prepared {
    /// An MP4 that every client plays, where the upload is none.
    pub play: Option<MediaKey>,
    /// The multivariant playlist of its stream (HLS), where one could be made.
    pub stream: Option<MediaKey>,
}

/// Why nothing was made of a video. In every case nothing is left of the attempt.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// The file is not in the storage.
    #[error("there is no media file {0}")]
    Missing(MediaKey),
    /// The file is no video.
    #[error(transparent)]
    NotAVideo(#[from] NotAVideo),
    /// Files, the storage or a program failed, for now.
    #[error(transparent)]
    Media(#[from] MediaError),
}

impl PrepareError {
    /// Whether every other attempt would fail like this one.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::NotAVideo(_))
    }
}
