use std::collections::HashMap;
use std::future;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use douyin_core::VideoId;
use tokio::sync::watch;

use super::progress::ProgressFile;

/// Who has which upload in this process: whoever needs one can ask them to let it go. Of other processes the locks of files alone tell.
#[derive(Debug, Default)]
pub(super) struct Holders(Mutex<Asking>);

type Asking = HashMap<VideoId, watch::Sender<bool>>;

/// What an upload is had alone with, until this is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    /// Before the hold, as fields are dropped in order: who waits for the end of that finds the file unlocked.
    pub(super) file: ProgressFile,
    pub(super) hold: Hold,
}

/// Kept by whoever has an upload, for as long as that lasts.
#[derive(Debug)]
pub(super) struct Hold(watch::Receiver<bool>);

/// Somebody of this process who has an upload.
#[derive(Debug)]
pub(super) struct Holder(watch::Sender<bool>);

/// Why an upload is not to be had.
#[derive(Debug)]
pub(super) enum Held {
    /// This one has it.
    By(Holder),
    /// Another process has it.
    Elsewhere,
}

impl Holders {
    /// Takes an upload by the lock of its file.
    pub(super) fn take(
        &self,
        id: VideoId,
        try_lock: impl FnOnce() -> io::Result<Option<ProgressFile>>,
    ) -> io::Result<Result<Lock, Held>> {
        let mut holders = self.lock();
        holders.retain(|_, holder| !holder.is_closed());
        // Before the lock is tried: who lets it go in between is waited for, which is over at once.
        let holder = holders.get(&id).cloned();
        let Some(file) = try_lock()? else {
            return Ok(Err(
                holder.map_or(Held::Elsewhere, |it| Held::By(Holder(it)))
            ));
        };
        Ok(Ok(Lock::known_to(&mut holders, id, file)))
    }

    /// Makes known that an upload is had whose file was locked.
    pub(super) fn add(&self, id: VideoId, file: ProgressFile) -> Lock {
        Lock::known_to(&mut self.lock(), id, file)
    }

    /// No step under this lock leaves it half done.
    fn lock(&self) -> MutexGuard<'_, Asking> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lock {
    fn known_to(holders: &mut Asking, id: VideoId, file: ProgressFile) -> Self {
        let (asking, asked) = watch::channel(false);
        holders.insert(id, asking);
        let hold = Hold(asked);
        Self { file, hold }
    }
}

impl Hold {
    /// Ends when somebody else needs the upload.
    pub(super) async fn asked(&self) {
        if self.0.clone().wait_for(|is_asked| *is_asked).await.is_err() {
            future::pending::<()>().await;
        }
    }
}

impl Holder {
    /// Asks for the upload, and waits until this one does not have it any more.
    pub(super) async fn let_go(self) {
        self.0.send_replace(true);
        self.0.closed().await;
    }
}
