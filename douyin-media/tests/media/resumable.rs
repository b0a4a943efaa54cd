//! Uploads that come in over several requests, across the end of a process, a sweep, and attempts to publish that fail.

mod damage;
mod holding;
mod room;

use std::cell::Cell;
use std::convert::Infallible;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use douyin_core::{Timestamp, UserId};
use douyin_media::{
    CompleteUpload, DEMO_CLIP, MediaError, MediaStorage, ResumableBounds, ResumableError,
    ResumableProgress, ResumableUpload,
};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::support::{id, open, stored, unfinished, without_ffmpeg};

/// What is there of a published upload.
const STORED: [&str; 3] = ["5.jpg", "5.mp4", "5.webp"];

/// When everything happens where nothing else is said.
const NOW: Timestamp = Timestamp::from_millis(0);

const BOUNDS: ResumableBounds = ResumableBounds {
    of_one: 8,
    of_network: 8,
    in_all: 8,
    bytes_of_one: None,
};

fn start(folder: &TempDir) -> MediaStorage {
    let mut options = without_ffmpeg();
    // However slow the disk is.
    options.resumable_wait = Duration::from_mins(1);
    open("file", folder.path(), options).unwrap()
}

fn owner() -> UserId {
    UserId::new(7).unwrap()
}

fn of_length(number: i64, length: usize) -> ResumableUpload {
    ResumableUpload {
        id: id(number),
        owner: owner(),
        network: None,
        length: length as u64,
        kept_millis: 1_000,
        metadata: String::new(),
    }
}

async fn begin(storage: &MediaStorage, number: i64, length: usize) {
    let upload = of_length(number, length);
    storage.begin_resumable(upload, BOUNDS, NOW).await.unwrap();
}

async fn append(storage: &MediaStorage, number: i64, offset: usize, bytes: &[u8]) -> u64 {
    append_at(storage, number, offset, bytes, NOW).await.offset
}

async fn append_at(
    storage: &MediaStorage,
    number: i64,
    offset: usize,
    bytes: &[u8],
    now: Timestamp,
) -> ResumableProgress {
    let writer = storage.resume(id(number), owner(), offset as u64, now);
    let mut writer = writer.await.unwrap();
    writer.write(bytes, now).await.unwrap();
    writer.finish().await.unwrap()
}

/// How many bytes of it are durable.
async fn offset(storage: &MediaStorage, number: i64) -> u64 {
    let looked = storage.resumable(id(number), owner(), NOW).await;
    looked.unwrap().1.offset
}

async fn complete(storage: &MediaStorage, number: i64) -> CompleteUpload {
    let complete = storage.complete_resumable(id(number), owner(), NOW).await;
    complete.unwrap()
}

/// The clip as a whole, waiting to be published.
async fn clip(storage: &MediaStorage, number: i64) {
    begin(storage, number, DEMO_CLIP.len()).await;
    append(storage, number, 0, DEMO_CLIP).await;
}

fn path_of(folder: &TempDir, name: &str) -> PathBuf {
    folder.path().join("staging/resumable").join(name)
}

#[tokio::test]
async fn an_upload_goes_on_in_another_process_where_it_was_durable() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, DEMO_CLIP.len()).await;
    append(&storage, 5, 0, &DEMO_CLIP[..1_000]).await;
    drop(storage);
    // What a process wrote that was killed before it had said that it is durable.
    let bytes = path_of(&folder, "5/upload");
    let torn = [&DEMO_CLIP[..1_000], b"something else"].concat();
    fs::write(&bytes, torn).unwrap();

    let storage = start(&folder);
    let swept = storage.sweep(async |_| Ok::<_, Infallible>(false)).await;
    assert_eq!(swept.unwrap().removed, 0);
    let looked = storage.resumable(id(5), owner(), NOW).await;
    let (upload, progress) = looked.unwrap();
    assert_eq!(
        (upload.length, progress.offset),
        (DEMO_CLIP.len() as u64, 1_000)
    );
    append(&storage, 5, 1_000, &DEMO_CLIP[1_000..]).await;
    assert_eq!(fs::read(bytes).unwrap(), DEMO_CLIP);
    let upload = complete(&storage, 5).await;
    upload.finish().await.unwrap().keep().await;
    upload.remove().await;
    assert_eq!(stored(folder.path()), STORED);
    assert_eq!(
        fs::read(folder.path().join("media/videos/5.mp4")).unwrap(),
        DEMO_CLIP
    );
    assert!(!path_of(&folder, "5").exists());
}

