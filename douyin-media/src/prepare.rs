//! What is made of a published video for players that like it better: an MP4 that every client plays, and a stream.

mod fetching;
mod making;

use std::io;
use std::sync::Arc;

use douyin_core::{MediaKey, VideoId};
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinError;

use crate::own_task::see_through;
use crate::staging::UploadFolder;
use crate::{MediaError, MediaStorage, NotAVideo, Run};
use making::Preparation;

/// What was made of a video. Where no row comes to name it, it goes with the next attempt, or with the video.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a row is to name it"]
pub struct Prepared {
    /// An MP4 that every client plays, where the upload is none.
    pub play: Option<MediaKey>,
    /// The multivariant playlist of its stream (HLS), where one could be made.
    pub stream: Option<MediaKey>,
}

/// Why nothing was made of a video. In every case nothing is left of the attempt.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// The file is not in the storage.
    #[error("there is no media file {0}")]
    Missing(MediaKey),
    /// The file is no video.
    #[error(transparent)]
    NotAVideo(#[from] NotAVideo),
    /// Not every client plays it, and it cannot be transcoded.
    #[error("{0}")]
    Undecodable(String),
    /// What earlier attempts of the job left cannot be removed. It is to be tried again until it can: nobody else would remove that.
    #[error("what earlier attempts left cannot be removed")]
    Left(#[source] MediaError),
    /// The machine is short of what transcoding takes.
    #[error("{0}")]
    Busy(String),
    /// Files or the storage failed.
    #[error(transparent)]
    Media(#[from] MediaError),
}

impl PrepareError {
    /// Whether it is the video that is at fault, and not this machine or the storage: every other attempt would fail like this one.
    #[must_use]
    pub const fn is_rejection(&self) -> bool {
        matches!(self, Self::NotAVideo(_) | Self::Undecodable(_))
    }
}

impl From<io::Error> for PrepareError {
    fn from(error: io::Error) -> Self {
        Self::Media(error.into())
    }
}

impl From<JoinError> for PrepareError {
    fn from(error: JoinError) -> Self {
        Self::Media(error.into())
    }
}

impl MediaStorage {
    /// Makes of a published video what is in [`Prepared`], and stores it durably under names that no other attempt uses.
    ///
    /// With `ffmpeg` a video that not every client plays is transcoded, and the stream has renditions of 720 and 480 pixels where it is
    /// larger than that. Without, H.264 with AAC is cut into a stream of one rendition, and other videos stay what they are.
    ///
    /// Begins by removing what [earlier attempts](Self::remove_attempts) of the job left. A caller who goes away ends it; nothing is left of it
    /// then, nor where it fails. After a crash the next sweep removes what is stored of it, or the next attempt. What was answered and is not
    /// committed goes with the next attempt, or with [`remove`](Self::remove).
    ///
    /// # Errors
    /// [`PrepareError`], which says whether another attempt makes sense.
    pub async fn prepare(
        &self,
        id: VideoId,
        play: &MediaKey,
        run: Run,
    ) -> Result<Prepared, PrepareError> {
        // Dropped with what waits here.
        let (_waits, gone) = oneshot::channel();
        let attempt = Attempt {
            storage: self.clone(),
            id,
            play: play.clone(),
            run,
        };
        let storage = self.clone();
        let remove = async move |unwanted| remove(&storage, unwanted).await;
        see_through(attempt.prepare(gone), remove).await
    }
}

/// An attempt that was asked for.
struct Attempt {
    storage: MediaStorage,
    id: VideoId,
    play: MediaKey,
    run: Run,
}

impl Attempt {
    async fn prepare(self, gone: oneshot::Receiver<()>) -> Result<Prepared, PrepareError> {
        let Self { storage, id, .. } = &self;
        (storage.remove_attempts(*id, self.run.job).await).map_err(PrepareError::Left)?;
        let mut folder = UploadFolder::of_preparation(storage.clone(), *id, self.run).await?;
        let busy = Arc::new(Mutex::new(()));
        let mut preparation = Preparation::new(storage, *id, self.run, &mut folder, &busy);
        let outcome = tokio::select! {
            outcome = preparation.make(&self.play) => outcome,
            _ = gone => Err(io::Error::from(io::ErrorKind::Interrupted).into()),
        };
        // What a thread still does with its files ends first.
        let _idle = busy.lock().await;
        match outcome {
            Ok(prepared) => {
                folder.remove_durably().await?;
                Ok(prepared)
            }
            Err(error) => {
                folder.settle().await;
                Err(error)
            }
        }
    }
}

/// Nobody waits for it any more.
async fn remove(storage: &MediaStorage, unwanted: Prepared) {
    for key in [unwanted.play, unwanted.stream].into_iter().flatten() {
        if let Err(error) = storage.remove(&key).await {
            tracing::warn!(%error, %key, "what was prepared for nobody is left for the next attempt");
        }
    }
}
