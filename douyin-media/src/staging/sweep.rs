use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use super::{Claimed, LOCK, PROBE, Preparation, Staging, lock_gate, remove_folder};
use crate::{MediaError, MediaStorage};

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Unfinished uploads that no row names: removed with everything that was stored of them.
    pub removed: usize,
    /// Uploads that a row names; only their staging folder was left.
    pub kept: usize,
    /// Processes that use the same staging folder right now, and whose uploads were left alone.
    pub running: usize,
}

/// Why a sweep stopped. What it had not come to is left for the next one.
#[derive(Debug, thiserror::Error)]
pub enum SweepError<E> {
    /// A file could not be removed.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// Whether a row names the files of an upload could not be found out.
    #[error("whether a row names the files of an upload could not be found out")]
    Named(#[source] E),
}

impl MediaStorage {
    /// Settles the uploads of processes that ended before they could: where `is_named` says that a row names the files, they stay,
    /// otherwise they go. To be called when a server starts. Uploads of running processes are left alone.
    ///
    /// # Errors
    /// [`SweepError`]; what was not settled is left as it was, and [`tend`](Self::tend) tries again.
    pub async fn sweep<E>(
        &self,
        is_named: impl AsyncFn(Claimed) -> Result<bool, E>,
    ) -> Result<Swept, SweepError<E>> {
        let swept = self.sweep_dead_sessions(is_named).await;
        self.set_sweep_due(swept.is_err());
        swept
    }

    async fn sweep_dead_sessions<E>(
        &self,
        is_named: impl AsyncFn(Claimed) -> Result<bool, E>,
    ) -> Result<Swept, SweepError<E>> {
        let storage = self.clone();
        let (dead, running) = blocking(move || storage.staging().dead_sessions()).await?;
        let mut swept = Swept {
            running,
            ..Swept::default()
        };
        if running > 0 {
            tracing::info!(
                running,
                "other processes use the staging folder; their uploads are left alone"
            );
        }
        for (session, _lock) in dead {
            let (storage, folder) = (self.clone(), session.clone());
            for (claimed, upload) in blocking(move || uploads_in(&folder)).await? {
                // It may be published once more meanwhile, where it is kept elsewhere too.
                let _alone = self.wait_for(claimed).await?;
                if is_named(claimed).await.map_err(SweepError::Named)? {
                    swept.kept += 1;
                } else {
                    self.remove_files_of(claimed, &upload).await?;
                    swept.removed += 1;
                }
                blocking(move || remove_folder(&upload)).await?;
            }
            let folder = session.clone();
            for (preparation, folder) in blocking(move || preparations_in(&folder)).await? {
                self.forget(&folder).await?;
                for key in preparation.files() {
                    self.remove(&key).await?;
                }
                blocking(move || remove_folder(&folder)).await?;
            }
            blocking(move || storage.staging().remove(&session)).await?;
        }
        if swept.removed + swept.kept > 0 {
            tracing::info!(
                removed = swept.removed,
                kept = swept.kept,
                "settled unfinished uploads"
            );
        }
        Ok(swept)
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, MediaError> {
    Ok(spawn_blocking(work).await.map_err(MediaError::from)??)
}

/// The uploads of a session; what is not named like one is none of ours.
fn uploads_in(session: &Path) -> io::Result<Vec<(Claimed, PathBuf)>> {
    folders_in(session, Claimed::from_folder_name)
}

/// The preparations of a session.
fn preparations_in(session: &Path) -> io::Result<Vec<(Preparation, PathBuf)>> {
    folders_in(session, Preparation::from_folder_name)
}

fn folders_in<T>(session: &Path, of: impl Fn(&str) -> Option<T>) -> io::Result<Vec<(T, PathBuf)>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(session)? {
        let entry = entry?;
        if let Some(owner) = entry.file_name().to_str().and_then(&of) {
            folders.push((owner, entry.path()));
        }
    }
    Ok(folders)
}

impl Staging {
    /// Removes a session that has no uploads left; one that holds anything else stays.
    fn remove(&self, session: &Path) -> io::Result<()> {
        // Others who look for dead sessions would find half of it, and make its lock anew.
        let _gate = lock_gate(&self.root)?;
        let is_ours = |name: &OsStr| name == LOCK || name == PROBE;
        let others = fs::read_dir(session)?
            .filter(|entry| {
                entry
                    .as_ref()
                    .is_ok_and(|entry| !is_ours(&entry.file_name()))
            })
            .count();
        if others > 0 {
            tracing::warn!(session = %session.display(), "a staging folder holds files that are not of this program");
            return Ok(());
        }
        remove_folder(session)
    }
}
