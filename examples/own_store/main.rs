//! A store of one's own: everything in memory, and durable by a journal of writes that is read again at the start.
//!
//! `cargo run -p douyin-examples --bin own_store`
//!
//! The store knows nothing of the rules of the domain; it keeps the contract that stands on the ports of `douyin-core`. That
//! it does is proved by one line, at the end of this file.

mod jobs;
mod journal;
mod media;
mod sessions;
mod store;
mod users;
mod write;

use std::path::Path;
use std::sync::Arc;

use douyin_core::{Douyin, FeedQuery, Mark, MediaKey, Upload};

use self::store::JournalStore;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("douyin.journal");
    publish_and_like(&path).await?;
    println!("{}", what_is_there_after_a_restart(&path).await?);
    Ok(())
}

async fn publish_and_like(path: &Path) -> Result<(), BoxError> {
    let douyin = Douyin::builder(Arc::new(JournalStore::open(path).await?)).build();
    let alice = douyin.register("alice", "correct horse").await?;
    let upload = Upload {
        id: douyin.new_video_id()?,
        title: "The tallest sandcastle".to_owned(),
        play: MediaKey::new("videos/castle.mp4"),
        cover: MediaKey::new("covers/castle.jpg"),
        bytes: 0,
    };
    let video = upload.id;
    douyin.publish(alice, upload).await?;
    let _ = douyin.like(alice, video, Mark::On).await?;
    Ok(())
}

async fn what_is_there_after_a_restart(path: &Path) -> Result<String, BoxError> {
    let douyin = Douyin::builder(Arc::new(JournalStore::open(path).await?)).build();
    let feed = douyin.feed(None, FeedQuery::default()).await?;
    let titles = feed.videos.items.iter().map(|video| {
        format!(
            "{} by {}, {} like",
            video.title, video.author.name, video.favorite_count
        )
    });
    Ok(titles.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use douyin_core::Store;

    use super::*;

    #[tokio::test]
    async fn what_was_written_is_there_after_a_restart_and_half_a_line_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("douyin.journal");
        publish_and_like(&path).await.unwrap();
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap();
        file.write_all(br#"{"MarkFavorite":{"user":1,"vi"#).unwrap();
        for _ in 0..2 {
            assert_eq!(
                what_is_there_after_a_restart(&path).await.unwrap(),
                "The tallest sandcastle by alice, 1 like"
            );
        }
    }

    #[tokio::test]
    async fn a_journal_that_cannot_be_read_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("douyin.journal");
        std::fs::write(&path, "what is this?\n").unwrap();
        assert!(JournalStore::open(&path).await.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"what is this?\n");
    }

    async fn open(_case: &'static str) -> (tempfile::TempDir, Arc<dyn Store>) {
        let folder = tempfile::tempdir().unwrap();
        let store = JournalStore::open(&folder.path().join("douyin.journal")).await;
        (folder, Arc::new(store.unwrap()))
    }

    // The line that proves it: one test for each sentence of the contract.
    douyin_core::conformance!(open);
}
