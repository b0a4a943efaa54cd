use async_trait::async_trait;
use douyin_core::{Entity, Timestamp, UserId, VideoId};

use super::require;
use crate::engine::{Engine, Numbers};
use crate::error::Error;
use crate::writer::{Operation, RowLocks, Work};

#[async_trait]
impl<E: Engine> Operation<E> for Vec<(UserId, VideoId, Timestamp)> {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        for (user, video, _) in self {
            locks.users.insert(user.get());
            locks.videos_and_authors.insert(video.get());
        }
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        require(work, Entity::User, self.iter().map(|like| like.0.get())).await?;
        require(work, Entity::Video, self.iter().map(|like| like.1.get())).await?;
        let rows = Numbers::new(
            self.iter()
                .map(|(user, video, at)| [user.get(), video.get(), at.as_millis()]),
        );
        work.run(&work.statements.bulk.favorites, &[(&rows).into()])
            .await?;
        for (user, video, _) in self {
            work.counters.add_favorite((user.get(), video.get()), 1);
        }
        Ok(())
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for Vec<(UserId, UserId, Timestamp)> {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        locks.users.extend(ends(self));
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        require(work, Entity::User, ends(self)).await?;
        let rows = Numbers::new(
            self.iter()
                .map(|(follower, whom, at)| [follower.get(), whom.get(), at.as_millis()]),
        );
        work.run(&work.statements.bulk.follows, &[(&rows).into()])
            .await?;
        for (follower, whom, _) in self {
            work.counters.add_follow((follower.get(), whom.get()), 1);
        }
        Ok(())
    }
}

fn ends(follows: &[(UserId, UserId, Timestamp)]) -> impl Iterator<Item = i64> {
    follows
        .iter()
        .flat_map(|(follower, whom, _)| [follower.get(), whom.get()])
}
