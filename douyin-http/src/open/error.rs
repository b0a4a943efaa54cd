use std::io;
use std::path::PathBuf;

use douyin_core::{NodeHolder, NodeNumber, StoreError};

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
    /// The URL of the Redis server is none.
    #[error("redis_url")]
    Redis(#[from] douyin_cache::redis::InvalidRedisUrl),
    /// The media storage cannot be used.
    #[error("cannot open the media storage")]
    Media(#[from] douyin_media::MediaError),
    /// Whether publications are under way cannot be found out.
    #[error("cannot wait for what an earlier run has begun to publish")]
    Settle(#[source] StoreError),
    /// Which sessions have ended cannot be read.
    #[error("cannot read which sessions have ended")]
    Revocations(#[source] StoreError),
    /// Unfinished uploads of an earlier run cannot be tidied up.
    #[error("cannot tidy up unfinished uploads")]
    Sweep(#[from] douyin_media::SweepError<StoreError>),
    /// There is no key to sign tokens with.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The key is too short.
    #[error(transparent)]
    WeakSecret(#[from] crate::api::WeakSecret),
    /// The sensitive words cannot be read.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// Another server has the node number, or others have them all.
    #[error("{}", node_taken(*wanted, holder))]
    NodeTaken {
        /// Which number was wanted; `None` for any.
        wanted: Option<NodeNumber>,
        /// Who has it.
        holder: NodeHolder,
    },
    /// The store did not lend a node number.
    #[error("cannot lease a node number")]
    Lease(#[source] StoreError),
    /// The name that this process leases node numbers by cannot be kept.
    #[error("cannot keep the name of this server in {}", path.display())]
    Slot {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// More processes than there are node numbers.
    #[error("{} processes run on the data folder {}", NodeNumber::COUNT, data_dir.display())]
    TooManyProcesses {
        /// The folder.
        data_dir: PathBuf,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gives no random bytes")]
    Random(#[from] getrandom::Error),
    /// The cost of password hashes is out of range.
    #[error(transparent)]
    Cost(#[from] douyin_core::InvalidCost),
}

fn node_taken(wanted: Option<NodeNumber>, holder: &NodeHolder) -> String {
    match wanted {
        Some(number) => format!(
            "another server ({holder}) has the node number {number} on the same database; end it, choose another number with \
             --node-id, or leave that out for one that is free"
        ),
        None => format!(
            "other servers have all {} node numbers on the same database; end one, such as {holder}",
            NodeNumber::COUNT
        ),
    }
}
