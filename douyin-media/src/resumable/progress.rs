use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use douyin_core::Timestamp;

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumableProgress {
    /// How many of its bytes are durable.
    pub offset: u64,
    /// When the last of them came in; when it began, where there are none.
    pub at: Timestamp,
}

/// The file that says how far an upload is: two numbers of eight bytes, written in one piece after the bytes that they count were forced
/// to the disk. What lies behind those may be there or not after a loss of power, and counts for nothing.
#[derive(Debug)]
pub(super) struct ProgressFile(File);

impl ProgressFile {
    /// That of an upload of which nothing is there.
    pub(super) fn create(path: &Path, at: Timestamp) -> io::Result<()> {
        let this = Self(File::create_new(path)?);
        this.set(ResumableProgress { offset: 0, at })
    }

    /// What it says right now, whoever writes meanwhile.
    pub(super) fn peek(path: &Path) -> io::Result<ResumableProgress> {
        Self(File::open(path)?).get()
    }

    /// Has it alone until it is dropped; `None` where somebody else does.
    pub(super) fn try_lock(path: &Path) -> io::Result<Option<Self>> {
        let file = File::options().read(true).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Has it alone, once nobody else does.
    pub(super) fn lock(path: &Path) -> io::Result<Self> {
        let file = File::options().read(true).write(true).open(path)?;
        file.lock()?;
        Ok(Self(file))
    }

    pub(super) fn get(&self) -> io::Result<ResumableProgress> {
        let (mut offset, mut at) = ([0; 8], [0; 8]);
        (&self.0).seek(SeekFrom::Start(0))?;
        (&self.0).read_exact(&mut offset)?;
        (&self.0).read_exact(&mut at)?;
        Ok(ResumableProgress {
            offset: u64::from_be_bytes(offset),
            at: Timestamp::from_millis(i64::from_be_bytes(at)),
        })
    }

    /// Says so, durably.
    pub(super) fn set(&self, progress: ResumableProgress) -> io::Result<()> {
        let ResumableProgress { offset, at } = progress;
        let numbers = [offset.to_be_bytes(), at.as_millis().to_be_bytes()];
        (&self.0).seek(SeekFrom::Start(0))?;
        (&self.0).write_all(numbers.as_flattened())?;
        self.0.sync_data()
    }
}

impl Drop for ProgressFile {
    fn drop(&mut self) {
        // Closing it is not enough for as long as a child that is just being started has a copy.
        if let Err(error) = self.0.unlock() {
            tracing::debug!(%error, "an upload was not unlocked");
        }
    }
}
