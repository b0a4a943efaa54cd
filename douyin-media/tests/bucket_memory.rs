//! What uploads to a bucket and downloads from it cost in memory. Alone in its program, because the memory of a process is measured.

#[path = "media/s3.rs"]
#[expect(dead_code, reason = "the program for buckets uses more of it")]
mod s3;

use douyin_core::{MediaKey, VideoId};
use douyin_media::{DEMO_CLIP, Extent, MediaStorage};
use futures_util::TryStreamExt as _;
use peak_alloc::PeakAlloc;

use crate::s3::S3Server;

const FILLER: u32 = 200 << 20;

/// Counts what is in use, whatever the system's allocator keeps of what was.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

async fn upload(storage: MediaStorage, id: i64, filler: u32) -> MediaKey {
    let mut incoming = storage.begin(VideoId::new(id).unwrap()).await.unwrap();
    incoming.write(DEMO_CLIP).await.unwrap();
    incoming.write(&filler.to_be_bytes()).await.unwrap();
    incoming.write(b"free").await.unwrap();
    let chunk = vec![0x5A; 60_000];
    let mut left = filler as usize - 8;
    while left > 0 {
        let length = left.min(chunk.len());
        incoming.write(&chunk[..length]).await.unwrap();
        left -= length;
    }
    let stored = incoming.finish().await.unwrap();
    let key = stored.play().clone();
    stored.keep().await;
    key
}

async fn download(storage: MediaStorage, key: MediaKey) -> u64 {
    let mut file = storage.file(&key, Extent::Whole).await.unwrap().unwrap();
    let range = 0..file.size();
    let mut chunks = file.read(range).await.unwrap();
    let mut read = 0;
    while let Some(chunk) = chunks.try_next().await.unwrap() {
        assert!(chunk.len() <= 512 << 10, "a chunk of {}", chunk.len());
        read += chunk.len() as u64;
    }
    read
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_grows_with_what_is_on_its_way_and_not_with_the_size_of_files() {
    let Some(server) = S3Server::of_the_tests("memory") else {
        return;
    };
    let bucket = server.make_bucket().await;
    let staging = tempfile::tempdir().unwrap();
    let storage = MediaStorage::open(&bucket.url(), staging.path(), server.options()).unwrap();
    // What every upload needs is not what is measured.
    upload(storage.clone(), 1, 8).await;
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let uploads = [2, 3].map(|id| tokio::spawn(upload(storage.clone(), id, FILLER)));
    let mut keys = Vec::new();
    for upload in uploads {
        keys.push(upload.await.unwrap());
    }
    let of_uploads = MEMORY.peak_usage() - before;
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let downloads = keys
        .into_iter()
        .map(|key| tokio::spawn(download(storage.clone(), key)));
    let downloads: Vec<_> = downloads.collect();
    for download in downloads {
        assert_eq!(
            download.await.unwrap(),
            u64::from(FILLER) + DEMO_CLIP.len() as u64
        );
    }
    let of_downloads = MEMORY.peak_usage() - before;
    println!(
        "two uploads of 200 MiB at once: {} MiB more; two downloads then: {} MiB more",
        of_uploads >> 20,
        of_downloads >> 20
    );
    // At most eight parts of 8 MiB; of a download at most some pieces of 256 KiB.
    assert!(of_uploads < 96 << 20, "{of_uploads} bytes");
    assert!(of_downloads < 16 << 20, "{of_downloads} bytes");
}
