use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use douyin_core::{MediaKey, VideoId};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tracing::Instrument as _;

use super::{Claimed, Preparation, remove_folder};
use crate::MediaError;
use crate::Run;
use crate::storage::MediaStorage;

/// The folder of one unfinished upload.
#[derive(Debug)]
pub(crate) struct UploadFolder {
    storage: MediaStorage,
    /// What is told of it where something goes wrong.
    what: String,
    path: PathBuf,
    /// What it may have put into the storage: all that it may remove from there.
    stored: Vec<MediaKey>,
    when_dropped: WhenDropped,
    attempt: Attempt,
}

/// Whether an upload can be stored more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    /// No: it comes in once, and its id is used by nobody else.
    Only,
    /// Yes: it is kept elsewhere until its row is committed, and what is stored already an earlier attempt has left.
    OneOfMany,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WhenDropped {
    /// Nothing of it is stored yet: it goes.
    Remove,
    /// Something may be stored, and a row may name it: it stays for the sweep, which asks.
    Leave,
}

impl UploadFolder {
    pub(crate) async fn create(
        storage: MediaStorage,
        claimed: Claimed,
    ) -> Result<Self, MediaError> {
        Self::create_named(storage, &claimed.folder_name(), claimed.to_string()).await
    }

    /// The folder of an attempt at preparing a video.
    pub(crate) async fn of_preparation(
        storage: MediaStorage,
        id: VideoId,
        run: Run,
    ) -> Result<Self, MediaError> {
        let name = Preparation { id, run }.folder_name();
        Self::create_named(storage, &name, format!("preparation {run} of video {id}")).await
    }

    async fn create_named(
        storage: MediaStorage,
        name: &str,
        what: String,
    ) -> Result<Self, MediaError> {
        let path = storage.staging().session().join(name);
        spawn_blocking(move || {
            fs::create_dir(&path)?;
            Ok::<_, io::Error>(Self {
                storage,
                what,
                path,
                stored: Vec::new(),
                when_dropped: WhenDropped::Remove,
                attempt: Attempt::Only,
            })
        })
        .await?
        .map_err(MediaError::from)
    }

    /// That of an upload which can be stored more than once: what an earlier attempt left in it is removed.
    pub(crate) async fn create_again(
        storage: MediaStorage,
        claimed: Claimed,
    ) -> Result<Self, MediaError> {
        let path = storage.staging().session().join(claimed.folder_name());
        // Parts that are on their way into a bucket are noted in it.
        storage.forget(&path).await?;
        spawn_blocking(move || {
            let is_there = match fs::create_dir(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => true,
                made => made.map(|()| false)?,
            };
            if is_there {
                // The folder itself stays all the time: it marks what may be stored.
                for entry in fs::read_dir(&path)? {
                    let entry = entry?.path();
                    if entry.is_dir() {
                        fs::remove_dir_all(entry)?;
                    } else {
                        fs::remove_file(entry)?;
                    }
                }
            }
            Ok::<_, io::Error>(Self {
                storage,
                what: claimed.to_string(),
                path,
                stored: if is_there {
                    claimed.files()
                } else {
                    Vec::new()
                },
                when_dropped: if is_there {
                    WhenDropped::Leave
                } else {
                    WhenDropped::Remove
                },
                attempt: Attempt::OneOfMany,
            })
        })
        .await?
        .map_err(MediaError::from)
    }

    pub(crate) const fn storage(&self) -> &MediaStorage {
        &self.storage
    }

