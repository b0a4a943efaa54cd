mod removal;
mod room;

use std::cmp::Ordering;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use douyin_core::{Timestamp, UserId, VideoId};

use super::holders::{Held, Holders, Lock};
use super::progress::ProgressFile;
use super::{ResumableBounds, ResumableError, ResumableProgress, ResumableUpload, record};
use crate::durable::{create_folder, sync_folder};
use crate::staging::{UPLOAD, private_folders, remove_folder};

const LOCK: &str = "lock";
const RECORD: &str = "record";
const OFFSET: &str = "offset";
/// What is later is nothing that was written: the year 4199. Twice that is a date that can still be told.
const LATEST_MILLIS: i64 = 1 << 46;
/// What the name of a folder ends with that is being made.
const NEW: &str = "new";
/// What the name of a folder ends with that is being removed.
const GONE: &str = "gone";

/// The folder that unfinished uploads lie in. Everything here works with the disk without yielding.
#[derive(Debug)]
pub(crate) struct Shelf {
    path: PathBuf,
    holders: Holders,
}

/// An upload that nobody else can write, publish or remove until this is dropped.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) upload: ResumableUpload,
    pub(super) progress: ResumableProgress,
    pub(super) lock: Lock,
    folder: PathBuf,
}

impl Shelf {
    /// Makes it where it does not exist, and removes what a process that ended did not make or remove completely, or received and did not
    /// make durable.
    pub(crate) fn open(path: PathBuf) -> io::Result<Self> {
        create_folder(&private_folders(), &path)?;
        let this = Self {
            path,
            holders: Holders::default(),
        };
        let _lock = this.lock_all()?;
        for entry in fs::read_dir(&this.path)? {
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
    fn lock_all(&self) -> io::Result<File> {
        let lock = File::create(self.path.join(LOCK))?;
        lock.lock()?;
        Ok(lock)
    }

    fn folder_of(&self, id: VideoId) -> PathBuf {
        self.path.join(id.to_string())
    }

    /// Makes the folder of an upload, where the bounds allow it.
    pub(super) fn make(
        &self,
        upload: &ResumableUpload,
        bounds: ResumableBounds,
        now: Timestamp,
    ) -> Result<(), ResumableError> {
        let _lock = self.lock_all()?;
        self.make_room_for(upload, bounds, now)?;
        let folder = self.folder_of(upload.id);
        let new = folder.with_extension(NEW);
        fs::create_dir(&new)?;
        let made = fill(&new, upload, now).and_then(|()| fs::rename(&new, &folder));
        if let Err(error) = made {
            remove_folder(&new)?;
            return Err(error.into());
        }
        Ok(sync_folder(&self.path)?)
    }

    /// All uploads that there are folders of.
    fn ids(&self) -> io::Result<Vec<VideoId>> {
        let mut ids = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.parse().ok());
            let id = number.and_then(|number| VideoId::new(number).ok());
            // What is called otherwise is none of ours, or half made.
            if let Some(id) = id.filter(|id| self.folder_of(*id).is_dir()) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// An upload as it is right now, whosever it is.
    fn read(&self, id: VideoId) -> io::Result<(ResumableUpload, ResumableProgress)> {
        let folder = self.folder_of(id);
        let upload = record::read(&folder.join(RECORD))?;
        let progress = ProgressFile::peek(&folder.join(OFFSET))?;
        let ResumableProgress { offset, at } = progress;
        let file = fs::metadata(folder.join(UPLOAD))?;
        let has_bytes = file.is_file() && offset <= file.len() && offset <= upload.length;
        let instants = [at.as_millis(), upload.kept_millis];
        let has_instants = instants
            .iter()
            .all(|millis| (0..LATEST_MILLIS).contains(millis));
        if upload.id == id && has_bytes && has_instants {
            Ok((upload, progress))
        } else {
            Err(damaged(&folder))
        }
    }

    /// An upload that has not expired, and how far it is.
    pub(super) fn look(
        &self,
        id: VideoId,
        owner: UserId,
        now: Timestamp,
    ) -> Result<(ResumableUpload, ResumableProgress), ResumableError> {
        let (upload, progress) = self.read(id).map_err(|error| {
            if is_damage(&error) {
                ResumableError::NotFound
            } else {
                error.into()
            }
        })?;
        if upload.owner == owner && upload.expires(progress) > now {
            Ok((upload, progress))
        } else {
            Err(ResumableError::NotFound)
        }
    }

    /// Takes an upload, where nobody else has it; `None` where there is none any more.
    pub(super) fn take(&self, id: VideoId) -> io::Result<Option<Result<Taken, Held>>> {
        let lock = match self.try_lock(id)? {
            Some(Ok(lock)) => lock,
            Some(Err(held)) => return Ok(Some(Err(held))),
            None => return Ok(None),
        };
        // It may have been removed before the lock was there.
        match self.read(id) {
            Ok((upload, progress)) => Ok(Some(Ok(Taken {
                upload,
                progress,
                lock,
                folder: self.folder_of(id),
            }))),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Locks an upload, whatever can be read of it, where nobody else has it; `None` where there is none.
    pub(super) fn try_lock(&self, id: VideoId) -> io::Result<Option<Result<Lock, Held>>> {
        let path = self.folder_of(id).join(OFFSET);
        match self.holders.take(id, || ProgressFile::try_lock(&path)) {
            Err(error) if is_absent(&error) => Ok(None),
            taken => taken.map(Some),
        }
    }

    /// The same, once no other process has it, for however long that takes.
    pub(super) fn lock(&self, id: VideoId) -> io::Result<Option<Lock>> {
        match ProgressFile::lock(&self.folder_of(id).join(OFFSET)) {
            Ok(file) => Ok(Some(self.holders.add(id, file))),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes an upload.
    pub(super) fn remove(&self, taken: &Taken) -> io::Result<()> {
        self.remove_folder_of(taken.upload.id)
    }

    /// Removes the folder of an upload that nobody has.
    fn remove_folder_of(&self, id: VideoId) -> io::Result<()> {
        let folder = self.folder_of(id);
        let gone = folder.with_extension(GONE);
        fs::rename(&folder, &gone)?;
        // From here on nobody finds it, and a start removes what is left.
        remove_folder(&gone)?;
        sync_folder(&self.path)
    }
}

impl Taken {
    /// The file with its durable bytes, to write behind them: what a request left there that broke off is cut off.
    pub(super) fn open(&self) -> io::Result<File> {
        let offset = self.progress.offset;
        let mut file = cut(&self.path(), offset)?;
        io::Seek::seek(&mut file, io::SeekFrom::Start(offset))?;
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
    match file.metadata()?.len().cmp(&durable) {
        Ordering::Less => return Err(damaged(path)),
        Ordering::Equal => {}
        Ordering::Greater => file.set_len(durable)?,
    }
    Ok(file)
}

/// Cuts off what does not count of an upload: it takes room, and nobody may come to go on with it for a day.
fn cut_what_nobody_writes(folder: &Path) -> io::Result<()> {
    match ProgressFile::try_lock(&folder.join(OFFSET)) {
        Ok(Some(progress)) => cut(&folder.join(UPLOAD), progress.get()?.offset).map(drop),
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

/// What a disk has lost, or somebody has changed.
fn damaged(path: &Path) -> io::Error {
    let what = format!("{} is not what was written there", path.display());
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Whether an upload that cannot be read for this is none, now and later.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, IsADirectory, PermissionDenied, UnexpectedEof};
    let lost = [InvalidData, IsADirectory, PermissionDenied, UnexpectedEof];
    is_absent(error) || lost.contains(&error.kind())
}

/// Writes what belongs into the folder of an upload, durably.
fn fill(folder: &Path, upload: &ResumableUpload, now: Timestamp) -> io::Result<()> {
    let mut file = File::create_new(folder.join(RECORD))?;
    file.write_all(record::to_text(upload).as_bytes())?;
    file.sync_all()?;
    File::create_new(folder.join(UPLOAD))?.sync_all()?;
    ProgressFile::create(&folder.join(OFFSET), now)?;
    sync_folder(folder)
}
