//! Uploads that come in over several requests, for connections that break: each goes on where the one before ended, even after the
//! end of a process.
//!
//! ```text
//! staging/resumable/lock          locked while one is made
//! staging/resumable/<id>/record   what was said when it began
//! staging/resumable/<id>/upload   its bytes
//! staging/resumable/<id>/offset   how many of them are durable, and since when; locked by whoever writes, publishes or removes it
//! ```
//!
//! The disk is all the state that counts, so processes that share the folder agree, and `kill -9` is nothing special. A folder
//! that is being made or removed has another name: it is there as a whole, or not at all.
//!
//! A request of a connection that is gone may hang for as long as the server has patience with it. So whoever needs an upload asks who
//! has it in this process to let it go, which is all that memory knows of uploads.

mod complete;
mod error;
mod holders;
mod progress;
mod record;
mod shelf;
mod writer;

use std::net::IpAddr;

use douyin_core::{Timestamp, UserId, VideoId};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

pub use self::complete::CompleteUpload;
pub use self::error::ResumableError;
use self::holders::{Held, Lock};
pub use self::progress::ResumableProgress;
pub(crate) use self::shelf::Shelf;
use self::shelf::Taken;
pub use self::writer::ResumableWriter;
use crate::{Claimed, MediaError, MediaStorage};

/// An upload that comes in over several requests, as it was agreed on when it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumableUpload {
    /// The id that its video will have.
    pub id: VideoId,
    /// Whose it is: nobody else sees it.
    pub owner: UserId,
    /// Where it was begun; `None` where that is not known.
    pub network: Option<IpAddr>,
    /// How many bytes it will have.
    pub length: u64,
    /// So long it is kept after the last bytes came in.
    pub kept_millis: i64,
    /// What the client wants to be told again, in one line.
    pub metadata: String,
}

impl ResumableUpload {
    /// Until when it is kept, where it does not get any further. From then on there is none.
    #[must_use]
    pub const fn expires(&self, progress: ResumableProgress) -> Timestamp {
        progress.at.plus_millis(self.kept_millis)
    }
}

/// How many uploads may be unfinished at the same time, and how large those of an owner may be together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumableBounds {
    /// Of one owner.
    pub of_one: usize,
    /// From one network.
    pub of_network: usize,
    /// Of all owners.
    pub in_all: usize,
    /// The most bytes that those of the owner may have together when they are complete; `None` for any.
    pub bytes_of_one: Option<u64>,
}

impl MediaStorage {
    /// Begins an upload that may come in over several requests. Where there are as many as are allowed, in all or of its network, the one
    /// is removed for it that nothing came in of for longest: for an hour at least, or five minutes where nothing ever did. Where there
    /// is none such of all, one of the network with the most goes, if that still has no fewer than the newcomer's then.
    ///
    /// # Errors
    /// [`ResumableError::TooMany`], [`ResumableError::Full`], [`ResumableError::OverQuota`] by the bounds; [`MediaError::TooLarge`] by
    /// those of the storage; [`MediaError::Away`] where it could not be stored anyway; otherwise where files fail.
    pub async fn begin_resumable(
        &self,
        upload: ResumableUpload,
        bounds: ResumableBounds,
        now: Timestamp,
    ) -> Result<(), ResumableError> {
        self.admit()?;
        let limit = self.options().max_upload_bytes;
        if upload.length > limit {
            return Err(MediaError::TooLarge { limit }.into());
        }
        self.on_shelf(move |shelf| shelf.make(&upload, bounds, now))
            .await
    }

    /// What was agreed on, and how far the upload is.
    ///
    /// # Errors
    /// [`ResumableError::NotFound`] where there is none of this owner; otherwise where files fail.
    pub async fn resumable(
        &self,
        id: VideoId,
        owner: UserId,
        now: Timestamp,
    ) -> Result<(ResumableUpload, ResumableProgress), ResumableError> {
        self.on_shelf(move |shelf| shelf.look(id, owner, now)).await
    }

    /// Goes on with one, from `offset`. Who writes it meanwhile is [asked](ResumableWriter::asked_for) to let it go.
    ///
    /// # Errors
    /// [`ResumableError::NotFound`], [`ResumableError::InUse`], [`ResumableError::WrongOffset`]; otherwise where files fail.
    pub async fn resume(
        &self,
        id: VideoId,
        owner: UserId,
        offset: u64,
        now: Timestamp,
    ) -> Result<ResumableWriter, ResumableError> {
        self.admit()?;
        let taken = self.take(id, owner, now).await?;
        let durable = taken.progress.offset;
        if durable != offset {
            return Err(ResumableError::WrongOffset { offset: durable });
        }
        let storage = self.clone();
        self.on_shelf(move |_| Ok(ResumableWriter::new(storage, taken.open()?, taken)))
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
        now: Timestamp,
    ) -> Result<CompleteUpload, ResumableError> {
        let taken = self.take(id, owner, now).await?;
        if taken.progress.offset == taken.upload.length {
            Ok(CompleteUpload::new(self.clone(), taken))
        } else {
            Err(ResumableError::Incomplete)
        }
    }

    /// Removes one.
    ///
    /// # Errors
    /// [`ResumableError::NotFound`], [`ResumableError::InUse`]; otherwise where files fail.
    pub async fn remove_resumable(
        &self,
        id: VideoId,
        owner: UserId,
        now: Timestamp,
    ) -> Result<(), ResumableError> {
        let taken = self.take(id, owner, now).await?;
        self.on_shelf(move |shelf| Ok(shelf.remove(&taken)?)).await
    }

    /// Removes those that have expired, and those that are damaged and were left alone for a day, and answers how many. Those that are in
    /// use stay for the next time.
    ///
    /// # Errors
    /// [`MediaError::Io`] where files fail.
    pub async fn remove_expired_resumables(&self, now: Timestamp) -> Result<usize, MediaError> {
        self.on_shelf(move |shelf| Ok(shelf.remove_expired(now)?))
            .await
    }

    /// Has an upload alone, once whoever else has it in this process has let it go.
    async fn take(
        &self,
        id: VideoId,
        owner: UserId,
        now: Timestamp,
    ) -> Result<Taken, ResumableError> {
        let taking = async {
            loop {
                let trying = self.on_shelf(move |shelf| {
                    shelf.look(id, owner, now)?;
                    shelf.take(id)?.ok_or(ResumableError::NotFound)
                });
                match trying.await? {
                    Ok(taken) => return Ok(taken),
                    Err(Held::By(holder)) => holder.let_go().await,
                    Err(Held::Elsewhere) => return Err(ResumableError::InUse),
                }
            }
        };
        let in_time = timeout(self.options().resumable_wait, taking).await;
        in_time.unwrap_or(Err(ResumableError::InUse))
    }

    /// Waits until nobody has the upload of this, whosever it is, and has it then; `None` where there is none.
    pub(crate) async fn wait_for(&self, claimed: Claimed) -> Result<Option<Lock>, MediaError> {
        let Claimed::Video(id) = claimed else {
            return Ok(None);
        };
        loop {
            let locking = self.on_shelf(move |shelf| Ok::<_, MediaError>(shelf.try_lock(id)?));
            match locking.await? {
                Some(Ok(lock)) => return Ok(Some(lock)),
                Some(Err(Held::By(holder))) => holder.let_go().await,
                Some(Err(Held::Elsewhere)) => break,
                None => return Ok(None),
            }
        }
        self.on_shelf(move |shelf| Ok(shelf.lock(id)?)).await
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
