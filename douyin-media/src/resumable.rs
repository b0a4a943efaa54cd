//! Uploads that come in over several requests, for connections that break: each goes on where the one before ended, even after the
//! end of a process.
//!
//! ```text
//! staging/resumable/lock          locked while one is made
//! staging/resumable/<id>/record   what was said when it began
//! staging/resumable/<id>/upload   its bytes
//! staging/resumable/<id>/offset   how many of them are durable; locked by whoever writes, publishes or removes it
//! ```
//!
//! The disk is all the state that there is, so processes that share the folder agree, and `kill -9` is nothing special. A folder
//! that is being made or removed has another name: it is there as a whole, or not at all.

mod complete;
mod error;
mod progress;
mod record;
mod shelf;
mod writer;

use douyin_core::{Timestamp, UserId, VideoId};
use tokio::task::spawn_blocking;

pub use self::complete::CompleteUpload;
pub use self::error::ResumableError;
pub(crate) use self::shelf::Shelf;
pub use self::writer::ResumableWriter;
use crate::{MediaError, MediaStorage};

/// An upload that comes in over several requests, as it was agreed on when it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumableUpload {
    /// The id that its video will have.
    pub id: VideoId,
    /// Whose it is: nobody else sees it.
    pub owner: UserId,
    /// How many bytes it will have.
    pub length: u64,
    /// Until when it is kept.
    pub expires: Timestamp,
    /// What the client wants to be told again, in one line.
    pub metadata: String,
}

/// How many uploads may be unfinished at the same time, and how large those of an owner may be together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumableBounds {
    /// Of one owner.
    pub of_one: usize,
    /// Of all owners.
    pub in_all: usize,
    /// The most bytes that those of the owner may have together when they are complete; `None` for any.
    pub bytes_of_one: Option<u64>,
}

impl MediaStorage {
    /// Begins an upload that may come in over several requests.
    ///
    /// # Errors
    /// [`ResumableError::TooMany`], [`ResumableError::OverQuota`] by the bounds; [`MediaError::TooLarge`] by those of the storage;
    /// [`MediaError::Away`] where it could not be stored anyway; otherwise where files fail.
    pub async fn begin_resumable(
        &self,
        upload: ResumableUpload,
        bounds: ResumableBounds,
    ) -> Result<(), ResumableError> {
        self.admit()?;
        let limit = self.options().max_upload_bytes;
        if upload.length > limit {
            return Err(MediaError::TooLarge { limit }.into());
        }
        self.on_shelf(move |shelf| shelf.make(&upload, bounds))
            .await
    }

    /// What was agreed on, and how many bytes are there, durably.
    ///
    /// # Errors
    /// [`ResumableError::NotFound`] where there is none of this owner; otherwise where files fail.
    pub async fn resumable(
        &self,
        id: VideoId,
        owner: UserId,
    ) -> Result<(ResumableUpload, u64), ResumableError> {
        self.on_shelf(move |shelf| shelf.look(id, owner)).await
    }

    /// Goes on with one, from `offset`. Nobody else can before the writer is gone.
    ///
    /// # Errors
    /// [`ResumableError::NotFound`], [`ResumableError::InUse`], [`ResumableError::WrongOffset`]; otherwise where files fail.
    pub async fn resume(
        &self,
        id: VideoId,
        owner: UserId,
        offset: u64,
    ) -> Result<ResumableWriter, ResumableError> {
        self.admit()?;
        let storage = self.clone();
        self.on_shelf(move |shelf| {
            let taken = shelf.take(id, owner)?;
            if taken.offset != offset {
                return Err(ResumableError::WrongOffset {
                    offset: taken.offset,
                });
            }
            Ok(ResumableWriter::new(storage, taken.open()?, taken))
        })
        .await
    }

    /// Takes one of which everything came in, to publish it. Nobody else can before that is gone.
    ///
    /// # Errors
    /// [`ResumableError::NotFound`], [`ResumableError::InUse`], [`ResumableError::Incomplete`]; otherwise where files fail.
    pub async fn complete_resumable(
        &self,
        id: VideoId,
        owner: UserId,
    ) -> Result<CompleteUpload, ResumableError> {
        let storage = self.clone();
        self.on_shelf(move |shelf| {
            let taken = shelf.take(id, owner)?;
            if taken.offset != taken.upload.length {
                return Err(ResumableError::Incomplete);
            }
            Ok(CompleteUpload::new(storage, taken))
        })
        .await
    }

    /// Removes one.
    ///
    /// # Errors
    /// [`ResumableError::NotFound`], [`ResumableError::InUse`]; otherwise where files fail.
    pub async fn remove_resumable(&self, id: VideoId, owner: UserId) -> Result<(), ResumableError> {
        self.on_shelf(move |shelf| shelf.remove(&shelf.take(id, owner)?))
            .await
    }

    /// Removes those that are kept no longer, and answers how many. Those that are in use stay for the next time.
    ///
    /// # Errors
    /// [`MediaError::Io`] where files fail.
    pub async fn remove_expired_resumables(&self, now: Timestamp) -> Result<usize, MediaError> {
        self.on_shelf(move |shelf| Ok(shelf.remove_expired(now)?))
            .await
    }

    async fn on_shelf<T: Send + 'static, E: From<MediaError> + Send + 'static>(
        &self,
        work: impl FnOnce(&Shelf) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let storage = self.clone();
        spawn_blocking(move || work(storage.staging().shelf()))
            .await
            .map_err(MediaError::from)?
    }
}
