use std::error::Error as StdError;
use std::io;

use douyin_core::MediaKey;

use crate::{NotAPicture, NotAVideo, ProbeError};

/// The URLs that this build can open.
const SUPPORTED: &str = if cfg!(feature = "s3") {
    "file:<folder>, s3://<bucket>/<prefix> or memory:"
} else {
    "file:<folder> or memory:"
};

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
    /// The upload is not a picture that can be shown.
    #[error(transparent)]
    NotAPicture(#[from] NotAPicture),
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
    /// The object storage cannot be reached, or was found not to be a moment ago.
    #[error("the media storage is away")]
    Away(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The bucket is not there, or does not allow what is needed of it.
    #[error("the bucket cannot be used: {problem}")]
    Bucket {
        /// What is wrong, in a line without secrets.
        problem: String,
    },
    /// The URL of the storage is not one that this build can open.
    #[error("media storage {0:?} is not supported by this build: use {SUPPORTED}")]
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
        let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
        while let Some(this) = cause {
            if this.is::<StorageAway>() {
                return Self::Away(StorageAway::default().into());
            }
            cause = this.source();
        }
        // Its text may be a whole document of the service.
        Self::Storage(brief(&error).into())
    }
}

/// Why nothing was asked of the object storage, or what came of asking.
#[derive(Debug, Default, thiserror::Error)]
#[error("{}", .0.as_deref().unwrap_or("it did not answer a moment ago"))]
pub(crate) struct StorageAway(Option<String>);

impl StorageAway {
    #[cfg(feature = "s3")]
    pub(crate) fn because(error: &object_store::Error) -> Self {
        Self(Some(brief(error)))
    }
}

/// The most characters that are told of an error.
const BRIEF: usize = 300;

/// What an error says, in a line: of a document that a service answered, its code and its message.
pub(crate) fn brief(error: &object_store::Error) -> String {
    let text = error.to_string();
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once("</")?.0)
    };
    let said = match (element("Code"), element("Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => text.clone(),
    };
    let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(BRIEF).collect()
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
