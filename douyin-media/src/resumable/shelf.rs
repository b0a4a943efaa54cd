use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use douyin_core::{Timestamp, UserId, VideoId};

use super::progress::Progress;
use super::{ResumableBounds, ResumableError, ResumableUpload, record};
use crate::durable::{create_folder, sync_folder};
use crate::incoming::UPLOAD;
use crate::staging::{Claimed, private_folders, remove_folder};

const LOCK: &str = "lock";
const RECORD: &str = "record";
const OFFSET: &str = "offset";
/// What the name of a folder ends with that is being made.
const NEW: &str = "new";
/// What the name of a folder ends with that is being removed.
const GONE: &str = "gone";

/// The folder that unfinished uploads lie in. Everything here works with the disk without yielding.
#[derive(Debug)]
pub(crate) struct Shelf(PathBuf);

/// An upload that nobody else can write, publish or remove until this is dropped.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) upload: ResumableUpload,
    pub(super) offset: u64,
    pub(super) progress: Progress,
    folder: PathBuf,
}

impl Shelf {
    /// Makes it where it does not exist, and removes what a process that ended did not make or remove completely, or received and did not
    /// make durable.
    pub(crate) fn open(path: PathBuf) -> io::Result<Self> {
        create_folder(&private_folders(), &path)?;
        let this = Self(path);
        let _lock = this.lock()?;
        for entry in fs::read_dir(&this.0)? {
            let path = entry?.path();
            let is_half = |end| [NEW, GONE].iter().any(|half| end == *half);
            if path.extension().is_some_and(is_half) {
                remove_folder(&path)?;
            } else if let Err(error) = cut_what_nobody_writes(&path) {
                tracing::warn!(%error, upload = %path.display(), "what broke off of an upload is left");
            }
        }
        Ok(this)
    }

    /// Keeps out whoever else makes one, or starts.
    fn lock(&self) -> io::Result<File> {
        let lock = File::create(self.0.join(LOCK))?;
        lock.lock()?;
        Ok(lock)
    }

    fn folder_of(&self, id: VideoId) -> PathBuf {
        self.0.join(id.to_string())
    }

    /// Makes the folder of an upload, where the bounds allow it.
    pub(super) fn make(
        &self,
        upload: &ResumableUpload,
        bounds: ResumableBounds,
    ) -> Result<(), ResumableError> {
        let _lock = self.lock()?;
        self.check(upload, bounds)?;
        let folder = self.folder_of(upload.id);
        let new = folder.with_extension(NEW);
        fs::create_dir(&new)?;
        let made = fill(&new, upload).and_then(|()| fs::rename(&new, &folder));
        if let Err(error) = made {
            remove_folder(&new)?;
            return Err(error.into());
        }
        Ok(sync_folder(&self.0)?)
    }

    fn check(&self, new: &ResumableUpload, bounds: ResumableBounds) -> Result<(), ResumableError> {
        let (mut in_all, mut of_one, mut bytes) = (0, 0, new.length);
        for upload in self.all()? {
            in_all += 1;
            if upload.owner == new.owner {
                of_one += 1;
                bytes = bytes.saturating_add(upload.length);
            }
        }
        if in_all >= bounds.in_all || of_one >= bounds.of_one {
            return Err(ResumableError::TooMany);
        }
        if bounds.bytes_of_one.is_some_and(|most| bytes > most) {
            return Err(ResumableError::OverQuota);
        }
        Ok(())
    }

