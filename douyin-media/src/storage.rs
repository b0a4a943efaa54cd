#[cfg(feature = "s3")]
mod bucket;
mod extent;
mod folder;
mod media_file;
mod memory;
mod place;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use douyin_core::{JobId, MediaKey, VideoId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use self::folder::{Folder, try_folder};
use self::memory::Memory;
use self::place::Place;
use crate::cover::CoverMaker;
use crate::staging::{Claimed, Staging, Unwanted};
use crate::stats::{MediaStats, Meter};
use crate::transcode::Transcoder;
use crate::{MediaError, MediaOptions, builtin, ffmpeg, key, sandbox};

pub use extent::Extent;
pub use media_file::MediaFile;

/// Where media lies, and the way into it. Cheap to clone: clones are the same storage.
#[derive(Debug, Clone)]
pub struct MediaStorage(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    place: Box<dyn Place>,
    staging: Staging,
    options: MediaOptions,
    covers: CoverMaker,
    transcoder: Option<Transcoder>,
    /// Turns at decoding pictures of users.
    pictures: Arc<Semaphore>,
    meter: Arc<Meter>,
    /// Uploads of this process that go as soon as they can be removed.
    left: Mutex<Vec<Unwanted>>,
    /// Whether the last sweep stopped before its end.
    is_sweep_due: AtomicBool,
}

impl MediaStorage {
    /// Opens a storage: `file:<folder>` (made where it does not exist), `memory:`, or with feature `s3` `s3://<bucket>/<prefix>`, of which
    /// nothing is asked yet: that is what [`check`](Self::check) is for. Unfinished uploads are kept in `staging`, which is best on
    /// the same filesystem as a folder. Works with the disk without yielding: to be called at start.
    ///
    /// # Errors
    /// [`MediaError::UnsupportedUrl`]; [`MediaError::NoFfmpeg`] where a program was named that cannot be run;
    /// [`MediaError::Io`] where a folder cannot be made; [`MediaError::Bucket`] where a bucket is not named well.
    pub fn open(
        url: &str,
        staging: impl Into<PathBuf>,
        options: MediaOptions,
    ) -> Result<Self, MediaError> {
        let place: Box<dyn Place> = match url.split_once(':') {
            Some(("file", path)) => Box::new(Folder::open(
                local_path(path).ok_or_else(|| unsupported(url))?,
            )?),
            Some(("memory", "")) => Box::new(Memory::default()),
            #[cfg(feature = "s3")]
            Some(("s3", bucket)) => Box::new(bucket::Bucket::open(bucket, &options.bucket)?),
            _ => return Err(unsupported(url)),
        };
        let meter = Arc::new(Meter::default());
        let ffmpeg = ffmpeg::find(&options.ffmpeg)?;
        if ffmpeg.is_some() || options.decoder.is_some() {
            sandbox::prepare();
        }
        Ok(Self(Arc::new(Opened {
            place,
            staging: Staging::open(staging.into())?,
            covers: CoverMaker::new(ffmpeg.clone(), &options, Arc::clone(&meter)),
            transcoder: ffmpeg.map(|path| Transcoder::new(path, &options)),
            pictures: Arc::new(Semaphore::new(options.picture.at_once.max(1))),
            meter,
            options,
            left: Mutex::default(),
            is_sweep_due: AtomicBool::new(false),
        })))
    }

    /// Finds out whether everything that is needed of it is there and allowed. To be called at start: of a bucket it asks six things.
    ///
    /// # Errors
    /// [`MediaError::Away`] where a bucket cannot be reached; otherwise what somebody has to put right.
    pub async fn check(&self) -> Result<(), MediaError> {
        self.0.place.check().await
    }

    /// Answers `Ok` if uploads can be taken and stored right now: writes a little into each folder that they are written into. A bucket
    /// that is [away](crate::BucketStats::is_away) is no reason to fail.
    ///
    /// # Errors
    /// Where one of them cannot be written.
    pub async fn ping(&self) -> Result<(), MediaError> {
        let storage = self.clone();
        spawn_blocking(move || try_folder(storage.staging().session())).await??;
        self.0.place.ping().await
    }

    /// Whether media lies in a bucket that cannot be reached.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.0.place.stats().is_some_and(|stats| stats.is_away)
    }

    /// Whether a file of that name is stored if it exists, and not part of the program.
    #[must_use]
    pub fn stores(key: &MediaKey) -> bool {
        key::content_type(key.as_str()).is_some()
    }

    /// What the same picture is stored as in WebP, which is smaller; `None` where that never is so. Whether it is there, opening it says.
    #[must_use]
    pub fn webp_of(key: &MediaKey) -> Option<MediaKey> {
        key::webp_of(key)
    }

