use std::sync::Arc;

use async_trait::async_trait;
use douyin_core::{Audit, Counter, Drift, StoreError};

use crate::cached::CachedStore;
use crate::cached::effect::Effect;

#[async_trait]
impl Audit for CachedStore {
    async fn ping(&self) -> Result<(), StoreError> {
        self.memory.store.ping().await
    }

    async fn drift(&self, counter: Counter) -> Result<Vec<Drift>, StoreError> {
        self.memory.store.drift(counter).await
    }

    async fn repair(&self, counter: Counter) -> Result<Vec<Drift>, StoreError> {
        let store = Arc::clone(&self.memory.store);
        let repair = async move { store.repair(counter).await };
        self.memory.write(Effect::default(), repair).await
    }
}
