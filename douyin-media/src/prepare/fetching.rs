use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use douyin_core::MediaKey;
use futures_util::TryStreamExt as _;
use tokio::task::spawn_blocking;

use super::PrepareError;
use crate::{Extent, MediaStorage};

/// What a video is called in the folder of its preparation.
const FETCHED: &str = "fetched";

/// Where the file of that name can be read: where it is, on this machine, or else in `folder`, into which it is downloaded.
pub(super) async fn fetch(
    storage: &MediaStorage,
    key: &MediaKey,
    folder: &Path,
) -> Result<PathBuf, PrepareError> {
    let Some(mut file) = storage.file(key, Extent::Whole).await? else {
        return Err(PrepareError::Missing(key.clone()));
    };
    if let Some(path) = storage.local_path(key) {
        return Ok(path);
    }
    let path = folder.join(FETCHED);
    let new = path.clone();
    let mut target = spawn_blocking(move || File::create_new(new))
        .await
        .map_err(std::io::Error::other)??;
    let size = file.size();
    let mut chunks = file.read(0..size).await?;
    while let Some(chunk) = chunks.try_next().await? {
        let write = move || target.write_all(&chunk).map(|()| target);
        target = spawn_blocking(write)
            .await
            .map_err(std::io::Error::other)??;
    }
    Ok(path)
}
