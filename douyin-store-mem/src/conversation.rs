//! What two users wrote to each other.

use douyin_core::{
    Cursor, Direction, Message, NewMessage, NewestMessage, Page, Span, Timestamp, UserId,
};

use crate::Error;
use crate::timeline::next_instant;

/// Two users, whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Pair(UserId, UserId);

impl Pair {
    pub(crate) fn of(one: UserId, other: UserId) -> Self {
        Self(one.min(other), one.max(other))
    }
}

/// Messages by instant: each is later than the one before it.
#[derive(Debug, Default)]
pub(crate) struct Conversation(Vec<Message>);

impl Conversation {
    /// Adds a message at its instant, or one millisecond after the newest message where that is later.
    pub(crate) fn add(&mut self, message: NewMessage) -> Result<Timestamp, Error> {
        let at = match self.0.last() {
            Some(newest) if newest.at >= message.at => next_instant(newest.at)?,
            _ => message.at,
        };
        self.0.push(Message {
            id: message.id,
            from: message.from,
            to: message.to,
            text: message.text.into_string(),
            at,
        });
        Ok(at)
    }

    pub(crate) fn largest_id(&self) -> Option<i64> {
        self.0.iter().map(|message| message.id.get()).max()
    }

    pub(crate) fn newest(&self, viewer: UserId) -> Option<NewestMessage> {
        self.0.last().map(|message| NewestMessage {
            text: message.text.clone(),
            sent: message.from == viewer,
        })
    }

    pub(crate) fn page(
        &self,
        viewer: UserId,
        span: Span,
        direction: Direction,
        limit: u32,
    ) -> Page<Message> {
        let wanted = |message: &&Message| direction == Direction::Both || message.to == viewer;
        let one_too_many = (limit as usize).saturating_add(1);
        let backwards = |messages: &[Message]| {
            let rows: Vec<&Message> = messages
                .iter()
                .rev()
                .filter(wanted)
                .take(one_too_many)
                .collect();
            let mut page = page(rows, limit);
            page.items.reverse();
            page
        };
        match span {
            Span::Newest => backwards(&self.0),
            Span::Before(end) => {
                backwards(&self.0[..self.0.partition_point(|message| message.at < end)])
            }
            Span::After(start) => {
                let later = &self.0[self.0.partition_point(|message| message.at <= start)..];
                let rows = later.iter().filter(wanted).take(one_too_many).collect();
                page(rows, limit)
            }
        }
    }
}

fn page(rows: Vec<&Message>, limit: u32) -> Page<Message> {
    let place = |message: &&Message| Cursor {
        at: message.at,
        id: message.id.get(),
    };
    Page::from_one_too_many(rows, limit, place, Message::clone)
}
