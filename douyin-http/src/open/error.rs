use std::io;
use std::path::PathBuf;

use crate::secret::SecretError;
use crate::words::WordsError;

/// Why a service cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The data folder cannot be made.
    #[error("cannot make the data folder {}; choose another with --data-dir", path.display())]
    DataDir {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A setting asks for what is not there.
    #[error("this build does not support {what}; {instead}")]
    Unsupported {
        /// What was asked for.
        what: &'static str,
        /// What there is.
        instead: &'static str,
    },
    /// A database that other processes can open is needed.
    #[error(
        "a database in memory is gone with the process that made it; choose another with --database-url"
    )]
    InMemory,
    /// The database cannot be used.
    #[error("cannot open the database")]
    Database(#[from] douyin_store_sql::OpenError),
    /// The media storage cannot be used.
    #[error("cannot open the media storage")]
    Media(#[from] douyin_media::MediaError),
    /// Unfinished uploads of an earlier run cannot be tidied up.
    #[error("cannot tidy up unfinished uploads")]
    Sweep(#[from] douyin_media::SweepError<douyin_core::StoreError>),
    /// There is no key to sign tokens with.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The key is too short.
    #[error(transparent)]
    WeakSecret(#[from] crate::api::WeakSecret),
    /// The sensitive words cannot be read.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// Another process has the node number.
    #[error(
        "another server of node {number} runs on the data folder {}; end it, or choose another folder with --data-dir, \
         or another number with --node-id",
        data_dir.display()
    )]
    NodeTaken {
        /// Which.
        number: u8,
        /// Where.
        data_dir: PathBuf,
    },
    /// Whether another process has the node number cannot be found out.
    #[error("cannot take the node number {number}")]
    NodeLock {
        /// Which.
        number: u8,
        /// Why.
        source: io::Error,
    },
    /// The node number is out of range.
    #[error(transparent)]
    Node(#[from] douyin_core::InvalidNode),
    /// The cost of password hashes is out of range.
    #[error(transparent)]
    Cost(#[from] douyin_core::InvalidCost),
}
