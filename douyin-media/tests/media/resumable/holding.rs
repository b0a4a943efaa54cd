//! Uploads that more than one needs.

use std::time::Duration;

use douyin_media::ResumableError;
use tempfile::TempDir;
use tokio::time::timeout;

use super::{NOW, append, begin, clip, complete, offset, owner, path_of, start};
use crate::support::id;

/// Far longer than it takes, and than it is waited for: what would wait for ever fails.
const LONG: Duration = Duration::from_mins(10);

#[tokio::test]
async fn who_writes_an_upload_lets_it_go_when_another_one_needs_it() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, 10).await;
    let mut writer = storage.resume(id(5), owner(), 0, NOW).await.unwrap();
    writer.write(b"01234", NOW).await.unwrap();
    let hanging = tokio::spawn(async move {
        writer.asked_for().await;
        writer.finish().await.unwrap().offset
    });
    let refused = storage.resume(id(5), owner(), 0, NOW).await;
    assert!(matches!(
        refused,
        Err(ResumableError::WrongOffset { offset: 5 })
    ));
    assert_eq!(hanging.await.unwrap(), 5);

    let writer = storage.resume(id(5), owner(), 5, NOW).await.unwrap();
    let hanging = tokio::spawn(async move {
        writer.asked_for().await;
        drop(writer);
    });
    storage.remove_resumable(id(5), owner(), NOW).await.unwrap();
    hanging.await.unwrap();
    assert!(!path_of(&folder, "5").exists());
}

#[tokio::test]
async fn who_only_looks_disturbs_nobody() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, 10).await;
    let writer = storage.resume(id(5), owner(), 0, NOW).await.unwrap();
    assert_eq!(offset(&storage, 5).await, 0);
    storage.remove_expired_resumables(NOW).await.unwrap();
    let asked = std::pin::pin!(writer.asked_for());
    assert!(futures_util::poll!(asked).is_pending());
}

#[tokio::test]
async fn who_publishes_an_upload_is_waited_for() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    clip(&storage, 5).await;
    let first = complete(&storage, 5).await;
    let second = storage.complete_resumable(id(5), owner(), NOW);
    let publishing = async {
        first.finish().await.unwrap().keep().await;
        first.remove().await;
    };
    let (second, ()) = tokio::join!(second, publishing);
    assert!(
        matches!(second, Err(ResumableError::NotFound)),
        "{second:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_is_not_let_go_in_time_is_in_use() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    clip(&storage, 5).await;
    let publishing = complete(&storage, 5).await;
    let second = timeout(LONG, storage.complete_resumable(id(5), owner(), NOW));
    let second = second.await.unwrap();
    assert!(matches!(second, Err(ResumableError::InUse)), "{second:?}");
    drop(publishing);
    complete(&storage, 5).await.remove().await;
}

#[tokio::test]
async fn what_another_process_has_is_in_use_at_once() {
    let folder = TempDir::new().unwrap();
    let (here, elsewhere) = (start(&folder), start(&folder));
    begin(&here, 5, 10).await;
    let writer = elsewhere.resume(id(5), owner(), 0, NOW).await.unwrap();
    let refused = here.resume(id(5), owner(), 0, NOW).await;
    assert!(matches!(refused, Err(ResumableError::InUse)));
    drop(writer);
    assert_eq!(append(&here, 5, 0, b"01").await, 2);
}

#[tokio::test]
async fn many_who_need_an_upload_have_it_one_after_the_other() {
    let folder = TempDir::new().unwrap();
    let storage = start(&folder);
    begin(&storage, 5, 100).await;
    let bytes = [7; 100];
    let writers = (0..8).map(|_| {
        let storage = storage.clone();
        tokio::spawn(async move {
            loop {
                let offset = offset(&storage, 5).await;
                if offset == 100 {
                    return;
                }
                match storage.resume(id(5), owner(), offset, NOW).await {
                    Ok(mut writer) => {
                        writer.write(&bytes[..10], NOW).await.unwrap();
                        assert_eq!(writer.finish().await.unwrap().offset, offset + 10);
                    }
                    Err(ResumableError::WrongOffset { .. } | ResumableError::InUse) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        })
    });
    let writers = futures_util::future::try_join_all(writers);
    timeout(LONG, writers).await.unwrap().unwrap();
}
