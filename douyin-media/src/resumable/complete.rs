use std::fs::{self, File};
use std::io;
use std::path::Path;

use douyin_core::VideoId;
use tokio::task::spawn_blocking;

use super::shelf::Taken;
use crate::incoming::UploadFile;
use crate::staging::{Claimed, UPLOAD, UploadFolder};
use crate::{Incoming, MediaError, MediaStorage, Stored};

/// An upload of which everything came in over several requests, for whoever publishes it: nobody else can until this is dropped.
///
/// Crashes are survived like this: until [`remove`](Self::remove) the upload stays as it is beside what is stored, to be published
/// once more. So whoever publishes looks first whether its row exists, removes it where that is so, and publishes it otherwise.
#[derive(Debug)]
#[must_use = "remove it once its row is committed, or it is refused"]
pub struct CompleteUpload {
    storage: MediaStorage,
    taken: Taken,
}

impl CompleteUpload {
    pub(super) const fn new(storage: MediaStorage, taken: Taken) -> Self {
        Self { storage, taken }
    }

    /// The id that the upload began with.
    #[must_use]
    pub const fn id(&self) -> VideoId {
        self.taken.upload.id
    }

    /// Recognises the upload, makes its cover and stores both, as [`Incoming::finish`] does. The upload stays. What an earlier attempt
    /// may have stored, whose row does not exist, is replaced.
    ///
    /// # Errors
    /// Those of [`Incoming::finish`].
    pub async fn finish(&self) -> Result<Stored, MediaError> {
        let folder =
            UploadFolder::create_again(self.storage.clone(), Claimed::Video(self.id())).await?;
        let (from, to) = (self.taken.path(), folder.path().join(UPLOAD));
        let file = spawn_blocking(move || {
            link(&from, &to)?;
            File::options().read(true).write(true).open(to)
        });
        let file = UploadFile::behind(file.await??, self.taken.upload.length);
        Incoming::of_file(self.id(), file, folder).finish().await
    }

    /// Removes it: its row is committed, or it will never have one.
    pub async fn remove(self) {
        let id = self.id();
        let Self { storage, taken } = self;
        let removing = storage.on_shelf(move |shelf| Ok::<_, MediaError>(shelf.remove(&taken)?));
        if let Err(error) = removing.await {
            tracing::warn!(%error, video = %id, "an upload that is done with stays until it expires");
        }
    }
}

/// A second name for what is never written again, or a copy where the filesystem has no such.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => fs::copy(from, to).map(drop),
        linked => linked,
    }
}
