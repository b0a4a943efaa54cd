//! How many uploads may be unfinished, and which one goes for another one.

use std::net::IpAddr;

use douyin_core::{Timestamp, UserId};
use douyin_media::{MediaStorage, ResumableBounds, ResumableError, ResumableUpload};
use tempfile::TempDir;

use super::{BOUNDS, NOW, append_at, of_length, owner, path_of, start};
use crate::support::id;

const fn minutes(minutes: i64) -> Timestamp {
    Timestamp::from_millis(minutes * 60_000)
}

/// Two in all.
const FEW: ResumableBounds = ResumableBounds {
    in_all: 2,
    ..BOUNDS
};

/// Kept for a day.
fn upload(number: i64, network: Option<&str>) -> ResumableUpload {
    ResumableUpload {
        kept_millis: 24 * 3_600_000,
        network: network.map(|network| network.parse::<IpAddr>().unwrap()),
        ..of_length(number, 10)
    }
}

async fn begin(
    storage: &MediaStorage,
    number: i64,
    bounds: ResumableBounds,
    now: Timestamp,
) -> Result<(), ResumableError> {
    let upload = upload(number, None);
    storage.begin_resumable(upload, bounds, now).await
}

fn is_full(begun: &Result<(), ResumableError>) -> bool {
    matches!(begun, Err(ResumableError::Full))
}

/// Which of these there are.
fn there(folder: &TempDir, numbers: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let is_there = |number: &i64| path_of(folder, &number.to_string()).exists();
    numbers.into_iter().filter(is_there).collect()
}

#[tokio::test]
async fn where_there_are_too_many_the_one_goes_that_nothing_came_in_of_for_longest() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, FEW, minutes(0)).await.unwrap();
    begin(&storage, 6, FEW, minutes(1)).await.unwrap();
    append_at(&storage, 6, 0, b"01", minutes(20)).await;
    append_at(&storage, 5, 0, b"01", minutes(30)).await;
    assert!(is_full(&begin(&storage, 7, FEW, minutes(79)).await));
    // A restart changes nothing about it.
    drop(storage);
    let storage = start(&folder);
    begin(&storage, 7, FEW, minutes(80)).await.unwrap();
    assert_eq!(there(&folder, 5..9), [5, 7]);
    assert!(is_full(&begin(&storage, 8, FEW, minutes(80)).await));
    // What goes on stays.
    append_at(&storage, 5, 2, b"23", minutes(81)).await;
    append_at(&storage, 7, 0, b"01", minutes(81)).await;
    assert!(is_full(&begin(&storage, 8, FEW, minutes(140)).await));
    assert_eq!(there(&folder, 5..9), [5, 7]);
}

#[tokio::test]
async fn what_nothing_came_in_of_at_all_makes_room_after_five_minutes() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, FEW, minutes(0)).await.unwrap();
    append_at(&storage, 5, 0, b"01", minutes(0)).await;
    begin(&storage, 6, FEW, minutes(1)).await.unwrap();
    assert!(is_full(&begin(&storage, 7, FEW, minutes(5)).await));
    begin(&storage, 7, FEW, minutes(6)).await.unwrap();
    assert_eq!(there(&folder, 5..8), [5, 7]);
}

#[tokio::test]
async fn what_somebody_has_makes_room_for_nobody() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    for number in [5, 6] {
        begin(&storage, number, FEW, minutes(0)).await.unwrap();
    }
    let writer = storage.resume(id(5), owner(), 0, minutes(1)).await.unwrap();
    begin(&storage, 7, FEW, minutes(60)).await.unwrap();
    assert!(is_full(&begin(&storage, 8, FEW, minutes(60)).await));
    assert_eq!(there(&folder, 5..9), [5, 7]);
    drop(writer);
}

#[tokio::test]
async fn what_has_expired_takes_no_place() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    for number in [5, 6] {
        begin(&storage, number, FEW, minutes(0)).await.unwrap();
        append_at(&storage, number, 0, b"01", minutes(0)).await;
    }
    let bounds = ResumableBounds { of_one: 2, ..FEW };
    let a_day_later = minutes(24 * 60);
    for number in [7, 8] {
        begin(&storage, number, bounds, a_day_later).await.unwrap();
    }
    let refused = begin(&storage, 9, bounds, a_day_later).await;
    assert!(matches!(refused, Err(ResumableError::TooMany)));
}

#[tokio::test]
async fn one_network_leaves_room_to_others() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    let bounds = ResumableBounds {
        of_network: 1,
        ..BOUNDS
    };
    let begin = async |number, network, now| {
        storage
            .begin_resumable(upload(number, network), bounds, now)
            .await
    };
    let (here, there_too) = (Some("192.0.2.1"), Some("2001:db8::"));
    begin(5, here, minutes(1)).await.unwrap();
    assert!(is_full(&begin(6, here, minutes(1)).await));
    begin(6, there_too, minutes(0)).await.unwrap();
    for number in [7, 8] {
        begin(number, None, minutes(0)).await.unwrap();
    }
    // Its own goes, though others are older.
    begin(9, here, minutes(6)).await.unwrap();
    assert_eq!(there(&folder, 5..10), [6, 7, 8, 9]);
}

#[tokio::test]
async fn who_has_all_places_does_not_keep_them_with_a_byte_now_and_then() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    let bounds = ResumableBounds {
        in_all: 4,
        ..BOUNDS
    };
    let begin = async |number, network, now| {
        storage
            .begin_resumable(upload(number, network), bounds, now)
            .await
    };
    let (many, one, another) = (Some("192.0.2.1"), Some("192.0.2.2"), Some("2001:db8::"));
    begin(5, one, minutes(0)).await.unwrap();
    append_at(&storage, 5, 0, b"0", minutes(0)).await;
    for number in 6..9 {
        begin(number, many, minutes(1)).await.unwrap();
        append_at(&storage, number, 0, b"0", minutes(number)).await;
    }
    // Nor does whoever has most push others aside, or comes from nobody knows where.
    for network in [many, None] {
        assert!(is_full(&begin(9, network, minutes(10)).await));
    }
    // One that is being written stays.
    let writer = storage.resume(id(6), owner(), 1, minutes(10)).await;
    begin(9, another, minutes(10)).await.unwrap();
    assert_eq!(there(&folder, 5..10), [5, 6, 8, 9]);
    append_at(&storage, 9, 0, b"0", minutes(10)).await;
    // Two are not more than two.
    assert!(is_full(&begin(10, another, minutes(10)).await));
    begin(10, Some("192.0.2.3"), minutes(10)).await.unwrap();
    assert_eq!(there(&folder, 5..11), [5, 6, 9, 10]);
    drop(writer);
}

#[tokio::test]
async fn those_of_an_owner_may_have_so_many_bytes_together() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    let bounds = ResumableBounds {
        bytes_of_one: Some(10),
        ..BOUNDS
    };
    let begin = async |upload| storage.begin_resumable(upload, bounds, NOW).await;
    begin(of_length(5, 6)).await.unwrap();
    let refused = begin(of_length(6, 5)).await;
    assert!(matches!(refused, Err(ResumableError::OverQuota)));
    begin(of_length(6, 4)).await.unwrap();
    let others = ResumableUpload {
        owner: UserId::new(8).unwrap(),
        ..of_length(7, 10)
    };
    begin(others).await.unwrap();
}
