use crate::{CommentId, CommentText, Timestamp, User, UserId, VideoId};

/// A comment to add.
#[derive(Debug, Clone)]
pub struct NewComment {
    /// Made by core, never used before.
    pub id: CommentId,
    /// Below which video.
    pub video: VideoId,
    /// Who wrote it.
    pub author: UserId,
    /// What it says.
    pub text: CommentText,
    /// When it was written.
    pub at: Timestamp,
}

/// A comment as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Which.
    pub id: CommentId,
    /// Who wrote it, as the viewer sees them.
    pub author: User,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
}

/// Who has a say over a comment. Neither ever changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommentOwnership {
    /// Who wrote the comment.
    pub author: UserId,
    /// Who published the video that it stands below.
    pub video_author: UserId,
}
