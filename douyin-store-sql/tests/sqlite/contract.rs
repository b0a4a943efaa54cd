//! The store keeps the contract of the ports, and answers as the memory store does.

use std::sync::Arc;

use douyin_core::Store;
use douyin_core::conformance::nodes::Handle;
use douyin_store_mem::MemStore;
use douyin_store_sql::{ClosableStore, SqlOptions};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

async fn open_in(folder: &TempDir) -> Arc<dyn ClosableStore> {
    let url = format!("sqlite:{}", folder.path().join("douyin.db").display());
    let store = douyin_store_sql::open(&url, &SqlOptions::default()).await;
    store.expect("a new database can be opened")
}

async fn open(_case: &'static str) -> (TempDir, Arc<dyn Store>) {
    let folder = folder();
    let store = open_in(&folder).await;
    (folder, store)
}

douyin_core::conformance!(open);

#[test]
fn it_answers_every_history_as_the_memory_store_does() {
    let memory = async |_| ((), Arc::new(MemStore::new()) as Arc<dyn Store>);
    douyin_core::conformance::model::compare(memory, open);
}

async fn handle(folder: &TempDir) -> Handle {
    let store = open_in(folder).await;
    Handle {
        store: Arc::<dyn ClosableStore>::clone(&store),
        nodes: store,
    }
}

async fn open_twice(_case: &'static str) -> (TempDir, [Handle; 2]) {
    let folder = folder();
    let handles = [handle(&folder).await, handle(&folder).await];
    (folder, handles)
}

douyin_core::nodes_conformance!(open_twice);