    /// Opens a file of which `extent` is likely to be read; `None` where there is none of that name, or no name of that kind.
    ///
    /// # Errors
    /// Where the storage fails.
    pub async fn file(
        &self,
        key: &MediaKey,
        extent: Extent,
    ) -> Result<Option<MediaFile>, MediaError> {
        let found = if let Some((bytes, content_type)) = builtin::find(key.as_str()) {
            Some(MediaFile::built_in(bytes, content_type))
        } else if let Some(content_type) = key::content_type(key.as_str()) {
            self.0.place.get(key, content_type, extent).await?
        } else {
            None
        };
        Ok(found.map(|file| file.counted_by(self.meter())))
    }

    /// A URL at which anybody may read the file for so long, asking for it by `HEAD` or else by `GET`; `None` where media does not lie in a
    /// bucket, or no stored file has such a name, and for playlists: they name other files relative to themselves, which then would not be
    /// signed. Whether the file exists is not looked at, and nothing is asked of the bucket.
    ///
    /// # Errors
    /// Where credentials have run out and there are no new ones.
    pub async fn signed_url(
        &self,
        key: &MediaKey,
        head: bool,
        valid: Duration,
    ) -> Result<Option<String>, MediaError> {
        match key::content_type(key.as_str()) {
            None | Some(key::PLAYLIST) => Ok(None),
            Some(_) => self.0.place.signed_url(key, head, valid).await,
        }
    }

    /// The origin of every [signed URL](Self::signed_url), such as `https://my-bucket.s3.eu-west-3.amazonaws.com`; `None` where there are none.
    #[must_use]
    pub fn signed_origin(&self) -> Option<&str> {
        self.0.place.signed_origin()
    }

    /// What it allows and uses.
    #[must_use]
    pub fn options(&self) -> &MediaOptions {
        &self.0.options
    }

    /// The program that decodes videos, where there is one.
    #[must_use]
    pub fn ffmpeg(&self) -> Option<&Path> {
        self.0.covers.ffmpeg()
    }

    /// What it is doing, and what it has done since it was opened.
    #[must_use]
    pub fn stats(&self) -> MediaStats {
        MediaStats {
            bucket: self.0.place.stats(),
            ..self.0.meter.stats()
        }
    }

    pub(crate) fn meter(&self) -> &Arc<Meter> {
        &self.0.meter
    }

    pub(crate) fn staging(&self) -> &Staging {
        &self.0.staging
    }

    pub(crate) fn covers(&self) -> &CoverMaker {
        &self.0.covers
    }

    /// Removes a file that no row names any more, with those that belong to it: with a playlist of a stream, all of that stream, and with a
    /// picture its smaller copy.
    ///
    /// # Errors
    /// Where the storage fails; then it is to be tried again.
    pub async fn remove(&self, key: &MediaKey) -> Result<(), MediaError> {
        match key::stream_folder(key) {
            Some(folder) => self.0.place.remove_all(folder, "").await,
            None if Self::stores(key) => {
                if let Some(smaller) = key::webp_of(key) {
                    self.remove_file(&smaller).await?;
                }
                self.remove_file(key).await
            }
            None => Ok(()),
        }
    }

    /// Removes all files of a video: the upload, its covers, and whatever was [prepared](Self::prepare) of it by whichever attempt.
    ///
    /// # Errors
    /// Where the storage fails; then it is to be tried again.
    pub async fn remove_video(&self, id: VideoId) -> Result<(), MediaError> {
        for key in key::all_of(id) {
            self.remove_file(&key).await?;
        }
        self.remove_prepared(id, "").await
    }

    /// Removes what the attempts of a job stored of a video. To be called by whoever holds a claim of that job: it commits once, and is gone
    /// then, so no row ever names a file of these attempts.
    ///
    /// # Errors
    /// Where the storage fails; then it is to be tried again.
    pub async fn remove_attempts(&self, id: VideoId, job: JobId) -> Result<(), MediaError> {
        self.remove_prepared(id, &key::runs_of(job)).await
    }

    /// Where a stored file is on this machine; `None` where media is elsewhere.
    pub(crate) fn local_path(&self, key: &MediaKey) -> Option<PathBuf> {
        self.0.place.local_path(key)
    }

    /// Removes what was prepared of a video by the attempts whose names begin so.
    async fn remove_prepared(&self, id: VideoId, runs: &str) -> Result<(), MediaError> {
        for folder in key::prepared(id) {
            self.0.place.remove_all(&folder, runs).await?;
        }
        Ok(())
    }

