use async_trait::async_trait;
use douyin_core::{
    Change, Comment, CommentId, CommentOwnership, Comments, Counter, Entity, NewComment, Page,
    PageRequest, StoreError, Timestamp, UserId, VideoId,
};

use super::SqlStore;
use crate::decode;
use crate::engine::{Columns, Engine};
use crate::error::Error;
use crate::writer::{Operation, RowLocks, Work};

#[async_trait]
impl<E: Engine> Comments for SqlStore<E> {
    async fn add_comment(&self, comment: NewComment) -> Result<(), StoreError> {
        Ok(self.writer.perform(comment).await?)
    }

    async fn comment_ownership(
        &self,
        video: VideoId,
        comment: CommentId,
    ) -> Result<Option<CommentOwnership>, StoreError> {
        let statement = &self.statements.comments.ownership;
        let values = [video.into(), comment.into()];
        Ok(self.read_one(statement, &values, decode::ownership).await?)
    }

    async fn delete_comment(
        &self,
        comment: CommentId,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        Ok(self.writer.perform(Deletion { comment, at }).await?)
    }

    async fn comments(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
        page: PageRequest,
    ) -> Result<Page<Comment>, StoreError> {
        let statement = &self.statements.comments.comments;
        Ok(self
            .read_page(statement, viewer, video.get(), page, decode::comment)
            .await?)
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for NewComment {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        locks.videos.insert(self.video.get());
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        let values = [
            self.id.into(),
            self.video.into(),
            self.author.into(),
            self.text.as_str().into(),
            self.at.into(),
        ];
        let added = work.write(&work.statements.comments.add, &values).await?;
        if added.is_empty() {
            let author = work
                .is(&work.statements.users.exists, self.author.get())
                .await?;
            return Err(Error::Missing(if author {
                Entity::Video
            } else {
                Entity::User
            }));
        }
        work.counters
            .add(Counter::VideoComments, self.video.get(), 1);
        Ok(())
    }
}

/// A comment to delete.
struct Deletion {
    comment: CommentId,
    at: Timestamp,
}

#[async_trait]
impl<E: Engine> Operation<E> for Deletion {
    type Answer = Change;

    fn lock(&self, locks: &mut RowLocks) {
        locks.comments.insert(self.comment.get());
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Change, Error> {
        let statements = &work.statements.comments;
        let values = [self.comment.into(), self.at.into()];
        let deleted = work.write(&statements.delete, &values).await?;
        if let Some(row) = deleted.first() {
            let video = Columns::of(row).integer()?;
            work.counters.add(Counter::VideoComments, video, -1);
            return Ok(Change::Applied);
        }
        if work.is(&statements.exists, self.comment.get()).await? {
            Ok(Change::Unchanged)
        } else {
            Err(Error::Missing(Entity::Comment))
        }
    }
}
