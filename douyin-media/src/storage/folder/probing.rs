use std::fs;
use std::io;
use std::path::Path;

use crate::staging::PROBE;

/// Writes a file into a folder and removes it.
pub(in crate::storage) fn try_folder(folder: &Path) -> io::Result<()> {
    let file = folder.join(PROBE);
    fs::write(&file, PROBE)?;
    match fs::remove_file(&file) {
        // Somebody else asked at the same time.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{MediaOptions, MediaStorage};

    fn open(folder: &TempDir) -> MediaStorage {
        let url = format!("file:{}", folder.path().join("media").display());
        MediaStorage::open(&url, folder.path().join("staging"), MediaOptions::default()).unwrap()
    }

    #[tokio::test]
    async fn a_storage_that_can_be_written_says_so_and_keeps_nothing_of_it() {
        let folder = TempDir::new().unwrap();
        let storage = open(&folder);
        for _ in 0..20 {
            let (one, other) = tokio::join!(storage.ping(), storage.ping());
            assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
        }
        for used in ["media/videos", "media/covers", "staging/session-0"] {
            assert!(!folder.path().join(used).join(PROBE).exists(), "{used}");
        }
    }

    #[tokio::test]
    async fn memory_can_be_written() {
        let staging = TempDir::new().unwrap();
        let storage =
            MediaStorage::open("memory:", staging.path(), MediaOptions::default()).unwrap();
        storage.ping().await.unwrap();
    }

    #[tokio::test]
    async fn a_storage_of_which_a_folder_cannot_be_written_says_so() {
        for lost in [
            "media",
            "media/videos",
            "media/covers",
            "staging",
            "staging/session-0",
        ] {
            let folder = TempDir::new().unwrap();
            let storage = open(&folder);
            let lost = folder.path().join(lost);
            fs::remove_dir_all(&lost).unwrap();
            assert!(storage.ping().await.is_err(), "{}", lost.display());
            fs::write(&lost, "a file in its place").unwrap();
            assert!(storage.ping().await.is_err(), "{}", lost.display());
        }
    }
}
