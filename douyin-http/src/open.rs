//! What a configuration describes, opened.

mod cache;
mod database;
mod error;
mod limits;
mod live;
mod media;
mod node;
mod redis;
mod service;
mod sessions;
mod traced_hasher;

use std::fs::DirBuilder;

use douyin_media::durable::create_folder;

pub use cache::CacheAlone;
pub(crate) use database::sql_options;
pub use database::{Database, OpenedStore, open_existing_store, open_store};
pub use error::OpenError;
pub use live::{Live, Reloads};
pub use node::{Node, Wanted};
pub use redis::open_redis;
pub use service::{Configured, Service};
pub use sessions::{Deaf, SessionKeeper};

use crate::config::Config;

/// Makes the data folder where it does not exist, for its owner alone.
///
/// # Errors
/// [`OpenError::DataDir`].
pub fn make_data_dir(config: &Config) -> Result<(), OpenError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    create_folder(&builder, &config.data_dir).map_err(|source| OpenError::DataDir {
        path: config.data_dir.clone(),
        source,
    })
}
