use std::convert::Infallible;
use std::fs;
use std::path::Path;

use douyin_core::VideoId;
use douyin_media::{Claimed, DEMO_CLIP, MediaStorage, SweepError, Swept};
use tempfile::TempDir;

use crate::support::{id, open, stored, unfinished, without_ffmpeg};

fn start(folder: &TempDir) -> MediaStorage {
    open("file", folder.path(), without_ffmpeg()).unwrap()
}

async fn upload(storage: &MediaStorage, id: VideoId) -> douyin_media::Stored {
    let mut incoming = storage.begin(id).await.unwrap();
    incoming.write(DEMO_CLIP).await.unwrap();
    incoming.finish().await.unwrap()
}

/// Sweeps where the rows of these videos exist.
async fn sweep(storage: &MediaStorage, published: &[i64]) -> Swept {
    let rows = async |claimed| {
        let is_published = |id: &i64| claimed == Claimed::Video(VideoId::new(*id).unwrap());
        Ok::<_, Infallible>(published.iter().any(is_published))
    };
    storage.sweep(rows).await.unwrap()
}

const NOTHING: Swept = Swept {
    removed: 0,
    kept: 0,
    running: 0,
};

/// What a process leaves that was killed while an upload came in.
fn leave_unfinished(folder: &Path, session: &str, video: i64) {
    let upload = folder.join("staging").join(session).join(video.to_string());
    fs::create_dir_all(&upload).unwrap();
    fs::write(upload.join("upload"), &DEMO_CLIP[..1000]).unwrap();
}

#[cfg(unix)]
#[test]
fn nobody_else_can_look_into_where_uploads_wait_though_the_folder_is_older() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    for is_older in [false, true] {
        let folder = TempDir::new().unwrap();
        let staging = folder.path().join("staging");
        if is_older {
            fs::create_dir(&staging).unwrap();
            fs::set_permissions(&staging, fs::Permissions::from_mode(0o755)).unwrap();
        }
        drop(start(&folder));
        assert_eq!(mode(&staging) == 0o700, !is_older);
        for name in ["session-0", "resumable"] {
            assert_eq!(mode(&staging.join(name)), 0o700, "{name}");
        }
    }
}

#[tokio::test]
async fn a_fresh_start_finds_nothing_to_sweep() {
    let folder = TempDir::new().unwrap();
    assert_eq!(sweep(&start(&folder), &[]).await, NOTHING);
}

#[tokio::test]
async fn an_upload_that_was_stored_and_not_published_is_gone_after_the_next_start() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    drop(upload(&storage, id(5)).await);
    assert_eq!(unfinished(folder.path()), ["5"]);
    assert_eq!(stored(folder.path()), ["5.jpg", "5.mp4", "5.webp"]);
    drop(storage);

    let storage = start(&folder);
    assert_eq!(
        sweep(&storage, &[]).await,
        Swept {
            removed: 1,
            ..NOTHING
        }
    );
    assert_eq!(unfinished(folder.path()), Vec::<String>::new());
    assert_eq!(stored(folder.path()), Vec::<String>::new());
    assert_eq!(sweep(&storage, &[]).await, NOTHING);
}

#[tokio::test]
async fn an_upload_that_was_published_in_the_last_moment_keeps_its_files() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    drop(upload(&storage, id(5)).await);
    drop(upload(&storage, id(6)).await);
    upload(&storage, id(7)).await.keep().await;
    drop(storage);

    let swept = sweep(&start(&folder), &[5, 7]).await;
    assert_eq!(
        swept,
        Swept {
            removed: 1,
            kept: 1,
            running: 0
        }
    );
    assert_eq!(unfinished(folder.path()), Vec::<String>::new());
    assert_eq!(
        stored(folder.path()),
        ["5.jpg", "5.mp4", "5.webp", "7.jpg", "7.mp4", "7.webp"]
    );
}

#[tokio::test]
async fn an_upload_that_was_cut_by_the_end_of_the_process_is_gone_after_the_next_start() {
    let folder = TempDir::new().unwrap();
    drop(start(&folder));
    leave_unfinished(folder.path(), "session-0", 5);
    leave_unfinished(folder.path(), "session-7", 6);
    // Killed while it was asked whether it is ready.
    fs::write(folder.path().join("staging/session-7/ready"), "ready").unwrap();
    // Killed after the first file was put in its place.
    fs::write(folder.path().join("media/videos/5.webm"), "part").unwrap();

    let swept = sweep(&start(&folder), &[]).await;
    assert_eq!(
        swept,
        Swept {
            removed: 2,
            ..NOTHING
        }
    );
    assert_eq!(unfinished(folder.path()), Vec::<String>::new());
    assert_eq!(stored(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn uploads_of_a_running_process_are_left_alone() {
    let folder = TempDir::new().unwrap();
    let running = start(&folder);
    let mut incoming = running.begin(id(5)).await.unwrap();
    incoming.write(DEMO_CLIP).await.unwrap();
    let waiting = upload(&running, id(6)).await;

    let other = start(&folder);
    assert_eq!(
        sweep(&other, &[]).await,
        Swept {
            running: 1,
            ..NOTHING
        }
    );
    assert_eq!(
        sweep(&running, &[]).await,
        Swept {
            running: 1,
            ..NOTHING
        }
    );
    assert_eq!(unfinished(folder.path()), ["5", "6"]);
    incoming.finish().await.unwrap().keep().await;
    waiting.keep().await;
    assert_eq!(
        stored(folder.path()),
        ["5.jpg", "5.mp4", "5.webp", "6.jpg", "6.mp4", "6.webp"]
    );
}

#[test]
fn servers_that_start_and_stop_beside_each_other_settle_what_is_left_once() {
    let folder = TempDir::new().unwrap();
    for session in 0..50 {
        leave_unfinished(folder.path(), &format!("session-{session}"), 100 + session);
    }
    let start_and_stop = || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let swept = (0..50).map(|_| runtime.block_on(sweep(&start(&folder), &[])));
        swept.map(|swept| swept.removed).sum::<usize>()
    };
    let removed: usize = std::thread::scope(|scope| {
        let servers: Vec<_> = (0..4).map(|_| scope.spawn(start_and_stop)).collect();
        let joined = servers.into_iter().map(|server| server.join().unwrap());
        joined.sum()
    });
    assert_eq!(removed, 50);
    assert_eq!(unfinished(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn where_nobody_knows_whether_it_is_published_an_upload_stays_for_the_next_sweep() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    drop(upload(&storage, id(5)).await);
    drop(storage);

    let storage = start(&folder);
    let failed = storage.sweep(async |_| Err("no database")).await;
    assert!(
        matches!(failed, Err(SweepError::Named("no database"))),
        "{failed:?}"
    );
    assert_eq!(unfinished(folder.path()), ["5"]);
    assert_eq!(stored(folder.path()), ["5.jpg", "5.mp4", "5.webp"]);
    assert_eq!(sweep(&storage, &[5]).await, Swept { kept: 1, ..NOTHING });
}

#[tokio::test]
async fn what_is_not_ours_is_not_touched() {
    let folder = TempDir::new().unwrap();
    drop(start(&folder));
    for name in [
        "notes.txt",
        "session-0/0",
        "session-0/-5",
        "session-0/07x",
        "session-0/99999999999999999",
    ] {
        fs::write(folder.path().join("staging").join(name), "mine").unwrap();
    }
    let storage = start(&folder);
    assert_eq!(sweep(&storage, &[]).await, NOTHING);
    assert_eq!(unfinished(folder.path()).len(), 4);
    assert!(folder.path().join("staging/notes.txt").exists());
}
