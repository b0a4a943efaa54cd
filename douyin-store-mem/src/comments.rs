use async_trait::async_trait;
use douyin_core::{
    Change, Comment, CommentId, CommentOwnership, Comments, Entity, NewComment, Page, PageRequest,
    StoreError, Timestamp, UserId, VideoId,
};

use crate::MemStore;
use crate::state::CommentRow;

#[async_trait]
impl Comments for MemStore {
    async fn add_comment(&self, comment: NewComment) -> Result<(), StoreError> {
        let mut state = self.write()?;
        let NewComment {
            id, video, author, ..
        } = comment;
        state.user(author)?;
        state.video_mut(video)?.comments.insert(comment.at, id);
        let row = CommentRow {
            video,
            author,
            text: comment.text.into_string(),
            at: comment.at,
            deleted: None,
        };
        state.comments.insert(id, row);
        state.count_comment(video, 1)
    }

    async fn comment_ownership(
        &self,
        video: VideoId,
        comment: CommentId,
    ) -> Result<Option<CommentOwnership>, StoreError> {
        let state = self.read()?;
        match state.comments.get(&comment) {
            Some(row) if row.video == video && row.deleted.is_none() => {
                Ok(state.video(video).map(|below| CommentOwnership {
                    author: row.author,
                    video_author: below.author,
                }))
            }
            _ => Ok(None),
        }
    }

    async fn delete_comment(
        &self,
        comment: CommentId,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        let mut state = self.write()?;
        let row = state.comments.get(&comment);
        let row = row.filter(|row| state.video(row.video).is_some());
        let row = row.ok_or(StoreError::NotFound(Entity::Comment))?;
        if row.deleted.is_some() {
            return Ok(Change::Unchanged);
        }
        let (video, written) = (row.video, row.at);
        if let Some(row) = state.comments.get_mut(&comment) {
            row.deleted = Some(at);
        }
        state.video_mut(video)?.comments.remove(written, comment);
        state.count_comment(video, -1)?;
        Ok(Change::Applied)
    }

    async fn comments(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
        page: PageRequest,
    ) -> Result<Page<Comment>, StoreError> {
        let state = self.read()?;
        let view = state.seen_by(viewer);
        match state.video(video) {
            Some(video) => video.comments.page(page, |id| view.comment(id)),
            None => Ok(Page::empty()),
        }
    }
}
