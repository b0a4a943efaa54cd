//! Deletes videos.

use async_trait::async_trait;
use douyin_core::{Change, Counter, Entity, VideoDeletion, VideoId};

use crate::engine::{Columns, Engine, Numbers};
use crate::error::Error;
use crate::writer::{Operation, Queue, RowLocks, Work};

#[async_trait]
impl<E: Engine> Operation<E> for VideoDeletion {
    type Answer = Change;

    fn lock(&self, locks: &mut RowLocks) {
        locks.videos_and_authors.insert(self.video.get());
        locks.queues.insert(Queue::Jobs);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Change, Error> {
        let statements = &work.statements.deletion;
        let video = self.video.get();
        let values = [self.video.into(), self.at.into()];
        let deleted = work.write(&statements.delete, &values).await?;
        let Some(row) = deleted.first() else {
            return if work.is(&statements.ever_was, video).await? {
                Ok(Change::Unchanged)
            } else {
                Err(Error::Missing(Entity::Video))
            };
        };
        let mut columns = Columns::of(row);
        let (author, likes) = (columns.integer()?, columns.integer()?);
        let bytes = columns.integer()?;
        work.no_longer_there(video);
        let counters = &mut work.counters;
        // Operations before this one in the transaction may have moved them, and have not written that yet.
        let likes = likes + counters.pending(Counter::VideoFavorites, video);
        counters.add(Counter::UserWorks, author, -1);
        counters.add(Counter::UserTotalFavorited, author, -likes);
        counters.add(Counter::UserStoredBytes, author, -bytes);
        work.drop_failed_preparations(self.video).await?;
        work.add_jobs(&self.jobs).await?;
        Ok(Change::Applied)
    }
}

/// Likes of a deleted video to forget, at most so many.
pub(super) struct Forgetting {
    pub(super) video: VideoId,
    pub(super) limit: u32,
}

#[async_trait]
impl<E: Engine> Operation<E> for Forgetting {
    type Answer = u32;

    fn lock(&self, locks: &mut RowLocks) {
        *locks.likers.entry(self.video.get()).or_default() += i64::from(self.limit);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<u32, Error> {
        let video = self.video.get();
        let statements = work.statements;
        if !work.is(&statements.deletion.is_deleted, video).await? {
            return Ok(0);
        }
        // Nobody likes it any more, so whoever is found now was found when the locks were taken.
        let likers = work.likers(video, self.limit.into()).await?;
        if likers.is_empty() {
            return Ok(0);
        }
        let pairs = Numbers::new(likers.iter().map(|user| [*user, video]));
        work.run(&statements.deletion.forget, &[(&pairs).into()])
            .await?;
        let mut forgotten = 0;
        for user in likers {
            work.counters.add(Counter::UserFavorites, user, -1);
            work.counters.add(Counter::VideoFavorites, video, -1);
            forgotten += 1;
        }
        Ok(forgotten)
    }
}
