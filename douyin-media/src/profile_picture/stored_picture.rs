use douyin_core::MediaKey;

use crate::staging::UploadFolder;

/// A picture of a user that is stored, durably, and waits for a row that names it. Settle it as a video's upload is [settled](crate::Stored).
#[derive(Debug)]
#[must_use = "keep it once the row is committed, or discard it"]
pub struct StoredPicture {
    folder: UploadFolder,
    key: MediaKey,
}

impl StoredPicture {
    pub(super) const fn new(folder: UploadFolder, key: MediaKey) -> Self {
        Self { folder, key }
    }

    /// The JPEG.
    #[must_use]
    pub const fn key(&self) -> &MediaKey {
        &self.key
    }

    /// The row that names it is committed.
    pub async fn keep(self) {
        let Self { folder, key } = self;
        if let Err(error) = folder.remove().await {
            tracing::warn!(%error, picture = %key, "the staging folder of a picture is left for the next sweep");
        }
    }

    /// There is no row and will be none: removes it.
    pub async fn discard(self) {
        self.folder.settle().await;
    }
}
