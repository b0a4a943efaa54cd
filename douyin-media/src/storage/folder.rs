mod placing;
mod probing;
mod removing;

use std::fs::DirBuilder;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use douyin_core::MediaKey;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{GetResultPayload, ObjectStoreExt as _};
use tokio::task::spawn_blocking;

use self::placing::{Unplaced, move_below};
use super::{Extent, MediaFile, Place};
use crate::MediaError;
use crate::durable::create_folder;
use crate::key::FOLDERS;
use crate::stats::BucketStats;

pub(super) use self::probing::try_folder;

/// A folder of this machine: files are moved into it instead of being copied.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    objects: LocalFileSystem,
}

impl Folder {
    /// Makes it where it does not exist.
    pub(super) fn open(root: PathBuf) -> Result<Self, MediaError> {
        for folder in FOLDERS {
            create_folder(&DirBuilder::new(), &root.join(folder))?;
        }
        let objects = LocalFileSystem::new_with_prefix(&root)?;
        Ok(Self { root, objects })
    }
}

#[async_trait]
impl Place for Folder {
    async fn put(&self, from: PathBuf, key: &MediaKey) -> Result<(), MediaError> {
        let to = self.root.join(key.as_str());
        let root = self.root.clone();
        match spawn_blocking(move || move_below(&root, &from, &to)).await? {
            Err(Unplaced::Exists) => Err(MediaError::Exists(key.clone())),
            Err(Unplaced::Io(error)) => Err(error.into()),
            Ok(()) => Ok(()),
        }
    }

    async fn get(
        &self,
        key: &MediaKey,
        content_type: &'static str,
        _extent: Extent,
    ) -> Result<Option<MediaFile>, MediaError> {
        match self.objects.get(&ObjectPath::from(key.as_str())).await {
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            found => {
                let found = found?;
                match found.payload {
                    GetResultPayload::File(file, _) => {
                        let file = MediaFile::in_folder(key, content_type, &found.meta, file);
                        Ok(Some(file))
                    }
                    GetResultPayload::Stream(_) => Err(MediaError::Io(io::Error::other(
                        "the file system answered no file",
                    ))),
                }
            }
        }
    }

    fn local_path(&self, key: &MediaKey) -> Option<PathBuf> {
        Some(self.root.join(key.as_str()))
    }

    async fn remove(&self, key: &MediaKey) -> Result<(), MediaError> {
        let (root, file) = (self.root.clone(), self.root.join(key.as_str()));
        Ok(spawn_blocking(move || removing::remove_file(&root, &file)).await??)
    }

    async fn remove_all(&self, folder: &str, beginning: &str) -> Result<(), MediaError> {
        let (root, folder) = (self.root.clone(), self.root.join(folder));
        let beginning = beginning.to_owned();
        Ok(spawn_blocking(move || removing::remove_all(&root, &folder, &beginning)).await??)
    }

    async fn forget(&self, _upload: &Path) -> Result<(), MediaError> {
        Ok(())
    }

    async fn ping(&self) -> Result<(), MediaError> {
        let folders = FOLDERS.map(|folder| self.root.join(folder));
        Ok(
            spawn_blocking(move || folders.iter().try_for_each(|folder| try_folder(folder)))
                .await??,
        )
    }

    async fn check(&self) -> Result<(), MediaError> {
        self.ping().await
    }

    fn admit(&self) -> Result<(), MediaError> {
        Ok(())
    }

    async fn signed_url(
        &self,
        _key: &MediaKey,
        _head: bool,
        _valid: Duration,
    ) -> Result<Option<String>, MediaError> {
        Ok(None)
    }

    fn signed_origin(&self) -> Option<&str> {
        None
    }

    fn stats(&self) -> Option<BucketStats> {
        None
    }
}