    /// All uploads. One that is removed meanwhile may be among them.
    fn all(&self) -> io::Result<Vec<ResumableUpload>> {
        let mut uploads = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            if path.extension().is_some() || path.ends_with(LOCK) {
                continue;
            }
            match record::read(&path.join(RECORD)) {
                Ok(upload) => uploads.push(upload),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    tracing::warn!(%error, "an unfinished upload cannot be read");
                }
            }
        }
        Ok(uploads)
    }

    fn read(&self, id: VideoId, owner: UserId) -> Result<ResumableUpload, ResumableError> {
        let upload = found(record::read(&self.folder_of(id).join(RECORD)))?;
        if upload.owner == owner {
            Ok(upload)
        } else {
            Err(ResumableError::NotFound)
        }
    }

    /// An upload, and how many of its bytes are durable.
    pub(super) fn look(
        &self,
        id: VideoId,
        owner: UserId,
    ) -> Result<(ResumableUpload, u64), ResumableError> {
        let upload = self.read(id, owner)?;
        let offset = found(Progress::peek(&self.folder_of(id).join(OFFSET)))?;
        Ok((upload, offset))
    }

    /// Takes an upload, where nobody else has it.
    pub(super) fn take(&self, id: VideoId, owner: UserId) -> Result<Taken, ResumableError> {
        let upload = self.read(id, owner)?;
        let folder = self.folder_of(id);
        let progress = found(Progress::try_lock(&folder.join(OFFSET)))?;
        let progress = progress.ok_or(ResumableError::InUse)?;
        // It may have been removed before the lock was there.
        found(fs::metadata(&folder))?;
        Ok(Taken {
            offset: progress.get()?,
            upload,
            progress,
            folder,
        })
    }

    /// Waits until nobody has the upload of this, whosever it is, and has it then; `None` where there is none.
    pub(crate) fn wait_for(&self, claimed: Claimed) -> io::Result<Option<impl Drop + use<>>> {
        let Claimed::Video(id) = claimed else {
            return Ok(None);
        };
        match Progress::lock(&self.folder_of(id).join(OFFSET)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            locked => locked.map(Some),
        }
    }

    /// Removes an upload.
    pub(super) fn remove(&self, taken: &Taken) -> Result<(), ResumableError> {
        let gone = taken.folder.with_extension(GONE);
        fs::rename(&taken.folder, &gone)?;
        // From here on nobody finds it, and a start removes what is left.
        remove_folder(&gone)?;
        Ok(sync_folder(&self.0)?)
    }

    /// Removes those that nobody has and that are kept no longer.
    pub(super) fn remove_expired(&self, now: Timestamp) -> io::Result<usize> {
        let mut removed = 0;
        for upload in self.all()? {
            if upload.expires > now {
                continue;
            }
            let taken = self.take(upload.id, upload.owner);
            match taken.and_then(|taken| self.remove(&taken)) {
                Ok(()) => removed += 1,
                Err(ResumableError::InUse | ResumableError::NotFound) => {}
                // The others expire all the same.
                Err(error) => {
                    tracing::warn!(%error, video = %upload.id, "an upload that has expired is left");
                }
            }
        }
        Ok(removed)
    }
}

impl Taken {
    /// The file with its durable bytes, to write behind them: what a request left there that broke off is cut off.
    pub(super) fn open(&self) -> io::Result<File> {
        let mut file = cut(&self.path(), self.offset)?;
        io::Seek::seek(&mut file, io::SeekFrom::Start(self.offset))?;
        Ok(file)
    }

    /// Where its bytes lie.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(UPLOAD)
    }
}

/// Cuts a file to its durable bytes.
pub(super) fn cut(path: &Path, durable: u64) -> io::Result<File> {
    let file = File::options().write(true).open(path)?;
    if file.metadata()?.len() != durable {
        file.set_len(durable)?;
    }
    Ok(file)
}

/// Cuts off what does not count of an upload: it takes room, and nobody may come to go on with it for a day.
fn cut_what_nobody_writes(folder: &Path) -> io::Result<()> {
    match Progress::try_lock(&folder.join(OFFSET)) {
        Ok(Some(progress)) => cut(&folder.join(UPLOAD), progress.get()?).map(drop),
        Ok(None) => Ok(()),
        // It is none of ours.
        Err(error) if is_absent(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// Writes what belongs into the folder of an upload, durably.
fn fill(folder: &Path, upload: &ResumableUpload) -> io::Result<()> {
    let mut file = File::create_new(folder.join(RECORD))?;
    file.write_all(record::to_text(upload).as_bytes())?;
    file.sync_all()?;
    File::create_new(folder.join(UPLOAD))?.sync_all()?;
    Progress::create(&folder.join(OFFSET))?;
    sync_folder(folder)
}

/// What is not there is no upload.
fn found<T>(result: io::Result<T>) -> Result<T, ResumableError> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ResumableError::NotFound),
        result => Ok(result?),
    }
}
