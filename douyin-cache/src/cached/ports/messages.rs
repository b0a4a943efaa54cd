use async_trait::async_trait;
use douyin_core::{
    Direction, Message, Messages, NewMessage, Page, Span, StoreError, Timestamp, UserId,
};

use crate::cached::CachedStore;

/// Two people read a conversation, and each of them wants what is new: nothing of it is remembered.
#[async_trait]
impl Messages for CachedStore {
    async fn send(&self, message: NewMessage) -> Result<Timestamp, StoreError> {
        self.memory.store.send(message).await
    }

    async fn conversation(
        &self,
        viewer: UserId,
        peer: UserId,
        span: Span,
        direction: Direction,
        limit: u32,
    ) -> Result<Page<Message>, StoreError> {
        let store = &self.memory.store;
        store
            .conversation(viewer, peer, span, direction, limit)
            .await
    }
}