    /// Whether its upload can be stored more than once.
    pub(crate) fn is_of_many_attempts(&self) -> bool {
        self.attempt == Attempt::OneOfMany
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a file into the folder whose contents survive a loss of power.
    pub(crate) async fn write(&self, name: &str, bytes: Vec<u8>) -> Result<PathBuf, MediaError> {
        let path = self.path.join(name);
        let writing = spawn_blocking(move || {
            let mut file = fs::File::create_new(&path)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            Ok::<_, io::Error>(path)
        });
        Ok(writing.await??)
    }

    /// Makes the folder survive a loss of power, and stays where it is dropped: from here on files may be stored.
    pub(crate) async fn mark(&mut self) -> Result<(), MediaError> {
        self.when_dropped = WhenDropped::Leave;
        let storage = self.storage.clone();
        Ok(spawn_blocking(move || storage.staging().sync()).await??)
    }

    /// Moves a file of the folder into the storage. Only a sweep or [`UploadFolder::settle`] removes it from there.
    pub(crate) async fn store(&mut self, file: PathBuf, key: MediaKey) -> Result<(), MediaError> {
        self.stored.push(key.clone());
        let mut stored = self.put(file.clone(), &key).await;
        if self.attempt == Attempt::OneOfMany
            && let Err(MediaError::Exists(_)) = stored
        {
            // Perhaps a part of it, where that attempt was cut short.
            self.storage.remove_file(&key).await?;
            stored = self.put(file, &key).await;
        }
        if let Err(MediaError::Exists(_)) = stored {
            // It is somebody else's.
            self.stored.pop();
        }
        stored
    }

    async fn put(&self, file: PathBuf, key: &MediaKey) -> Result<(), MediaError> {
        let storing = self.storage.put_file(file, key);
        storing
            .instrument(tracing::trace_span!("store file", %key))
            .await
    }

    /// Says that a file of this name, which nobody else uses, may be stored from now on.
    pub(crate) fn announce(&mut self, key: &MediaKey) {
        self.stored.push(key.clone());
    }

    /// Removes the folder; what is stored stays.
    pub(crate) async fn remove(mut self) -> Result<(), MediaError> {
        self.when_dropped = WhenDropped::Leave;
        let path = self.path.clone();
        let removing = spawn_blocking(move || remove_folder(&path));
        removing
            .instrument(tracing::trace_span!("clear staging"))
            .await??;
        Ok(())
    }

    /// Removes the folder so that it does not come back with a loss of power: what it marks counts as left behind where it is found.
    pub(crate) async fn remove_durably(self) -> Result<(), MediaError> {
        let storage = self.storage.clone();
        self.remove().await?;
        Ok(spawn_blocking(move || storage.staging().sync()).await??)
    }

    /// Removes the folder, and before it whatever may be stored. What cannot be removed is tried again by
    /// [`MediaStorage::tend`], and by the next sweep.
    pub(crate) async fn settle(mut self) {
        if self.when_dropped == WhenDropped::Remove {
            let upload = std::mem::take(&mut self.what);
            if let Err(error) = self.remove().await {
                tracing::warn!(%error, %upload, "an upload that is not wanted is left for the next sweep");
            }
            return;
        }
        let unwanted = Unwanted {
            path: std::mem::take(&mut self.path),
            stored: std::mem::take(&mut self.stored),
        };
        if let Err(error) = unwanted.discard(&self.storage).await {
            tracing::warn!(%error, upload = self.what, "an upload that is not wanted is removed later");
            // Another attempt may be under way then: its folder stays for the next start.
            if self.attempt == Attempt::Only {
                self.storage.left().push(unwanted);
            }
        }
    }
}

/// An upload that goes, with whatever may be stored of it.
#[derive(Debug)]
pub(crate) struct Unwanted {
    path: PathBuf,
    stored: Vec<MediaKey>,
}

impl Unwanted {
    /// Removes what is stored, and then the folder.
    pub(super) async fn discard(&self, storage: &MediaStorage) -> Result<(), MediaError> {
        storage.forget(&self.path).await?;
        for key in &self.stored {
            storage.remove(key).await?;
        }
        let path = self.path.clone();
        Ok(spawn_blocking(move || remove_folder(&path)).await??)
    }
}

impl Drop for UploadFolder {
    fn drop(&mut self) {
        if self.when_dropped == WhenDropped::Leave {
            return;
        }
        let path = std::mem::take(&mut self.path);
        // What is logged of it belongs to the request that it came with.
        let span = tracing::Span::current();
        let upload = std::mem::take(&mut self.what);
        let remove = move || {
            if let Err(error) = remove_folder(&path) {
                span.in_scope(|| tracing::warn!(%error, %upload, "an unfinished upload is left for the next sweep"));
            }
        };
        // Removing half a gigabyte takes tens of milliseconds: not on an async thread.
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(remove)),
            Err(_) => remove(),
        }
    }
}
