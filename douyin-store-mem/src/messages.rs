use async_trait::async_trait;
use douyin_core::{
    Direction, Message, Messages, NewMessage, Page, Span, StoreError, Timestamp, UserId,
};

use crate::MemStore;
use crate::conversation::Pair;

#[async_trait]
impl Messages for MemStore {
    async fn send(&self, message: NewMessage) -> Result<Timestamp, StoreError> {
        let mut state = self.write()?;
        state.user(message.from)?;
        state.user(message.to)?;
        let pair = Pair::of(message.from, message.to);
        let conversation = state.conversations.entry(pair).or_default();
        Ok(conversation.add(message)?)
    }

    async fn conversation(
        &self,
        viewer: UserId,
        peer: UserId,
        span: Span,
        direction: Direction,
        limit: u32,
    ) -> Result<Page<Message>, StoreError> {
        let state = self.read()?;
        match state.conversations.get(&Pair::of(viewer, peer)) {
            Some(conversation) => Ok(conversation.page(viewer, span, direction, limit)),
            None => Ok(Page::empty()),
        }
    }
}
