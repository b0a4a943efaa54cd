use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// How many bytes of an upload are durable: eight bytes of a file, written in one piece after what they count was forced to the
/// disk. What lies behind them may be there or not after a loss of power, and counts for nothing.
#[derive(Debug)]
pub(super) struct Progress(File);

impl Progress {
    /// That of an upload of which nothing is there.
    pub(super) fn create(path: &Path) -> io::Result<()> {
        let this = Self(File::create_new(path)?);
        this.set(0)
    }

    /// What it says right now, whoever writes meanwhile.
    pub(super) fn peek(path: &Path) -> io::Result<u64> {
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

    pub(super) fn get(&self) -> io::Result<u64> {
        let mut bytes = [0; 8];
        (&self.0).seek(SeekFrom::Start(0))?;
        (&self.0).read_exact(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    /// Says so, durably.
    pub(super) fn set(&self, offset: u64) -> io::Result<()> {
        (&self.0).seek(SeekFrom::Start(0))?;
        (&self.0).write_all(&offset.to_be_bytes())?;
        self.0.sync_data()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // Closing it is not enough for as long as a child that is just being started has a copy.
        if let Err(error) = self.0.unlock() {
            tracing::debug!(%error, "an upload was not unlocked");
        }
    }
}
