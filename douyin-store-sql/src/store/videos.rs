use async_trait::async_trait;
use douyin_core::{
    Change, Claim, Completion, Counter, Entity, NewVideo, Page, PageRequest, PreparedMedia,
    StoreError, Timestamp, UserId, Video, VideoDeletion, VideoId, Videos,
};

use super::{SqlStore, viewer_id};
use crate::decode;
use crate::engine::{Columns, Engine};
use crate::error::Error;
use crate::writer::{Operation, Queue, RowLocks, Work};

#[async_trait]
impl<E: Engine> Videos for SqlStore<E> {
    async fn publish(&self, video: NewVideo) -> Result<Timestamp, StoreError> {
        Ok(self.writer.perform(video).await?)
    }

    async fn delete_video(&self, _deletion: VideoDeletion) -> Result<Change, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn complete_preparation(
        &self,
        _claim: &Claim,
        _media: PreparedMedia,
    ) -> Result<Completion, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn stored_bytes(&self, _author: UserId) -> Result<u64, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn video(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
    ) -> Result<Option<Video>, StoreError> {
        let statement = &self.statements.videos.video;
        let values = [viewer_id(viewer).into(), video.into()];
        Ok(self.read_one(statement, &values, decode::video).await?)
    }

    async fn feed(
        &self,
        viewer: Option<UserId>,
        page: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        let statement = &self.statements.videos.feed;
        Ok(self
            .read_page(statement, viewer, 0, page, |_, row| decode::video(row))
            .await?)
    }

    async fn published(
        &self,
        viewer: Option<UserId>,
        author: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        let statement = &self.statements.videos.published;
        Ok(self
            .read_page(statement, viewer, author.get(), page, |_, row| {
                decode::video(row)
            })
            .await?)
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for NewVideo {
    type Answer = Timestamp;

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Publications);
        locks.users.insert(self.author.get());
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Timestamp, Error> {
        let from = work.taken.search_from(self.at);
        let values = [
            self.id.into(),
            self.author.into(),
            self.title.as_str().into(),
            self.play.as_str().into(),
            self.cover.as_str().into(),
            from.into(),
        ];
        let added = work.write(&work.statements.videos.publish, &values).await?;
        let row = added.first().ok_or(Error::Missing(Entity::User))?;
        let at = Columns::of(row).instant()?;
        work.taken.extend(from, at);
        work.counters.add(Counter::UserWorks, self.author.get(), 1);
        work.add_jobs(&self.job).await?;
        Ok(at)
    }
}

/// Takes the place of a publication, and publishes nothing.
pub(super) struct Settle;

#[async_trait]
impl<E: Engine> Operation<E> for Settle {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Publications);
    }

    async fn apply(&self, _work: &mut Work<'_, E>) -> Result<(), Error> {
        Ok(())
    }
}
