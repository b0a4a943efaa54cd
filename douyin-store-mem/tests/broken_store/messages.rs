use async_trait::async_trait;
use douyin_core::{
    Direction, Message, MessageText, Messages, NewMessage, Page, Span, StoreError, Timestamp,
    UserId,
};

use crate::broken::{Broken, Fault};

#[async_trait]
impl Messages for Broken {
    async fn send(&self, mut message: NewMessage) -> Result<Timestamp, StoreError> {
        let NewMessage {
            id,
            from,
            to,
            at: wanted,
            ..
        } = message;
        let text = message.text.as_str().to_owned();
        if self.has(Fault::LongMessagesCut) {
            let cut: String = text.chars().take(255).collect();
            message.text = MessageText::parse(&cut).unwrap();
        }
        let at = self.sound.send(message).await?;
        let mut notes = self.notes();
        notes.messages.push(Message {
            id,
            from,
            to,
            text,
            at,
        });
        if self.has(Fault::MessageInstantsRepeat) {
            notes.message_instants.insert(id, wanted);
            return Ok(wanted);
        }
        Ok(at)
    }

    async fn conversation(
        &self,
        viewer: UserId,
        peer: UserId,
        span: Span,
        direction: Direction,
        limit: u32,
    ) -> Result<Page<Message>, StoreError> {
        let asked = match (self.fault, span) {
            (Fault::AfterIncludesItsInstant, Span::After(at)) => Span::After(at.plus_millis(-1)),
            (Fault::NewestAreTheOldest, Span::Newest) => Span::After(Timestamp::from_millis(0)),
            _ => span,
        };
        let fetched = match self.fault {
            Fault::DirectionFilteredAfterTheLimit => Direction::Both,
            _ => direction,
        };
        let mut page = self
            .sound
            .conversation(viewer, peer, asked, fetched, limit)
            .await?;
        let notes = self.notes();
        match self.fault {
            Fault::DirectionFilteredAfterTheLimit if direction == Direction::Incoming => {
                page.items.retain(|message| message.to == viewer);
            }
            Fault::ConversationsLeak if span == Span::Newest => {
                let all = notes.messages.iter();
                let leaked = all.filter(|message| message.from == peer || message.to == peer);
                page.items = leaked.cloned().collect();
            }
            Fault::MessageInstantsRepeat => {
                for message in &mut page.items {
                    message.at = notes.message_instants[&message.id];
                }
            }
            _ => {}
        }
        Ok(page)
    }
}
