use douyin_core::{MediaKey, VideoId};

use crate::VideoInfo;
use crate::staging::UploadFolder;

/// An upload whose files are stored, durably, and wait for a row that names them.
///
/// Settle it by [`keep`](Self::keep) or [`discard`](Self::discard) as soon as the row is known to exist, or known never
/// to. Where neither is known (the database did not answer, the caller went away) drop it: the files stay until the next
/// [`sweep`](crate::MediaStorage::sweep) finds out.
#[derive(Debug)]
#[must_use = "keep it once the row is committed, or discard it"]
pub struct Stored {
    folder: UploadFolder,
    id: VideoId,
    play: MediaKey,
    cover: MediaKey,
    bytes: u64,
    info: VideoInfo,
}

impl Stored {
    pub(crate) const fn new(
        folder: UploadFolder,
        id: VideoId,
        play: MediaKey,
        cover: MediaKey,
        bytes: u64,
        info: VideoInfo,
    ) -> Self {
        Self {
            folder,
            id,
            play,
            cover,
            bytes,
            info,
        }
    }

    /// The id that the upload began with.
    #[must_use]
    pub const fn id(&self) -> VideoId {
        self.id
    }

    /// The video file.
    #[must_use]
    pub const fn play(&self) -> &MediaKey {
        &self.play
    }

    /// Its cover.
    #[must_use]
    pub const fn cover(&self) -> &MediaKey {
        &self.cover
    }

    /// How large the video file is, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What the video declares of itself.
    #[must_use]
    pub const fn info(&self) -> &VideoInfo {
        &self.info
    }

    /// Whether there may be a row that names the files though this attempt's was refused: an earlier attempt at the same upload stored them
    /// under the same names, and its answer was lost.
    #[must_use]
    pub fn may_have_a_row(&self) -> bool {
        self.folder.is_of_many_attempts()
    }

    /// The row that names the files is committed.
    pub async fn keep(self) {
        let id = self.id();
        if let Err(error) = self.folder.remove().await {
            tracing::warn!(%error, video = %id, "the staging folder of a published video is left for the next sweep");
        }
    }

    /// There is no row and will be none: removes the files.
    pub async fn discard(self) {
        self.folder.settle().await;
    }
}