    /// Waits until a picture of a user may be decoded, for as long as what is answered is held.
    pub(crate) async fn picture_turn(&self) -> Result<OwnedSemaphorePermit, MediaError> {
        let turn = Arc::clone(&self.0.pictures).acquire_owned().await;
        turn.map_err(|closed| MediaError::Io(io::Error::other(closed)))
    }

    /// What makes MP4s that every client plays; `None` without `ffmpeg`.
    pub(crate) fn transcoder(&self) -> Option<&Transcoder> {
        self.0.transcoder.as_ref()
    }

    /// Fails at once where an upload could not be stored anyway.
    pub(crate) fn admit(&self) -> Result<(), MediaError> {
        self.0.place.admit()
    }

    /// Stores a file of an upload's folder, whose contents are on the disk already.
    ///
    /// # Errors
    /// [`MediaError::Exists`] where there is a file of that name, which stays as it is; otherwise where files or the storage
    /// fail, and then the file may be stored.
    pub(crate) async fn put_file(&self, from: PathBuf, key: &MediaKey) -> Result<(), MediaError> {
        self.0.place.put(from, key).await
    }

    pub(crate) fn left(&self) -> MutexGuard<'_, Vec<Unwanted>> {
        // Nothing is done with it that could stop halfway.
        self.0.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_sweep_due(&self) -> bool {
        self.0.is_sweep_due.load(Ordering::Relaxed)
    }

    pub(crate) fn set_sweep_due(&self, is_due: bool) {
        self.0.is_sweep_due.store(is_due, Ordering::Relaxed);
    }

    /// Gives up what is on its way into the storage of an upload with this folder.
    pub(crate) async fn forget(&self, upload: &Path) -> Result<(), MediaError> {
        self.0.place.forget(upload).await
    }

    /// Removes whatever is stored of an upload, or on its way into the storage; `folder` is that of the upload.
    pub(crate) async fn remove_files_of(
        &self,
        claimed: Claimed,
        folder: &Path,
    ) -> Result<(), MediaError> {
        self.forget(folder).await?;
        for key in claimed.files() {
            self.remove_file(&key).await?;
        }
        Ok(())
    }

    /// Removes a file, if it is there.
    pub(crate) async fn remove_file(&self, key: &MediaKey) -> Result<(), MediaError> {
        self.0.place.remove(key).await
    }
}

fn unsupported(url: &str) -> MediaError {
    // What stands behind the scheme may hold a password.
    let scheme = url.split_once(':').map_or(url, |(scheme, _)| scheme);
    MediaError::UnsupportedUrl(format!("{scheme}:"))
}

/// The folder of `file:relative/folder`, `file:/folder` or `file:///folder`.
fn local_path(path: &str) -> Option<PathBuf> {
    let path = match path.strip_prefix("//") {
        Some(path) if path.starts_with('/') => path,
        Some(_) => return None,
        None => path,
    };
    (!path.is_empty()).then(|| path.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(url: &str) -> Result<MediaStorage, MediaError> {
        let staging = tempfile::tempdir().unwrap();
        MediaStorage::open(url, staging.path(), MediaOptions::default())
    }

    #[test]
    fn a_url_is_a_folder_or_memory() {
        assert_eq!(local_path("a/b"), Some("a/b".into()));
        assert_eq!(local_path("/a/b"), Some("/a/b".into()));
        assert_eq!(local_path("///a/b"), Some("/a/b".into()));
        assert_eq!(local_path("//host/b"), None);
        assert!(open("memory:").is_ok());
    }

    #[cfg(not(feature = "s3"))]
    #[test]
    fn a_bucket_is_refused_by_a_build_without_them() {
        let refused = open("s3://bucket/prefix").unwrap_err().to_string();
        assert!(
            refused.contains("\"s3:\" is not supported by this build"),
            "{refused}"
        );
    }

    #[cfg(feature = "s3")]
    #[test]
    fn the_url_of_a_bucket_has_no_password_and_none_is_repeated() {
        for url in [
            "s3://key:secret@bucket/prefix",
            "s3:secret",
            "s3://secret?x",
        ] {
            let refused = open(url).unwrap_err().to_string();
            assert!(refused.contains("its URL is s3://BUCKET"), "{refused}");
            assert!(!refused.contains("secret"), "{refused}");
        }
    }

    #[test]
    fn other_urls_are_refused_without_repeating_what_may_be_secret() {
        for url in ["secret", "memory:secret", "file:", "http://secret"] {
            let Err(error) = open(url) else {
                panic!("{url} was opened");
            };
            assert!(
                error.to_string().contains("not supported by this build"),
                "{error}"
            );
            assert!(!error.to_string().contains("secret@"), "{error}");
        }
    }
}
