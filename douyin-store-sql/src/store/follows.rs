use async_trait::async_trait;
use douyin_core::{
    Change, Follows, Friend, Mark, Page, PageRequest, StoreError, Timestamp, User, UserId,
};

use super::SqlStore;
use crate::decode;
use crate::engine::Engine;
use crate::writer::Marking;

#[async_trait]
impl<E: Engine> Follows for SqlStore<E> {
    async fn mark_follow(
        &self,
        follower: UserId,
        whom: UserId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        let pair = (follower.get(), whom.get());
        Ok(self.writer.mark_follow(Marking { pair, mark, at }).await?)
    }

    async fn are_friends(&self, one: UserId, other: UserId) -> Result<bool, StoreError> {
        let statement = &self.statements.follows.are_friends;
        let values = [one.into(), other.into()];
        let friends = self.read_one(statement, &values, decode::flag).await?;
        Ok(friends == Some(true))
    }

    async fn follows(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let statement = &self.statements.follows.follows;
        Ok(self
            .read_page(statement, viewer, user.get(), page, |_, row| {
                decode::user(row)
            })
            .await?)
    }

    async fn followers(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let statement = &self.statements.follows.followers;
        Ok(self
            .read_page(statement, viewer, user.get(), page, |_, row| {
                decode::user(row)
            })
            .await?)
    }

    async fn friends(
        &self,
        viewer: UserId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Friend>, StoreError> {
        let statement = &self.statements.follows.friends;
        Ok(self
            .read_page(statement, Some(viewer), user.get(), page, |_, row| {
                decode::friend(viewer, row)
            })
            .await?)
    }
}
