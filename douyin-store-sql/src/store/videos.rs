use async_trait::async_trait;
use douyin_core::{
    Change, Claim, Completion, Counter, Entity, NewVideo, Page, PageRequest, PreparedMedia,
    StoreError, Task, Timestamp, UserId, Video, VideoDeletion, VideoId, Videos,
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

    async fn delete_video(&self, deletion: VideoDeletion) -> Result<Change, StoreError> {
        Ok(self.writer.perform(deletion).await?)
    }

    async fn complete_preparation(
        &self,
        claim: &Claim,
        media: PreparedMedia,
    ) -> Result<Completion, StoreError> {
        let claim = claim.clone();
        Ok(self.writer.perform(Preparation { claim, media }).await?)
    }

    async fn stored_bytes(&self, author: UserId) -> Result<u64, StoreError> {
        let statement = &self.statements.videos.stored_bytes;
        let values = [author.into()];
        let stored = self.read_one(statement, &values, decode::bytes).await?;
        Ok(stored.unwrap_or(0))
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
        let (author, bytes) = (self.author.get(), bytes_of(self));
        // What this transaction has stored for them already, and not written yet, takes from the room that there is.
        let room = self.quota.map_or(i64::MAX, |quota| {
            let pending = work.counters.pending(Counter::UserStoredBytes, author);
            let quota = i64::try_from(quota).unwrap_or(i64::MAX);
            quota.saturating_sub(bytes).saturating_sub(pending)
        });
        let from = work.taken.search_from(self.at);
        let values = [
            self.id.into(),
            self.author.into(),
            self.title.as_str().into(),
            self.play.as_str().into(),
            self.cover.as_str().into(),
            from.into(),
            bytes.into(),
            room.into(),
        ];
        let added = work.write(&work.statements.videos.publish, &values).await?;
        let Some(row) = added.first() else {
            return Err(why_not_published(self, work).await?);
        };
        let at = Columns::of(row).instant()?;
        work.taken.extend(from, at);
        work.counters.add(Counter::UserWorks, author, 1);
        work.counters.add(Counter::UserStoredBytes, author, bytes);
        work.add_jobs(&self.job).await?;
        Ok(at)
    }
}

async fn why_not_published<E: Engine>(
    video: &NewVideo,
    work: &mut Work<'_, E>,
) -> Result<Error, Error> {
    let statements = work.statements;
    Ok(
        if work
            .is(&statements.deletion.ever_was, video.id.get())
            .await?
        {
            Error::Taken
        } else if work
            .is(&statements.users.exists, video.author.get())
            .await?
        {
            Error::OverQuota
        } else {
            Error::Missing(Entity::User)
        },
    )
}

/// What was made of a video in the name of a claim.
struct Preparation {
    claim: Claim,
    media: PreparedMedia,
}

#[async_trait]
impl<E: Engine> Operation<E> for Preparation {
    type Answer = Completion;

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Jobs);
        if let Task::Prepare(video) = self.claim.task {
            locks.videos.insert(video.get());
        }
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Completion, Error> {
        let Self { claim, media } = self;
        if !work.holds(claim).await? {
            return Ok(Completion::Lost);
        }
        let Task::Prepare(video) = claim.task else {
            return Err(Error::Missing(Entity::Video));
        };
        let (videos, jobs) = (&work.statements.videos, &work.statements.jobs);
        let is_deleted = &work.statements.deletion.is_deleted;
        if work.is(is_deleted, video.get()).await? {
            work.run(&jobs.finish, &[claim.job.into()]).await?;
            return Ok(Completion::Deleted);
        }
        let rows = work.run(&videos.files, &[video.into()]).await?;
        let row = rows.first().ok_or(Error::Missing(Entity::Video))?;
        let (play, stream) = decode::files(&mut Columns::of(row))?;
        for (statement, file) in [
            (&videos.set_play, &media.play),
            (&videos.set_stream, &media.stream),
        ] {
            if let Some(file) = file {
                let values = [video.into(), file.as_str().into()];
                work.run(statement, &values).await?;
            }
        }
        let removals = media.removals_of(&play, stream.as_ref());
        work.add_jobs(&removals).await?;
        work.run(&jobs.finish, &[claim.job.into()]).await?;
        Ok(Completion::Done)
    }
}

/// How large a video is, as a database counts.
pub(super) fn bytes_of(video: &NewVideo) -> i64 {
    i64::try_from(video.bytes).unwrap_or(i64::MAX)
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