#[tokio::test]
async fn half_made_and_half_removed_uploads_are_gone_after_the_next_start() {
    let folder = TempDir::new().unwrap();
    drop(start(&folder));
    for half in ["5.new", "6.gone"] {
        fs::create_dir(path_of(&folder, half)).unwrap();
        fs::write(path_of(&folder, half).join("upload"), "bytes").unwrap();
    }
    drop(start(&folder));
    assert!(!path_of(&folder, "5.new").exists() && !path_of(&folder, "6.gone").exists());
}

#[tokio::test]
async fn what_a_killed_process_did_not_make_durable_takes_no_room_after_the_next_start() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, 100).await;
    append(&storage, 5, 0, b"durable").await;
    drop(storage);
    let upload = path_of(&folder, "5").join("upload");
    fs::write(&upload, "durable, and what came after it").unwrap();
    fs::write(path_of(&folder, "a file of somebody else"), "").unwrap();
    let storage = start(&folder);
    assert_eq!(fs::read(&upload).unwrap(), b"durable");
    assert_eq!(append(&storage, 5, 7, b" bytes").await, 13);
}

#[tokio::test]
async fn what_was_stored_and_not_published_is_published_by_another_attempt() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    clip(&storage, 5).await;
    let upload = complete(&storage, 5).await;
    // Nobody knows whether the row was written.
    drop(upload.finish().await.unwrap());
    // Where it is kept, and what marks its stored files.
    assert_eq!(unfinished(folder.path()), ["5", "5"]);
    assert_eq!(stored(folder.path()), STORED);
    // In the same process: what there is may be a part of a copy.
    let played = folder.path().join("media/videos/5.mp4");
    // Not into it: it may be the same file under another name.
    fs::remove_file(&played).unwrap();
    fs::write(&played, "part").unwrap();
    upload.finish().await.unwrap().keep().await;
    assert_eq!(fs::read(played).unwrap(), DEMO_CLIP);
    assert_eq!(unfinished(folder.path()), ["5"]);
    upload.remove().await;
    assert_eq!(unfinished(folder.path()), Vec::<String>::new());
    assert_eq!(stored(folder.path()), STORED);
}

#[tokio::test]
async fn a_crash_before_the_row_leaves_the_upload_to_be_published() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    clip(&storage, 5).await;
    drop(complete(&storage, 5).await.finish().await.unwrap());
    drop(storage);

    let storage = start(&folder);
    let swept = storage.sweep(async |_| Ok::<_, Infallible>(false)).await;
    assert_eq!(swept.unwrap().removed, 1);
    assert_eq!(stored(folder.path()), Vec::<String>::new());
    let upload = complete(&storage, 5).await;
    upload.finish().await.unwrap().keep().await;
    upload.remove().await;
    assert_eq!(stored(folder.path()), STORED);
}

#[tokio::test]
async fn a_sweep_waits_for_whoever_publishes_what_it_would_remove() {
    let folder = TempDir::new().unwrap();
    let before = start(&folder);
    clip(&before, 5).await;
    drop(complete(&before, 5).await.finish().await.unwrap());
    drop(before);

    let storage = start(&folder);
    let upload = complete(&storage, 5).await;
    let (row, asked) = (Cell::new(false), Cell::new(0));
    let sweeping = storage.sweep(async |_| {
        asked.set(asked.get() + 1);
        Ok::<_, Infallible>(row.get())
    });
    let publishing = async {
        upload.finish().await.unwrap().keep().await;
        assert_eq!(asked.get(), 0);
        row.set(true);
        upload.remove().await;
    };
    let (swept, ()) = tokio::join!(sweeping, publishing);
    assert_eq!((swept.unwrap().kept, asked.get()), (1, 1));
    assert_eq!(stored(folder.path()), STORED);
}

