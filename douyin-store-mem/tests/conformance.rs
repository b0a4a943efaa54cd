//! The store keeps the contract of the ports.

use std::sync::Arc;

use douyin_core::Store;
use douyin_store_mem::MemStore;

async fn open(_case: &'static str) -> ((), Arc<dyn Store>) {
    ((), Arc::new(MemStore::new()))
}

douyin_core::conformance!(open);

/// Two stores of one kind: it shows that histories are repeatable and the model compares nothing that has no one answer.
#[test]
fn two_stores_answer_every_history_alike() {
    douyin_core::conformance::model::compare(open, open);
}

mod nodes {
    use douyin_core::conformance::nodes::Handle;

    use super::*;

    async fn open(_case: &'static str) -> ((), [Handle; 2]) {
        let store = Arc::new(MemStore::new());
        let handle = Handle {
            store: Arc::<MemStore>::clone(&store),
            nodes: store,
        };
        ((), [handle.clone(), handle])
    }

    douyin_core::nodes_conformance!(open);
}
