use crate::{MessageId, MessageText, Timestamp, User, UserId};

/// A message to send.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Made by core, never used before.
    pub id: MessageId,
    /// Who sends it.
    pub from: UserId,
    /// To whom; never the sender.
    pub to: UserId,
    /// What it says.
    pub text: MessageText,
    /// When; the store moves it forward past the conversation's newest message where it must.
    pub at: Timestamp,
}

/// A message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Which.
    pub id: MessageId,
    /// Who sent it.
    pub from: UserId,
    /// To whom.
    pub to: UserId,
    /// What it says.
    pub text: String,
    /// The instant that the conversation orders it by; no other message of the conversation has the same.
    pub at: Timestamp,
}

/// A friend: one of two users who follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Friend {
    /// Who, as the viewer sees them.
    pub user: User,
    /// The newest message between the viewer and this friend.
    pub newest: Option<NewestMessage>,
}

/// The newest message between a viewer and somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestMessage {
    /// What it says.
    pub text: String,
    /// Whether the viewer sent it.
    pub sent: bool,
}
