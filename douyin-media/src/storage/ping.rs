use object_store::ObjectStoreExt as _;
use object_store::path::Path as ObjectPath;
use tokio::task::spawn_blocking;

use super::MediaStorage;
use crate::MediaError;

/// No name of a file that is served, so that nobody ever sees it.
const PROBE: &str = "ready";

impl MediaStorage {
    /// Answers `Ok` if uploads can be taken and stored right now.
    ///
    /// # Errors
    /// Where the staging folder or the storage cannot be written.
    pub async fn ping(&self) -> Result<(), MediaError> {
        let storage = self.clone();
        spawn_blocking(move || storage.staging().ping()).await??;
        let path = ObjectPath::from(PROBE);
        self.0.objects.put(&path, PROBE.into()).await?;
        match self.0.objects.delete(&path).await {
            // Somebody else asked at the same time.
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::MediaOptions;

    fn open(folder: &TempDir) -> MediaStorage {
        let url = format!("file:{}", folder.path().join("media").display());
        MediaStorage::open(&url, folder.path().join("staging"), MediaOptions::default()).unwrap()
    }

    #[tokio::test]
    async fn a_storage_that_can_be_written_says_so_and_keeps_nothing_of_it() {
        let folder = TempDir::new().unwrap();
        let storage = open(&folder);
        let (one, other) = tokio::join!(storage.ping(), storage.ping());
        assert!(one.is_ok() && other.is_ok());
        assert!(!folder.path().join("media").join(PROBE).exists());
    }

    #[tokio::test]
    async fn a_storage_that_cannot_be_written_says_so() {
        for lost in ["media", "staging"] {
            let folder = TempDir::new().unwrap();
            let storage = open(&folder);
            let lost = folder.path().join(lost);
            fs::remove_dir_all(&lost).unwrap();
            fs::write(&lost, "a file in its place").unwrap();
            assert!(storage.ping().await.is_err(), "{}", lost.display());
        }
    }
}
