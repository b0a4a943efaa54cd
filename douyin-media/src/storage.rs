mod ping;
mod placing;
mod reading;

use std::fs::DirBuilder;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use douyin_core::{MediaKey, VideoId};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _};

use crate::cover::CoverMaker;
use crate::durable::create_folder;
use crate::key::{self, FOLDERS};
use crate::staging::Staging;
use crate::stats::{MediaStats, Meter};
use crate::{MediaError, MediaOptions};

pub use reading::MediaFile;

/// Where media lies, and the way into it. Cheap to clone: clones are the same storage.
#[derive(Debug, Clone)]
pub struct MediaStorage(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    objects: Arc<dyn ObjectStore>,
    /// Where the objects are files of this machine: they are moved into place instead of being copied.
    local: Option<PathBuf>,
    staging: Staging,
    options: MediaOptions,
    covers: CoverMaker,
    meter: Arc<Meter>,
}

impl MediaStorage {
    /// Opens a storage: `file:<folder>` (made where it does not exist) or `memory:`. Unfinished uploads are kept in
    /// `staging`, which is best on the same filesystem. Works with the disk without yielding: to be called at start.
    ///
    /// # Errors
    /// [`MediaError::UnsupportedUrl`]; [`MediaError::NoFfmpeg`] where a program was named that cannot be run;
    /// [`MediaError::Io`] where a folder cannot be made.
    pub fn open(
        url: &str,
        staging: impl Into<PathBuf>,
        options: MediaOptions,
    ) -> Result<Self, MediaError> {
        let local = match url.split_once(':') {
            Some(("file", path)) => Some(local_path(path).ok_or_else(|| unsupported(url))?),
            Some(("memory", "")) => None,
            _ => return Err(unsupported(url)),
        };
        let objects: Arc<dyn ObjectStore> = match &local {
            Some(root) => {
                make_folders(root)?;
                Arc::new(LocalFileSystem::new_with_prefix(root)?)
            }
            None => Arc::new(InMemory::new()),
        };
        let meter = Arc::new(Meter::default());
        Ok(Self(Arc::new(Opened {
            objects,
            local,
            staging: Staging::open(staging.into())?,
            covers: CoverMaker::new(&options, Arc::clone(&meter))?,
            meter,
            options,
        })))
    }

    /// What it allows and uses.
    #[must_use]
    pub fn options(&self) -> &MediaOptions {
        &self.0.options
    }

    /// The program that makes covers out of frames; without one, covers are generated pictures.
    #[must_use]
    pub fn ffmpeg(&self) -> Option<&Path> {
        self.0.covers.ffmpeg()
    }

    /// What it is doing, and what it has done since it was opened.
    #[must_use]
    pub fn stats(&self) -> MediaStats {
        self.0.meter.stats()
    }

    pub(crate) fn meter(&self) -> &Arc<Meter> {
        &self.0.meter
    }

    pub(crate) fn staging(&self) -> &Staging {
        &self.0.staging
    }

    pub(crate) fn covers(&self) -> &CoverMaker {
        &self.0.covers
    }

    /// Removes whatever is stored of a video.
    pub(crate) async fn remove_files_of(&self, id: VideoId) -> Result<(), MediaError> {
        for key in key::all_of(id) {
            self.remove_file(&key).await?;
        }
        Ok(())
    }

    /// Removes a file, if it is there.
    pub(crate) async fn remove_file(&self, key: &MediaKey) -> Result<(), MediaError> {
        match self.0.objects.delete(&ObjectPath::from(key.as_str())).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn unsupported(url: &str) -> MediaError {
    // What stands behind the scheme may hold a password.
    let scheme = url.split_once(':').map_or(url, |(scheme, _)| scheme);
    MediaError::UnsupportedUrl(format!("{scheme}:"))
}

/// The folder of `file:relative/folder`, `file:/folder` or `file:///folder`.
fn local_path(path: &str) -> Option<PathBuf> {
    let path = match path.strip_prefix("//") {
        Some(path) if path.starts_with('/') => path,
        Some(_) => return None,
        None => path,
    };
    (!path.is_empty()).then(|| path.into())
}

fn make_folders(root: &Path) -> io::Result<()> {
    for folder in FOLDERS {
        create_folder(&DirBuilder::new(), &root.join(folder))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(url: &str) -> Result<MediaStorage, MediaError> {
        let staging = tempfile::tempdir().unwrap();
        MediaStorage::open(url, staging.path(), MediaOptions::default())
    }

    #[test]
    fn a_url_is_a_folder_or_memory() {
        assert_eq!(local_path("a/b"), Some("a/b".into()));
        assert_eq!(local_path("/a/b"), Some("/a/b".into()));
        assert_eq!(local_path("///a/b"), Some("/a/b".into()));
        assert_eq!(local_path("//host/b"), None);
        assert!(open("memory:").is_ok());
    }

    #[test]
    fn other_urls_are_refused_without_repeating_what_may_be_secret() {
        for url in [
            "s3://key:secret@bucket/prefix",
            "secret",
            "memory:secret",
            "file:",
            "http://secret",
        ] {
            let Err(error) = open(url) else {
                panic!("{url} was opened");
            };
            assert!(
                error.to_string().contains("not supported by this build"),
                "{error}"
            );
            assert!(!error.to_string().contains("secret@"), "{error}");
        }
    }
}
