use async_trait::async_trait;
use douyin_core::{Counter, Entity, NewComment, NewUser};

use super::require;
use crate::engine::{Engine, Rows};
use crate::error::Error;
use crate::writer::{Operation, Queue, RowLocks, Work};

#[async_trait]
impl<E: Engine> Operation<E> for Vec<NewUser> {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Registrations);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        let rows = Rows::new(self.iter().map(|user| {
            (
                [user.id.get(), user.at.as_millis()],
                [
                    user.name.as_str(),
                    user.name.key().as_str(),
                    user.password.as_str(),
                    user.signature.as_str(),
                ],
            )
        }));
        work.run(&work.statements.bulk.users, &[(&rows).into()])
            .await
            .map(drop)
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for Vec<NewComment> {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        locks
            .videos
            .extend(self.iter().map(|comment| comment.video.get()));
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        let authors = self.iter().map(|comment| comment.author.get());
        require(work, Entity::User, authors).await?;
        let videos = self.iter().map(|comment| comment.video.get());
        require(work, Entity::Video, videos).await?;
        let rows = Rows::new(self.iter().map(|comment| {
            (
                [
                    comment.id.get(),
                    comment.video.get(),
                    comment.author.get(),
                    comment.at.as_millis(),
                ],
                [comment.text.as_str()],
            )
        }));
        work.run(&work.statements.bulk.comments, &[(&rows).into()])
            .await?;
        for comment in self {
            let video = comment.video.get();
            work.counters.add(Counter::VideoComments, video, 1);
        }
        Ok(())
    }
}
