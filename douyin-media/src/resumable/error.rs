use std::io;

use crate::MediaError;

/// Why an upload that comes in over several requests does not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResumableError {
    /// There is none of this id and owner, or it has expired.
    #[error("there is no such upload")]
    NotFound,
    /// Another request writes, publishes or removes it.
    #[error("the upload is in use by another request")]
    InUse,
    /// It goes on elsewhere.
    #[error("the upload goes on at {offset}")]
    WrongOffset {
        /// How many bytes are there.
        offset: u64,
    },
    /// It would have more bytes than was agreed on.
    #[error("the upload has more bytes than were announced")]
    BeyondLength,
    /// Bytes are missing.
    #[error("the upload is not complete")]
    Incomplete,
    /// Its owner has as many as are allowed.
    #[error("too many uploads are unfinished")]
    TooMany,
    /// Everybody together, or everybody in its network, has as many as are allowed, something came in of each of them lately, and no
    /// network has more than the newcomer's.
    #[error("there is no room for another unfinished upload")]
    Full,
    /// Together with the others of its owner it would be too large.
    #[error("the unfinished uploads would be too large together")]
    OverQuota,
    /// Media failed.
    #[error(transparent)]
    Media(#[from] MediaError),
}

impl From<io::Error> for ResumableError {
    fn from(error: io::Error) -> Self {
        Self::Media(error.into())
    }
}
