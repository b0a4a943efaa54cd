//! Media in a bucket, on a real server of an S3-compatible service.

mod bytes;
mod crash;
mod outage;
mod own_server;
mod proxy;
mod reading;
mod refusal;
#[path = "../media/s3.rs"]
mod s3;
mod storing;

use douyin_core::{MediaKey, VideoId};
use douyin_media::{Extent, MediaError, MediaOptions, MediaStorage, Stored};
use futures_util::TryStreamExt as _;
use tempfile::TempDir;

use crate::s3::{S3Server, TestBucket};

/// A storage in a bucket of its own.
struct Fixture {
    storage: MediaStorage,
    bucket: TestBucket,
    folder: TempDir,
}

impl Fixture {
    async fn new(server: &S3Server) -> Self {
        let bucket = server.make_bucket().await;
        Self::on(bucket, server.options())
    }

    fn on(bucket: TestBucket, options: MediaOptions) -> Self {
        let folder = TempDir::new().unwrap();
        let storage = MediaStorage::open(&bucket.url(), folder.path(), options).unwrap();
        Self {
            storage,
            bucket,
            folder,
        }
    }

    async fn upload(&self, id: i64, video: &[u8]) -> Result<Stored, MediaError> {
        let mut incoming = self.storage.begin(VideoId::new(id).unwrap()).await?;
        incoming.write(video).await?;
        incoming.finish().await
    }

    async fn read(&self, key: &MediaKey, extent: Extent) -> Result<Vec<u8>, MediaError> {
        let file = self.storage.file(key, extent.clone()).await?;
        let mut file = file.expect("the file is there");
        let range = extent.of(file.size());
        let chunks: Vec<_> = file.read(range).await?.try_collect().await?;
        Ok(chunks.concat())
    }

    /// How many uploads the staging folder has.
    fn unfinished(&self) -> usize {
        let session = self.folder.path().join("session-0");
        let entries = std::fs::read_dir(session).unwrap();
        entries
            .filter(|entry| entry.as_ref().unwrap().path().is_dir())
            .count()
    }
}

/// Waits for something that happens behind the caller's back.
///
/// # Panics
/// After a minute.
async fn wait_until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !done().await {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), waiting)
        .await
        .unwrap_or_else(|_| panic!("it does not happen: {what}"));
}
