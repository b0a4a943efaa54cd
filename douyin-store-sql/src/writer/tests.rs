use async_trait::async_trait;
use douyin_core::{Audit as _, Counter, Drift, StoreError};
use tempfile::TempDir;

use super::{Operation, RowLocks, Work};
use crate::engine::{Row as _, RowOf, Statement};
use crate::error::Error;
use crate::open::open_with;
use crate::options::SqlOptions;
use crate::sqlite::SqliteFile;
use crate::store::SqlStore;

async fn opened() -> (TempDir, SqlStore<SqliteFile>) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("douyin.db").display());
    let store = open_with(&url, &SqlOptions::default()).await.unwrap();
    (folder, store)
}

/// What a statement answers on the connection that writes.
struct Ask(&'static str);

#[async_trait]
impl Operation<SqliteFile> for Ask {
    type Answer = Vec<RowOf<SqliteFile>>;

    fn lock(&self, _locks: &mut RowLocks) {}

    async fn apply(&self, work: &mut Work<'_, SqliteFile>) -> Result<Self::Answer, Error> {
        work.run(&Statement::new(self.0), &[]).await
    }
}

const FULL: i64 = 2;

async fn assert_durable(store: &SqlStore<SqliteFile>) {
    let mode = store.writer.perform(Ask("PRAGMA journal_mode")).await;
    assert_eq!(mode.unwrap()[0].text(0).unwrap(), Some("wal"));
    let synchronous = store.writer.perform(Ask("PRAGMA synchronous")).await;
    assert_eq!(synchronous.unwrap()[0].integer(0).unwrap(), Some(FULL));
}

#[tokio::test]
async fn the_connection_that_writes_logs_ahead_and_waits_for_the_disk_at_every_commit() {
    let (_folder, store) = opened().await;
    assert_durable(&store).await;
}

#[tokio::test]
async fn a_connection_that_reads_cannot_write() {
    let (_folder, store) = opened().await;
    let write = Statement::new(crate::migration::WRITE_PROBE);
    let refused = store.readers.rows(&write, &[]).await;
    assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
}

/// Leaves a row behind, if its transaction should stand, and panics.
struct Panic;

#[async_trait]
impl Operation<SqliteFile> for Panic {
    type Answer = ();

    fn lock(&self, _locks: &mut RowLocks) {}

    async fn apply(&self, work: &mut Work<'_, SqliteFile>) -> Result<(), Error> {
        let row = "INSERT INTO schema_migrations (version, name) VALUES (77, 'left behind')";
        work.run(&Statement::new(row), &[]).await?;
        panic!("a defect");
    }
}

#[tokio::test]
async fn a_writer_that_panics_loses_one_batch_and_goes_on_as_durable_as_before() {
    let (_folder, store) = opened().await;
    let (lost, beside) = tokio::join!(store.writer.perform(Panic), store.ping());
    assert!(matches!(lost, Err(Error::Abandoned)), "{lost:?}");
    assert!(matches!(beside, Ok(()) | Err(StoreError::Unavailable(_))));

    store.ping().await.unwrap();
    assert_durable(&store).await;
    let left = "SELECT COUNT(*) FROM schema_migrations WHERE version = 77";
    let left = store.writer.perform(Ask(left)).await.unwrap();
    assert_eq!(left[0].integer(0).unwrap(), Some(0));
}

/// A correction and an unlike in one transaction, which cancel for the video and not for its author.
struct CorrectBesideUnlike;

#[async_trait]
impl Operation<SqliteFile> for CorrectBesideUnlike {
    type Answer = ();

    fn lock(&self, _locks: &mut RowLocks) {}

    async fn apply(&self, work: &mut Work<'_, SqliteFile>) -> Result<(), Error> {
        work.counters.correct(&Drift {
            counter: Counter::VideoFavorites,
            of: 7,
            stored: 4,
            counted: 5,
        });
        work.counters.add_favorite((2, 7), -1);
        Ok(())
    }
}

#[tokio::test]
async fn a_correction_that_cancels_what_an_unlike_moves_leaves_the_author_right() {
    let (_folder, store) = opened().await;
    for row in [
        "INSERT INTO users (id, name, username_key, password, signature, registered_at, total_favorited) \
         VALUES (1, 'a', 'a', '', '', 0, 5)",
        "INSERT INTO videos (id, author_id, title, play, cover, published_at, favorite_count) \
         VALUES (7, 1, '', '', '', 0, 4)",
    ] {
        store.writer.perform(Ask(row)).await.unwrap();
    }
    store.writer.perform(CorrectBesideUnlike).await.unwrap();
    let counters = "SELECT videos.favorite_count, total_favorited FROM videos JOIN users ON users.id = author_id";
    let counters = store.writer.perform(Ask(counters)).await.unwrap();
    assert_eq!(counters[0].integer(0).unwrap(), Some(4));
    assert_eq!(counters[0].integer(1).unwrap(), Some(4));
}
