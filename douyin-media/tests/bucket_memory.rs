//! What uploads to a bucket and downloads from it cost in memory. Alone in its program, because the memory of a process is measured.

#![cfg(target_os = "linux")]

#[path = "media/s3.rs"]
#[expect(dead_code, reason = "the program for buckets uses more of it")]
mod s3;

use std::fs;

use douyin_core::{MediaKey, VideoId};
use douyin_media::{DEMO_CLIP, Extent, MediaStorage};
use futures_util::TryStreamExt as _;

use crate::s3::S3Server;

const FILLER: u32 = 200 << 20;

/// The most memory that the process had in use so far, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes << 10
}

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
    let before = peak();
    let uploads = [2, 3].map(|id| tokio::spawn(upload(storage.clone(), id, FILLER)));
    let mut keys = Vec::new();
    for upload in uploads {
        keys.push(upload.await.unwrap());
    }
    let after_uploads = peak();
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
    let after_downloads = peak();
    println!(
        "two uploads of 200 MiB at once: {} MiB more; two downloads then: {} MiB more",
        (after_uploads - before) >> 20,
        (after_downloads - after_uploads) >> 20
    );
    // At most eight parts of 8 MiB, and what the system's allocator keeps of those that were: less than one of the files.
    assert!(after_uploads - before < 160 << 20);
    assert!(after_downloads - after_uploads < 16 << 20);
}
