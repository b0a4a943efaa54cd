use async_trait::async_trait;
use douyin_core::{
    Change, Comment, CommentId, CommentOwnership, Comments, NewComment, Page, PageRequest,
    StoreError, Timestamp, UserId, VideoId,
};

use crate::broken::{Broken, Fault};

#[async_trait]
impl Comments for Broken {
    async fn add_comment(&self, comment: NewComment) -> Result<(), StoreError> {
        self.notes()
            .comment_videos
            .insert(comment.id, comment.video);
        self.sound.add_comment(comment).await
    }

    async fn comment_ownership(
        &self,
        video: VideoId,
        comment: CommentId,
    ) -> Result<Option<CommentOwnership>, StoreError> {
        let video = match self.fault {
            Fault::CommentsOwnedBelowAnyVideo => {
                let notes = self.notes();
                notes.comment_videos.get(&comment).copied().unwrap_or(video)
            }
            Fault::DeletedCommentsListed if self.notes().deleted.contains(&comment) => {
                return Ok(None);
            }
            _ => video,
        };
        self.sound.comment_ownership(video, comment).await
    }

    async fn delete_comment(
        &self,
        comment: CommentId,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        let video = self.notes().comment_videos.get(&comment).copied();
        let Some(video) = video else {
            return self.sound.delete_comment(comment, at).await;
        };
        match self.fault {
            Fault::DeletedCommentsListed => {
                let mut notes = self.notes();
                if !notes.deleted.insert(comment) {
                    return Ok(Change::Unchanged);
                }
                *notes.deletions.entry(video).or_default() += 1;
                Ok(Change::Applied)
            }
            Fault::DeletionsCountedTwice => {
                let change = self.sound.delete_comment(comment, at).await?;
                if change == Change::Unchanged {
                    *self.notes().deletions.entry(video).or_default() += 1;
                }
                Ok(Change::Applied)
            }
            Fault::DeletionsCheckedThenWritten => {
                let deleted = self.notes().deleted.contains(&comment);
                self.meanwhile().await;
                let _ = self.sound.delete_comment(comment, at).await?;
                self.notes().deleted.insert(comment);
                Ok(if deleted {
                    Change::Unchanged
                } else {
                    Change::Applied
                })
            }
            _ => self.sound.delete_comment(comment, at).await,
        }
    }

    async fn comments(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
        page: PageRequest,
    ) -> Result<Page<Comment>, StoreError> {
        let list = self.sound.comments(viewer, video, self.asked(page)).await?;
        Ok(self.told(page, list, |comment| self.comment(comment)))
    }
}
