use std::fs;
use std::sync::Arc;

use douyin_core::{BcryptHasher, Douyin, Limits, Store, TaskKind, Upload};
use douyin_media::{Ffmpeg, MediaOptions, MediaStorage};
use douyin_store_mem::MemStore;

use super::*;
use crate::config::{Config, Sources};

#[tokio::test]
async fn of_a_video_that_is_gone_what_earlier_attempts_stored_is_removed_and_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file:{}", folder.path().join("media").display());
    let mut options = MediaOptions::default();
    options.ffmpeg = Ffmpeg::Off;
    let media = MediaStorage::open(&url, folder.path().join("staging"), options).unwrap();
    let store: Arc<dyn Store> = Arc::new(MemStore::new());
    let hasher = Arc::new(BcryptHasher::new(4).unwrap());
    let mut limits = Limits::default();
    limits.jobs.prepare = true;
    let core = Douyin::builder_with_hasher(Arc::clone(&store), hasher).limits(limits);
    let core = core.build();
    let config = Config::load(&Sources::default()).unwrap();
    let work = Work::new(core.clone(), store, media, Arc::default(), &config);

    let alice = core.register("alice", "secret").await.unwrap();
    let id = core.new_video_id().unwrap();
    let upload = Upload {
        id,
        title: "hers".to_owned(),
        play: MediaKey::new(format!("videos/{id}.mp4")),
        cover: MediaKey::new(format!("covers/{id}.jpg")),
        bytes: 0,
    };
    core.publish(alice, upload).await.unwrap();
    core.delete_video(alice, id).await.unwrap();
    let claim = core.claim_job(TaskKind::Prepare).await.unwrap().unwrap();
    let job = claim.job;
    let stored = [
        format!("media/plain/{id}/{job}-1.mp4"),
        format!("media/streams/{id}/{job}-1/source.mp4"),
    ]
    .map(|file| folder.path().join(file));
    for file in &stored {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "half of it").unwrap();
    }

    let (_stop, mut stopping) = watch::channel(());
    work.attempt(claim, &mut stopping).await;
    let left = stored.iter().filter(|file| file.exists());
    assert_eq!(left.count(), 0);
    let done = (TaskKind::Prepare, Ended::Done.name(), 1);
    assert!(work.stats().attempts.contains(&done));
}
