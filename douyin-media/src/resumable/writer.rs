use std::fs::File;
use std::future;
use std::sync::Arc;

use douyin_core::Timestamp;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::shelf::{self, Taken};
use super::{ResumableError, ResumableProgress, ResumableUpload};
use crate::incoming::UploadFile;
use crate::{MediaError, MediaStorage};

/// After so many bytes they are made durable while more come in: no more come twice after a crash.
const CHECKPOINT: u64 = 16 << 20;

/// Takes further bytes of an upload. What came in is kept whatever ends the request: [`finish`](Self::finish) waits for that,
/// dropping it leaves it to a task.
#[derive(Debug)]
pub struct ResumableWriter {
    storage: MediaStorage,
    /// `None` once it is finished.
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    file: UploadFile,
    taken: Arc<Taken>,
    durable: ResumableProgress,
    /// When the last bytes came in.
    latest: Timestamp,
}

impl ResumableWriter {
    pub(super) fn new(storage: MediaStorage, file: File, taken: Taken) -> Self {
        let durable = taken.progress;
        Self {
            storage,
            open: Some(Open {
                file: UploadFile::behind(file, durable.offset),
                taken: Arc::new(taken),
                durable,
                latest: durable.at,
            }),
        }
    }

    /// What was agreed on.
    ///
    /// # Panics
    /// Never: it is finished by value.
    #[must_use]
    pub fn upload(&self) -> &ResumableUpload {
        let open = self.open.as_ref().expect("it is finished by value");
        &open.taken.upload
    }

    /// Ends when another request of the owner's needs the upload: then it is to be finished at once.
    pub async fn asked_for(&self) {
        match &self.open {
            Some(open) => open.taken.lock.hold.asked().await,
            None => future::pending().await,
        }
    }

    /// Takes the next bytes, which came in `now`.
    ///
    /// # Errors
    /// [`ResumableError::BeyondLength`], which takes none of them; otherwise where files fail.
    pub async fn write(&mut self, bytes: &[u8], now: Timestamp) -> Result<(), ResumableError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let end = open.file.len().saturating_add(bytes.len() as u64);
        if end > open.taken.upload.length {
            return Err(ResumableError::BeyondLength);
        }
        open.latest = now;
        open.file.write(bytes).await?;
        self.storage.meter().count_received(bytes.len());
        if end - open.durable.offset >= CHECKPOINT {
            open.sync().await?;
        }
        Ok(())
    }

    /// Makes durable what came in, and answers how far the upload is.
    ///
    /// # Errors
    /// Where files fail.
    ///
    /// # Panics
    /// Never: it is finished by value.
    pub async fn finish(mut self) -> Result<ResumableProgress, MediaError> {
        let open = self.open.as_mut().expect("it is finished by value");
        open.sync().await?;
        let durable = open.durable;
        self.open = None;
        Ok(durable)
    }
}

impl Open {
    async fn sync(&mut self) -> Result<(), MediaError> {
        let progress = ResumableProgress {
            offset: self.file.len(),
            at: self.latest,
        };
        if progress.offset == self.durable.offset {
            return Ok(());
        }
        self.file.sync().await?;
        let taken = Arc::clone(&self.taken);
        spawn_blocking(move || taken.lock.file.set(progress)).await??;
        self.durable = progress;
        Ok(())
    }

    /// Gives back the room of what could not be made durable: the disk may be full of it.
    async fn cut(self) {
        let (taken, durable) = (self.taken, self.durable.offset);
        let cutting = spawn_blocking(move || shelf::cut(&taken.path(), durable));
        if let Err(error) = cutting
            .await
            .map_err(MediaError::from)
            .and_then(|cut| Ok(cut?))
        {
            tracing::warn!(%error, "what does not count of an upload takes room until it goes on");
        }
    }
}

impl Drop for ResumableWriter {
    fn drop(&mut self) {
        let unfinished = self
            .open
            .take()
            .filter(|open| open.file.len() > open.durable.offset);
        if let Some(mut open) = unfinished
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(async move {
                if let Err(error) = open.sync().await {
                    tracing::warn!(%error, "the end of a request that broke off is lost");
                    open.cut().await;
                }
            });
        }
    }
}
