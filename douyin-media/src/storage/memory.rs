use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use douyin_core::MediaKey;
use object_store::memory::InMemory;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode};
use tokio::task::spawn_blocking;

use super::place::remove_objects;
use super::{Extent, MediaFile, Place};
use crate::MediaError;
use crate::stats::BucketStats;

/// Files that are gone with the process.
#[derive(Debug, Default)]
pub(super) struct Memory(Arc<InMemory>);

#[async_trait]
impl Place for Memory {
    async fn put(&self, from: PathBuf, key: &MediaKey) -> Result<(), MediaError> {
        // The bytes that are read are the ones that stay.
        let bytes = spawn_blocking(move || fs::read(from)).await??;
        let path = ObjectPath::from(key.as_str());
        let create = PutMode::Create.into();
        match self.0.put_opts(&path, bytes.into(), create).await {
            Err(object_store::Error::AlreadyExists { .. }) => Err(MediaError::Exists(key.clone())),
            put => Ok(put.map(drop)?),
        }
    }

    async fn get(
        &self,
        key: &MediaKey,
        content_type: &'static str,
        _extent: Extent,
    ) -> Result<Option<MediaFile>, MediaError> {
        match self.0.get(&ObjectPath::from(key.as_str())).await {
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            found => {
                let objects: Arc<dyn ObjectStore> = Arc::<InMemory>::clone(&self.0);
                let file = MediaFile::object(key, content_type, objects, found?, true);
                Ok(Some(file))
            }
        }
    }

    fn local_path(&self, _key: &MediaKey) -> Option<PathBuf> {
        None
    }

    async fn remove(&self, key: &MediaKey) -> Result<(), MediaError> {
        match self.0.delete(&ObjectPath::from(key.as_str())).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn remove_all(&self, folder: &str, beginning: &str) -> Result<(), MediaError> {
        remove_objects(&*self.0, &ObjectPath::default(), folder, beginning).await
    }

    async fn forget(&self, _upload: &Path) -> Result<(), MediaError> {
        Ok(())
    }

    async fn ping(&self) -> Result<(), MediaError> {
        Ok(())
    }

    async fn check(&self) -> Result<(), MediaError> {
        Ok(())
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
