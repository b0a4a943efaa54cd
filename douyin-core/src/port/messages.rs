use async_trait::async_trait;

use super::Result;
use crate::{Message, NewMessage, Page, Timestamp, UserId};

/// Which part of a conversation is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Span {
    /// The newest messages.
    Newest,
    /// The newest of the messages strictly before an instant.
    Before(Timestamp),
    /// The oldest of the messages strictly after an instant: whoever goes on from the last one misses none.
    After(Timestamp),
}

/// Whose messages of a conversation are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Those of both.
    Both,
    /// Only those that the viewer received.
    Incoming,
}

/// Conversations of two.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Messages: Send + Sync {
    /// Adds a message.
    ///
    /// Instants are unique and increasing within a conversation (both directions together): where its newest message is
    /// not older than `at`, this one gets the millisecond after that one. Answers the instant it got. A message becomes
    /// visible no earlier than every message of the conversation with an older instant.
    ///
    /// # Errors
    /// `NotFound(User)` where one of the two does not exist.
    async fn send(&self, message: NewMessage) -> Result<Timestamp>;

    /// At most `limit` messages between `viewer` and `peer`, **oldest first**.
    ///
    /// `next` is `Some` exactly if the span holds more: its `at` is then the instant to go on from, backwards from the
    /// oldest message of the page for [`Span::Newest`] and [`Span::Before`], forwards from the newest for
    /// [`Span::After`]; its `id` is that message's.
    async fn conversation(
        &self,
        viewer: UserId,
        peer: UserId,
        span: Span,
        direction: Direction,
        limit: u32,
    ) -> Result<Page<Message>>;
}
