use async_trait::async_trait;
use douyin_core::{
    Cursor, Direction, Entity, Message, Messages, NewMessage, Page, Span, StoreError, Timestamp,
    UserId,
};

use super::{SqlStore, one_too_many};
use crate::decode;
use crate::engine::{Columns, Engine};
use crate::error::Error;
use crate::writer::{Operation, RowLocks, Work};

#[async_trait]
impl<E: Engine> Messages for SqlStore<E> {
    async fn send(&self, message: NewMessage) -> Result<Timestamp, StoreError> {
        Ok(self.writer.perform(message).await?)
    }

    async fn conversation(
        &self,
        viewer: UserId,
        peer: UserId,
        span: Span,
        direction: Direction,
        limit: u32,
    ) -> Result<Page<Message>, StoreError> {
        let statements = self.statements.messages.span(direction);
        let (statement, instant) = match span {
            Span::Newest => (&statements.before, Timestamp::MAX),
            Span::Before(instant) => (&statements.before, instant),
            Span::After(instant) => (&statements.after, instant),
        };
        let values = [
            viewer.min(peer).into(),
            viewer.max(peer).into(),
            instant.into(),
            one_too_many(limit).into(),
            peer.into(),
        ];
        let rows = self.readers.list_rows(statement, &values).await?;
        let messages = rows
            .iter()
            .map(|row| decode::message((viewer, peer), &mut Columns::of(row)))
            .collect::<Result<Vec<_>, Error>>()?;
        let place = |message: &Message| Cursor {
            at: message.at,
            id: message.id.get(),
        };
        let mut page = Page::from_one_too_many(messages, limit, place, |message| message);
        if !matches!(span, Span::After(_)) {
            page.items.reverse();
        }
        Ok(page)
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for NewMessage {
    type Answer = Timestamp;

    fn lock(&self, locks: &mut RowLocks) {
        // One of the two stands for the conversation.
        locks.users.insert(self.from.min(self.to).get());
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Timestamp, Error> {
        let values = [
            self.id.into(),
            self.from.min(self.to).into(),
            self.from.max(self.to).into(),
            self.from.into(),
            self.text.as_str().into(),
            self.at.into(),
        ];
        let added = work.write(&work.statements.messages.send, &values).await?;
        let row = added.first().ok_or(Error::Missing(Entity::User))?;
        Columns::of(row).instant()
    }
}
