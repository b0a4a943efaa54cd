use std::time::Duration;

use super::number;
use crate::engine::Statement;
use crate::error::Error;
use crate::open::open_with;
use crate::options::SqlOptions;
use crate::sqlite::SqliteFile;

#[tokio::test]
async fn a_cancelled_read_keeps_its_permit_until_it_ends_and_returns_its_connection() {
    const LONG: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) \
         SELECT COUNT(*) FROM n";
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("douyin.db").display());
    let mut options = SqlOptions::default();
    (options.readers, options.lock_wait) = (Some(1), Duration::from_mins(1));
    let store = open_with::<SqliteFile>(&url, &options).await.unwrap();
    let readers = &store.readers;
    // Tells this connection from any other.
    let marked = "PRAGMA cache_size = -1234";
    readers.rows(&Statement::new(marked), &[]).await.unwrap();

    let long = Statement::new(LONG);
    let mut leaves = Box::pin(readers.rows(&long, &[]));
    assert!(futures_util::poll!(&mut leaves).is_pending());
    drop(leaves);
    assert_eq!(readers.places.free(), 0);
    assert_eq!(number(readers, "PRAGMA cache_size").await, -1234);
    assert_eq!(readers.places.free(), 1);
    assert_eq!(readers.idle.len(), 1);
}

#[tokio::test]
async fn who_finds_as_many_waiting_as_may_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("douyin.db").display());
    let mut options = SqlOptions::default();
    (options.readers, options.read_queue) = (Some(1), 1);
    let store = open_with::<SqliteFile>(&url, &options).await.unwrap();
    let (readers, one) = (&store.readers, Statement::new("SELECT 1"));

    let mut reads = Box::pin(readers.rows(&one, &[]));
    assert!(futures_util::poll!(&mut reads).is_pending());
    let mut waits = Box::pin(readers.rows(&one, &[]));
    assert!(futures_util::poll!(&mut waits).is_pending());
    let refused = readers.rows(&one, &[]).await;
    assert!(matches!(refused, Err(Error::TooManyReads)), "{refused:?}");

    assert!(reads.await.is_ok());
    assert!(waits.await.is_ok());
    assert_eq!(number(readers, "SELECT 1").await, 1);
}
