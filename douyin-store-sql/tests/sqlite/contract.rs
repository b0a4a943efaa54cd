//! The store keeps the contract of the ports, and answers as the memory store does.

use std::sync::Arc;

use douyin_core::Store;
use douyin_store_mem::MemStore;
use douyin_store_sql::SqlOptions;
use tempfile::TempDir;

async fn open(_case: &'static str) -> (TempDir, Arc<dyn Store>) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let url = format!("sqlite:{}", folder.path().join("douyin.db").display());
    let store = douyin_store_sql::open(&url, &SqlOptions::default()).await;
    (folder, store.expect("a new database can be opened"))
}

douyin_core::conformance!(open);

#[test]
fn it_answers_every_history_as_the_memory_store_does() {
    let memory = async |_| ((), Arc::new(MemStore::new()) as Arc<dyn Store>);
    douyin_core::conformance::model::compare(memory, open);
}
