use std::sync::Arc;

use async_trait::async_trait;
use douyin_core::{
    Change, Follows, Friend, Mark, Page, PageRequest, StoreError, Timestamp, User, UserId,
};

use crate::cached::CachedStore;
use crate::cached::effect::Effect;
use crate::cached::versions::Topic;

#[async_trait]
impl Follows for CachedStore {
    async fn mark_follow(
        &self,
        follower: UserId,
        whom: UserId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        let topics = vec![
            Topic::User(follower),
            Topic::User(whom),
            Topic::MarksOf(follower),
        ];
        let effect = Effect {
            topics: Some(topics),
            writers: vec![follower],
            marks_of: Some(follower),
        };
        let store = Arc::clone(&self.memory.store);
        let write = async move { store.mark_follow(follower, whom, mark, at).await };
        self.memory.write(effect, write).await
    }

    async fn are_friends(&self, one: UserId, other: UserId) -> Result<bool, StoreError> {
        self.memory.store.are_friends(one, other).await
    }

    async fn follows(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        self.memory.store.follows(viewer, user, page).await
    }

    async fn followers(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        self.memory.store.followers(viewer, user, page).await
    }

    async fn friends(
        &self,
        viewer: UserId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Friend>, StoreError> {
        self.memory.store.friends(viewer, user, page).await
    }
}