/// Time stands still but while everybody waits.
#[tokio::test(start_paused = true)]
async fn who_publishes_what_a_sweep_settles_waits_for_it() {
    let folder = TempDir::new().unwrap();
    let before = start(&folder);
    clip(&before, 5).await;
    drop(complete(&before, 5).await.finish().await.unwrap());
    drop(before);

    let storage = start(&folder);
    let publishing = Cell::new(None);
    let sweeping = storage.sweep(async |_| {
        let storage = storage.clone();
        let needs = async move { storage.complete_resumable(id(5), owner(), NOW).await };
        let mut needs = tokio::spawn(needs);
        let had = timeout(Duration::from_secs(1), &mut needs).await;
        assert!(had.is_err(), "{had:?}");
        publishing.set(Some(needs));
        Ok::<_, Infallible>(false)
    });
    assert_eq!(sweeping.await.unwrap().removed, 1);
    let upload = publishing.take().unwrap().await.unwrap().unwrap();
    upload.finish().await.unwrap().keep().await;
    upload.remove().await;
    assert_eq!(stored(folder.path()), STORED);
}

#[tokio::test]
async fn a_refused_upload_stores_nothing() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, 11).await;
    append(&storage, 5, 0, b"not a video").await;
    let upload = complete(&storage, 5).await;
    let refused = upload.finish().await;
    assert!(
        matches!(refused, Err(MediaError::NotAVideo(_))),
        "{refused:?}"
    );
    assert!(path_of(&folder, "5").exists());
    upload.remove().await;
    assert!(!path_of(&folder, "5").exists());
    assert_eq!(unfinished(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn a_writer_that_is_dropped_keeps_what_came_in() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, 10).await;
    let mut writer = storage.resume(id(5), owner(), 0, NOW).await.unwrap();
    writer.write(b"01234", NOW).await.unwrap();
    drop(writer);
    assert_eq!(append(&storage, 5, 5, b"56789").await, 10);
}

#[tokio::test]
async fn bytes_become_durable_while_more_come_in() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    let piece = vec![7; 1 << 20];
    begin(&storage, 5, 40 << 20).await;
    let mut writer = storage.resume(id(5), owner(), 0, NOW).await.unwrap();
    for _ in 0..20 {
        writer.write(&piece, NOW).await.unwrap();
    }
    assert_eq!(offset(&storage, 5).await, 16 << 20);
    assert_eq!(writer.finish().await.unwrap().offset, 20 << 20);
}

#[tokio::test]
async fn what_expires_is_removed_unless_somebody_has_it() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    for number in [5, 6] {
        begin(&storage, number, 10).await;
    }
    let later = Timestamp::from_millis(1_000);
    let before = Timestamp::from_millis(999);
    let remove = async |now| storage.remove_expired_resumables(now).await.unwrap();
    assert_eq!(remove(before).await, 0);
    let writer = storage.resume(id(6), owner(), 0, NOW).await.unwrap();
    assert_eq!(remove(later).await, 1);
    writer.finish().await.unwrap();
    assert_eq!(remove(later).await, 1);
    assert!(!path_of(&folder, "5").exists() && !path_of(&folder, "6").exists());
}

#[tokio::test]
async fn an_upload_is_kept_longer_whenever_something_came_in_and_is_none_from_when_it_expires() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, 10).await;
    let at = Timestamp::from_millis;
    let expected = ResumableProgress {
        offset: 5,
        at: at(900),
    };
    assert_eq!(append_at(&storage, 5, 0, b"01234", at(900)).await, expected);
    drop(storage);
    let storage = start(&folder);
    // Nothing came in.
    append_at(&storage, 5, 5, b"", at(1_500)).await;
    let (upload, progress) = storage.resumable(id(5), owner(), at(1_899)).await.unwrap();
    assert_eq!((progress, upload.expires(progress)), (expected, at(1_900)));
    for (what, refused) in [
        (
            "look",
            storage.resumable(id(5), owner(), at(1_900)).await.err(),
        ),
        (
            "resume",
            storage.resume(id(5), owner(), 5, at(1_900)).await.err(),
        ),
        (
            "publish",
            storage
                .complete_resumable(id(5), owner(), at(1_900))
                .await
                .err(),
        ),
        (
            "remove",
            storage
                .remove_resumable(id(5), owner(), at(1_900))
                .await
                .err(),
        ),
    ] {
        assert!(
            matches!(refused, Some(ResumableError::NotFound)),
            "{what}: {refused:?}"
        );
    }
    assert_eq!(
        storage.remove_expired_resumables(at(1_900)).await.unwrap(),
        1
    );
}
