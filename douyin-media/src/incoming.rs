pub(crate) mod index_first;
mod upload_file;

use std::fs::File;
use std::sync::Arc;

use douyin_core::{MediaKey, VideoId};
use tokio::task::spawn_blocking;
use tracing::Instrument as _;

use crate::cover::CoverFiles;
use crate::own_task::see_through;
use crate::staging::{Claimed, UPLOAD, UploadFolder};
use crate::{
    Accept, IndexPlace, MediaError, MediaStorage, NotAVideo, Stored, VideoInfo, key, probe,
};
pub(crate) use upload_file::UploadFile;

/// An upload that is coming in. Dropping it removes all of it.
#[derive(Debug)]
pub struct Incoming {
    id: VideoId,
    file: UploadFile,
    folder: UploadFolder,
    limit: u64,
}

impl MediaStorage {
    /// Begins an upload of the video that will have this id.
    ///
    /// # Errors
    /// [`MediaError::Away`] where it could not be stored anyway.
    /// [`MediaError::Io`] or [`MediaError::Full`] where its folder or file cannot be made; an id that is used twice at
    /// the same time is such a case.
    pub async fn begin(&self, id: VideoId) -> Result<Incoming, MediaError> {
        self.admit()?;
        let folder = UploadFolder::create(self.clone(), Claimed::Video(id)).await?;
        let path = folder.path().join(UPLOAD);
        let file = spawn_blocking(move || {
            File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .open(path)
        })
        .await??;
        Ok(Incoming::of_file(id, UploadFile::behind(file, 0), folder))
    }
}

impl Incoming {
    pub(crate) fn of_file(id: VideoId, file: UploadFile, folder: UploadFolder) -> Self {
        let limit = folder.storage().options().max_upload_bytes;
        Self {
            id,
            file,
            folder,
            limit,
        }
    }

    /// Takes the next bytes, to the disk and not into memory: half a megabyte at most waits to be written.
    ///
    /// # Errors
    /// [`MediaError::TooLarge`] where the upload has more bytes than the storage allows; [`MediaError::Full`],
    /// [`MediaError::Io`] where they cannot be written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), MediaError> {
        if self.file.len() + bytes.len() as u64 > self.limit {
            return Err(MediaError::TooLarge { limit: self.limit });
        }
        self.file.write(bytes).await?;
        self.folder.storage().meter().count_received(bytes.len());
        Ok(())
    }

    /// How many bytes came in so far.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.file.len()
    }

    /// Recognises the upload, makes its cover and stores both, durably, under names of their own.
    ///
    /// A caller who goes away meanwhile leaves nothing behind.
    ///
    /// # Errors
    /// [`MediaError::NotAVideo`] where it is no playable video; [`MediaError::Exists`] where the id was used before, whose
    /// files stay as they are; otherwise where files or the storage fail. In every case nothing of it is left.
    pub async fn finish(self) -> Result<Stored, MediaError> {
        let meter = Arc::clone(self.folder.storage().meter());
        let storing = async move { meter.time_storing(self.store()).await };
        see_through(storing, Stored::discard).await
    }

    /// Removes what came in so far. Dropping does the same, a little later.
    pub async fn cancel(self) {
        let Self { file, folder, .. } = self;
        drop(file);
        folder.settle().await;
    }

    async fn store(self) -> Result<Stored, MediaError> {
        let Self {
            id,
            file,
            mut folder,
            ..
        } = self;
        let bytes = file.len();
        match store_files(id, file, &mut folder).await {
            Ok(Files { play, cover, info }) => {
                Ok(Stored::new(folder, id, play, cover, bytes, info))
            }
            Err(error) => {
                folder.settle().await;
                Err(error)
            }
        }
    }
}

/// What became of an upload.
struct Files {
    play: MediaKey,
    cover: MediaKey,
    info: VideoInfo,
}

async fn store_files(
    id: VideoId,
    file: UploadFile,
    folder: &mut UploadFolder,
) -> Result<Files, MediaError> {
    let storage = folder.storage().clone();
    let (limits, accept) = (storage.options().video.clone(), storage.options().accept);
    let file = file.into_file().await?;
    let recognising = spawn_blocking(move || {
        let video = probe::recognise_parts(&file, &limits)?;
        if accept == Accept::PlaysEverywhere && !video.info.plays_everywhere {
            return Err(NotAVideo::NotEverywhere.into());
        }
        Ok::<_, MediaError>((file, video))
    });
    let recognised = recognising.instrument(tracing::trace_span!("recognise"));
    let (mut file, mut video) = recognised.await??;
    if video.info.index == IndexPlace::Last {
        let (path, limits) = (folder.path().join(UPLOAD), storage.options().video.clone());
        let rewriting =
            spawn_blocking(move || index_first::rewrite(&path, file, video.info, &limits));
        let rewritten = rewriting.instrument(tracing::trace_span!("fast start"));
        (file, video.info) = rewritten.await??;
    }
    let covering = storage.covers().make(id, &video, folder.path());
    let (synced, picture) = tokio::join!(
        spawn_blocking(move || file.sync_all()).instrument(tracing::trace_span!("sync")),
        covering.instrument(tracing::trace_span!("make cover")),
    );
    synced??;
    let CoverFiles { jpeg, webp } = picture?;
    let (play, cover) = (key::video(id, video.info.container), key::cover(id));
    // The small ones first: the first takes the id where a large one cannot be told to replace nothing.
    let mut files = vec![(folder.write("cover", jpeg).await?, cover.clone())];
    if let Some((webp, smaller)) = webp.zip(key::webp_of(&cover)) {
        files.push((folder.write("cover.webp", webp).await?, smaller));
    }
    files.push((folder.path().join(UPLOAD), play.clone()));
    let storing = async {
        folder.mark().await?;
        for (file, key) in files {
            folder.store(file, key).await?;
        }
        Ok::<_, MediaError>(())
    };
    storing.instrument(tracing::trace_span!("store")).await?;
    Ok(Files {
        play,
        cover,
        info: video.info,
    })
}
