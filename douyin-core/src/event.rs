//! What happened, told to whoever listens, after it is durable.

use crate::{CommentId, Mark, MessageId, Timestamp, UserId, VideoId};

/// Something that happened. It was committed before it is told; a write that changed nothing tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Somebody registered.
    Registered {
        /// The new user.
        user: UserId,
        /// When.
        at: Timestamp,
    },
    /// A user changed their name, their signature, or a picture.
    ProfileEdited {
        /// Who.
        user: UserId,
        /// When.
        at: Timestamp,
    },
    /// A video was published.
    Published {
        /// The new video.
        video: VideoId,
        /// Who published it.
        author: UserId,
        /// The instant that the feed orders it by.
        at: Timestamp,
    },
    /// A video was deleted.
    VideoDeleted {
        /// Which video.
        video: VideoId,
        /// Whose it was.
        author: UserId,
        /// When.
        at: Timestamp,
    },
    /// A like was given or taken back.
    Liked {
        /// Who.
        user: UserId,
        /// Which video.
        video: VideoId,
        /// Given or taken back.
        mark: Mark,
        /// When.
        at: Timestamp,
    },
    /// A follow was begun or ended.
    Followed {
        /// Who follows.
        follower: UserId,
        /// Whom.
        followee: UserId,
        /// Begun or ended.
        mark: Mark,
        /// When.
        at: Timestamp,
    },
    /// A comment was written.
    Commented {
        /// The new comment.
        comment: CommentId,
        /// Below which video.
        video: VideoId,
        /// Who wrote it.
        author: UserId,
        /// When.
        at: Timestamp,
    },
    /// A comment was deleted.
    CommentDeleted {
        /// Which comment.
        comment: CommentId,
        /// Below which video.
        video: VideoId,
        /// Who deleted it.
        by: UserId,
        /// When.
        at: Timestamp,
    },
    /// A message was sent.
    Messaged {
        /// The new message.
        message: MessageId,
        /// Who sent it.
        from: UserId,
        /// To whom.
        to: UserId,
        /// The instant that the conversation orders it by.
        at: Timestamp,
    },
}

/// Is told of every [`Event`].
///
/// It is called on the caller's task, after the commit: hand the event on (a channel, a queue) and return at once.
pub trait EventSink: Send + Sync {
    /// Takes note of an event.
    fn emit(&self, event: Event);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEvents;

impl EventSink for NoEvents {
    fn emit(&self, _event: Event) {}
}
