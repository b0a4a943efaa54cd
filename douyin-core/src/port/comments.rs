use async_trait::async_trait;

use super::Result;
use crate::{
    Change, Comment, CommentId, CommentOwnership, NewComment, Page, PageRequest, Timestamp, UserId,
    VideoId,
};

/// Comments below videos.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Comments: Send + Sync {
    /// Adds a comment and counts it in the video's `comment_count`.
    ///
    /// # Errors
    /// `NotFound(User)` or `NotFound(Video)` where one does not exist.
    async fn add_comment(&self, comment: NewComment) -> Result<()>;

    /// Who has a say over a comment; `None` where there is no such comment below `video`, or it is deleted.
    async fn comment_ownership(
        &self,
        video: VideoId,
        comment: CommentId,
    ) -> Result<Option<CommentOwnership>>;

    /// Marks a comment as deleted at `at`: no list shows it any more, no counter counts it, its row stays.
    /// `Unchanged` where it was deleted before; of several callers at once, exactly one is answered `Applied`.
    ///
    /// # Errors
    /// `NotFound(Comment)` where there never was one, or the video is deleted that it stands below.
    async fn delete_comment(&self, comment: CommentId, at: Timestamp) -> Result<Change>;

    /// The comments below a video, newest first, by `(instant, id)`, without the deleted ones.
    async fn comments(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
        page: PageRequest,
    ) -> Result<Page<Comment>>;
}
