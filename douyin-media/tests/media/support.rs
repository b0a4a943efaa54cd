//! A storage in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use douyin_core::{MediaKey, VideoId};
use douyin_media::{Extent, Ffmpeg, MediaError, MediaOptions, MediaStorage, Stored};
use futures_util::TryStreamExt as _;
use tempfile::TempDir;
use tokio::runtime::Handle;

#[cfg(feature = "s3")]
use crate::s3::{S3Server, TestBucket};

pub(crate) struct Fixture {
    pub(crate) storage: MediaStorage,
    pub(crate) folder: TempDir,
    #[cfg(feature = "s3")]
    bucket: Option<TestBucket>,
}

/// The kinds of storages that every one of is to do the same: a folder, memory, and a bucket where there is a server for it.
pub(crate) fn kinds(case: &str) -> Vec<&'static str> {
    let mut kinds = Vec::from(["file", "memory:"]);
    kinds.extend(bucket_kind(case));
    kinds
}

#[cfg(feature = "s3")]
fn bucket_kind(case: &str) -> Option<&'static str> {
    S3Server::of_the_tests(case).map(|_| "s3")
}

#[cfg(not(feature = "s3"))]
fn bucket_kind(_case: &str) -> Option<&'static str> {
    None
}

impl Fixture {
    /// `url` is `memory:`, or `file` for a folder of its own.
    pub(crate) fn new(url: &str, options: MediaOptions) -> Self {
        let folder = TempDir::new().unwrap();
        let storage = open(url, folder.path(), options).unwrap();
        Self {
            storage,
            folder,
            #[cfg(feature = "s3")]
            bucket: None,
        }
    }

    pub(crate) fn without_ffmpeg(url: &str) -> Self {
        Self::new(url, without_ffmpeg())
    }

    /// One of [`kinds`], with something of its own.
    pub(crate) async fn of_kind(kind: &str) -> Self {
        #[cfg(feature = "s3")]
        if kind == "s3" {
            let server = S3Server::of_the_tests("a bucket").expect("it was there");
            let bucket = server.make_bucket().await;
            let fixture = Self::new(&bucket.url(), server.options());
            return Self {
                bucket: Some(bucket),
                ..fixture
            };
        }
        std::future::ready(Self::without_ffmpeg(kind)).await
    }

    pub(crate) async fn upload(&self, id: VideoId, bytes: &[u8]) -> Result<Stored, MediaError> {
        let mut incoming = self.storage.begin(id).await?;
        incoming.write(bytes).await?;
        incoming.finish().await
    }

    pub(crate) async fn read(&self, key: &MediaKey) -> Vec<u8> {
        let mut file = self
            .storage
            .file(key, Extent::Whole)
            .await
            .unwrap()
            .expect("the file is there");
        let size = file.size();
        let chunks: Vec<_> = file
            .read(0..size)
            .await
            .unwrap()
            .try_collect()
            .await
            .unwrap();
        chunks.concat()
    }

    /// The names of what is in the sessions of the staging folder, but for locks.
    pub(crate) fn unfinished(&self) -> Vec<String> {
        unfinished(self.folder.path())
    }

    /// The paths of the stored files, where they are files or objects.
    pub(crate) async fn stored_paths(&self) -> Vec<String> {
        #[cfg(feature = "s3")]
        if let Some(bucket) = &self.bucket {
            return bucket.names().await;
        }
        let root = self.folder.path().join("media");
        let mut paths = Vec::new();
        let mut open = vec![root.clone()];
        while let Some(folder) = open.pop() {
            for path in files_in(&folder) {
                if path.is_dir() {
                    open.push(path);
                } else {
                    let path = path.strip_prefix(&root).unwrap();
                    paths.push(path.to_str().unwrap().to_owned());
                }
            }
        }
        paths.sort();
        std::future::ready(paths).await
    }

    /// How many files were prepared, where they are files.
    pub(crate) fn prepared_files(&self) -> usize {
        let media = self.folder.path().join("media");
        let folders = ["plain", "streams"].map(|folder| files_in(&media.join(folder)));
        folders.concat().len()
    }

    /// The names of the stored files, where they are files or objects.
    pub(crate) async fn stored(&self) -> Vec<String> {
        #[cfg(feature = "s3")]
        if let Some(bucket) = &self.bucket {
            return bucket.names().await;
        }
        std::future::ready(stored(self.folder.path())).await
    }
}

pub(crate) fn without_ffmpeg() -> MediaOptions {
    let mut options = MediaOptions::default();
    options.ffmpeg = Ffmpeg::Off;
    options
}

pub(crate) fn open(
    url: &str,
    folder: &Path,
    options: MediaOptions,
) -> Result<MediaStorage, MediaError> {
    let url = match url {
        "file" => format!("file:{}", folder.join("media").display()),
        other => other.to_owned(),
    };
    MediaStorage::open(&url, folder.join("staging"), options)
}

pub(crate) fn unfinished(folder: &Path) -> Vec<String> {
    let sessions = files_in(&folder.join("staging"));
    let mut names: Vec<String> = sessions
        .iter()
        .flat_map(|session| files_in(session))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "lock")
        .collect();
    names.sort();
    names
}

pub(crate) fn stored(folder: &Path) -> Vec<String> {
    let folders = files_in(&folder.join("media"));
    let mut names: Vec<String> = folders
        .iter()
        .flat_map(|folder| files_in(folder))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).map_or_else(
        |_| Vec::new(),
        |entries| entries.map(|entry| entry.unwrap().path()).collect(),
    )
}

pub(crate) fn id(number: i64) -> VideoId {
    VideoId::new(number).unwrap()
}

/// Has something done to its end by tasks of its own, and goes away without hearing of it.
pub(crate) async fn go_away_unheard(work: impl Future) {
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let mut work = Box::pin(work);
    while tasks() == 0 {
        assert!(futures_util::poll!(&mut work).is_pending());
        if tasks() == 0 {
            tokio::task::yield_now().await;
        }
    }
    wait_until(|| tasks() == 0).await;
}

/// Waits for something that happens behind the caller's back.
///
/// # Panics
/// After a minute.
pub(crate) async fn wait_until(mut done: impl FnMut() -> bool) {
    let waiting = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), waiting)
        .await
        .expect("it does not happen");
}
