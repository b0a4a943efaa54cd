//! The folder in which uploads wait until they are settled.
//!
//! ```text
//! staging/gate                 locked while a session is made, found dead, or removed
//! staging/session-0/lock       locked for as long as the process that made it lives
//! staging/session-0/<video>/   an unfinished upload: its presence is the marker
//! staging/session-0/picture-<user>-<picture>/   the same of a picture
//! staging/session-0/prepare-<video>-<job>-<attempt>/   a video that is being prepared: no row names anything of that attempt
//! staging/resumable/           uploads that outlive a process: see `resumable`
//! ```

mod claimed;
mod folder;
mod preparation;
mod sweep;
mod tending;

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::durable::{create_folder, sync_folder};
use crate::resumable::Shelf;

pub use claimed::Claimed;
pub(crate) use folder::{Unwanted, UploadFolder};
use preparation::Preparation;
pub use sweep::{SweepError, Swept};

const GATE: &str = "gate";
const LOCK: &str = "lock";
const RESUMABLE: &str = "resumable";
/// The name of an upload inside its folder: never the client's.
pub(crate) const UPLOAD: &str = "upload";
/// A file that is written to see whether it can be: no name of an upload, nor of a file that is served.
pub(crate) const PROBE: &str = "ready";

/// The staging folder as one process uses it: its uploads are in a session of their own, which no other process touches
/// while this one lives.
#[derive(Debug)]
pub(crate) struct Staging {
    root: PathBuf,
    session: PathBuf,
    shelf: Shelf,
    /// Held until the process ends, however it ends.
    _lock: File,
}

impl Staging {
    pub(crate) fn open(root: PathBuf) -> io::Result<Self> {
        let private = private_folders();
        create_folder(&private, &root)?;
        // First: on a disk that unfinished uploads have filled it makes the room that a session needs.
        let shelf = Shelf::open(root.join(RESUMABLE))?;
        let _gate = lock_gate(&root)?;
        let mut number = 0;
        let session = loop {
            let session = root.join(format!("session-{number}"));
            match private.create(&session) {
                Ok(()) => break session,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        };
        // Lost with its uploads, it would take the markers of stored files with it.
        sync_folder(&root)?;
        let lock = File::create(session.join(LOCK))?;
        lock.lock()?;
        Ok(Self {
            shelf,
            root,
            session,
            _lock: lock,
        })
    }

    /// Makes the markers of uploads survive a loss of power.
    pub(crate) fn sync(&self) -> io::Result<()> {
        sync_folder(&self.session)
    }

    /// Where uploads are that come in over several requests.
    pub(crate) const fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The folder that uploads have their folders in.
    pub(crate) fn session(&self) -> &Path {
        &self.session
    }

    /// The sessions of processes that are gone, each with its lock, now held here; and how many live besides this one.
    fn dead_sessions(&self) -> io::Result<(Vec<(PathBuf, File)>, usize)> {
        let _gate = lock_gate(&self.root)?;
        let (mut dead, mut alive) = (Vec::new(), 0);
        for entry in fs::read_dir(&self.root)? {
            let path = entry?.path();
            if !path.is_dir() || path == self.session || path.ends_with(RESUMABLE) {
                continue;
            }
            // Made anew where a sweep or a start was cut short in between.
            let lock = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(path.join(LOCK))?;
            match lock.try_lock() {
                Ok(()) => dead.push((path, lock)),
                Err(TryLockError::WouldBlock) => alive += 1,
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok((dead, alive))
    }
}

/// Makes folders that nobody else looks into, whatever the mode of what is in them: uploads are nobody's business before they are published.
pub(crate) fn private_folders() -> DirBuilder {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Waits for other processes, which hold it for a moment only.
fn lock_gate(root: &Path) -> io::Result<File> {
    let gate = File::create(root.join(GATE))?;
    gate.lock()?;
    Ok(gate)
}

/// Removes a folder with all that is in it, if it is there.
pub(crate) fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
