use async_trait::async_trait;
use douyin_core::{Audit, Drift, StoreError};

use crate::MemStore;

#[async_trait]
impl Audit for MemStore {
    async fn ping(&self) -> Result<(), StoreError> {
        self.write().map(drop).map_err(StoreError::from)
    }

    async fn drift(&self) -> Result<Vec<Drift>, StoreError> {
        Ok(self.read()?.drift())
    }

    async fn repair(&self) -> Result<Vec<Drift>, StoreError> {
        Ok(self.write()?.repair())
    }
}
