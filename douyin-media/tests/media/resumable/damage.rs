//! Folders of uploads that a disk, or somebody, has damaged.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use douyin_core::Timestamp;
use douyin_media::{MediaStorage, ResumableError};
use tempfile::TempDir;

use super::{NOW, append, begin, owner, path_of, start};
use crate::support::id;

const A_DAY_MILLIS: i64 = 24 * 3_600_000;

/// Sets when a folder was changed, and what is in it.
fn changed_at_the_beginning(folder: &Path) {
    let files = fs::read_dir(folder).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    for path in paths.chain([folder.to_owned()]) {
        let file = File::open(path).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_millis(1))
            .unwrap();
    }
}

async fn removed(storage: &MediaStorage, millis: i64) -> usize {
    let now = Timestamp::from_millis(millis);
    storage.remove_expired_resumables(now).await.unwrap()
}

/// What can be wrong with a folder.
const DAMAGES: [fn(&Path); 11] = [
    |folder| fs::write(folder.join("record"), "").unwrap(),
    |folder| fs::write(folder.join("record"), [0xff; 100]).unwrap(),
    |folder| fs::remove_file(folder.join("record")).unwrap(),
    |folder| fs::write(folder.join("offset"), [0xff]).unwrap(),
    |folder| fs::write(folder.join("offset"), [0xff; 16]).unwrap(),
    |folder| fs::remove_file(folder.join("offset")).unwrap(),
    |folder| fs::write(folder.join("offset"), progress(5, i64::MAX)).unwrap(),
    |folder| keep_for(folder, i64::MAX),
    |folder| fs::write(folder.join("upload"), b"0123").unwrap(),
    |folder| fs::remove_file(folder.join("upload")).unwrap(),
    |folder| {
        fs::remove_file(folder.join("upload")).unwrap();
        fs::create_dir(folder.join("upload")).unwrap();
    },
];

fn progress(offset: u64, at_millis: i64) -> Vec<u8> {
    [offset.to_be_bytes(), at_millis.to_be_bytes()].concat()
}

fn keep_for(folder: &Path, millis: i64) {
    let record = fs::read_to_string(folder.join("record")).unwrap();
    let lines = record.lines().map(|line| match line {
        line if line.starts_with("kept ") => format!("kept {millis}\n"),
        line => format!("{line}\n"),
    });
    fs::write(folder.join("record"), lines.collect::<String>()).unwrap();
}

#[tokio::test]
async fn a_damaged_upload_is_none_and_removed_a_day_after_it_was_last_changed() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    let numbers = 5..5 + i64::try_from(DAMAGES.len()).unwrap();
    for (number, damage) in numbers.clone().zip(DAMAGES) {
        begin(&storage, number, 10).await;
        append(&storage, number, 0, b"01234").await;
        let upload = path_of(&folder, &number.to_string());
        damage(&upload);
        changed_at_the_beginning(&upload);
        let looked = storage.resumable(id(number), owner(), NOW).await;
        assert!(
            matches!(looked, Err(ResumableError::NotFound)),
            "{number}: {looked:?}"
        );
        let resumed = storage.resume(id(number), owner(), 5, NOW).await;
        assert!(
            matches!(resumed, Err(ResumableError::NotFound)),
            "{number}: {resumed:?}"
        );
    }
    // It takes nobody's place, and keeps nobody from starting.
    begin(&storage, 20, 10).await;
    drop(storage);
    let storage = start(&folder);
    storage
        .remove_resumable(id(20), owner(), NOW)
        .await
        .unwrap();
    assert_eq!(removed(&storage, A_DAY_MILLIS).await, 0);
    assert_eq!(removed(&storage, A_DAY_MILLIS + 1).await, DAMAGES.len());
    let left = numbers.filter(|number| path_of(&folder, &number.to_string()).exists());
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn a_damaged_upload_that_is_being_written_stays() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, 10).await;
    let writer = storage.resume(id(5), owner(), 0, NOW).await.unwrap();
    let upload = path_of(&folder, "5");
    fs::write(upload.join("record"), "").unwrap();
    changed_at_the_beginning(&upload);
    assert_eq!(removed(&storage, 2 * A_DAY_MILLIS).await, 0);
    drop(writer);
    assert_eq!(removed(&storage, 2 * A_DAY_MILLIS).await, 1);
}

#[tokio::test]
async fn what_is_no_upload_stays_however_old_it_is() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    for name in ["somebody's", "007", "-5"] {
        let path = path_of(&folder, name);
        fs::create_dir(&path).unwrap();
        changed_at_the_beginning(&path);
    }
    fs::write(path_of(&folder, "5"), "a file").unwrap();
    assert_eq!(removed(&storage, 2 * A_DAY_MILLIS).await, 0);
}

#[tokio::test]
async fn an_upload_whose_bytes_are_lost_does_not_go_on() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, 10).await;
    append(&storage, 5, 0, b"01234").await;
    let bytes = path_of(&folder, "5/upload");
    fs::write(&bytes, "0").unwrap();
    let resumed = storage.resume(id(5), owner(), 5, NOW).await;
    assert!(
        matches!(resumed, Err(ResumableError::NotFound)),
        "{resumed:?}"
    );
    assert_eq!(fs::read(&bytes).unwrap(), b"0");
    drop(storage);
    start(&folder);
    assert_eq!(fs::read(&bytes).unwrap(), b"0");
}
