//! What an upload costs in memory. Alone in its program, because the memory of a process is measured.

use douyin_core::VideoId;
use douyin_media::{DEMO_CLIP, Extent, Ffmpeg, MediaOptions, MediaStorage};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

#[tokio::test]
async fn memory_does_not_grow_with_the_size_of_an_upload() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file:{}", folder.path().join("media").display());
    let mut options = MediaOptions::default();
    options.ffmpeg = Ffmpeg::Off;
    let storage = MediaStorage::open(&url, folder.path().join("staging"), options).unwrap();
    let filler = 200_u32 << 20;
    let mut before = 0;
    // The first upload is a small one: what every upload needs is not what is measured.
    for (number, filler) in [(1, 8), (2, filler)] {
        let mut incoming = storage.begin(VideoId::new(number).unwrap()).await.unwrap();
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
        let size = storage
            .file(stored.play(), Extent::Nothing)
            .await
            .unwrap()
            .unwrap()
            .size();
        assert_eq!(size, DEMO_CLIP.len() as u64 + u64::from(filler));
        stored.keep().await;
        if number == 1 {
            before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
        }
    }
    let growth = MEMORY.peak_usage() - before;
    assert!(growth < 4 << 20, "it grew by {} KiB", growth >> 10);
}
