use std::io;

use douyin_core::MediaKey;

use crate::{NotAVideo, ProbeError};

/// What can go wrong with media.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// The upload has more bytes than are allowed.
    #[error("the upload is larger than {limit} bytes")]
    TooLarge {
        /// The most bytes that are allowed.
        limit: u64,
    },
    /// The upload is not a video that players play.
    #[error(transparent)]
    NotAVideo(#[from] NotAVideo),
    /// The disk is full, or the quota used up.
    #[error("no space is left for media")]
    Full(#[source] io::Error),
    /// A file of that name is stored already; it stays as it is.
    #[error("there is a media file {0} already")]
    Exists(MediaKey),
    /// A file could not be read or written.
    #[error("a media file could not be read or written")]
    Io(#[source] io::Error),
    /// The object storage failed.
    #[error("the media storage failed")]
    Storage(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The URL of the storage is not one that this build can open.
    #[error("media storage {0:?} is not supported by this build: use file:<folder> or memory:")]
    UnsupportedUrl(String),
    /// The program that was named for making covers does not exist or may not be run.
    #[error("{0} is not a program that can be run")]
    NoFfmpeg(std::path::PathBuf),
}

impl From<io::Error> for MediaError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(error),
            _ => Self::Io(error),
        }
    }
}

impl From<object_store::Error> for MediaError {
    fn from(error: object_store::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl From<tokio::task::JoinError> for MediaError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Io(io::Error::other(error))
    }
}

impl From<ProbeError> for MediaError {
    fn from(error: ProbeError) -> Self {
        match error {
            ProbeError::Refused(reason) => Self::NotAVideo(reason),
            ProbeError::Io(error) => error.into(),
        }
    }
}
