use std::sync::Arc;

use async_trait::async_trait;
use douyin_core::{
    Change, Credentials, NewUser, PictureChange, ProfileEdit, StoreError, User, UserId,
    UsernameKey, Users,
};

use crate::cached::CachedStore;
use crate::cached::effect::Effect;
use crate::cached::versions::Topic;

#[async_trait]
impl Users for CachedStore {
    async fn register(&self, user: NewUser) -> Result<(), StoreError> {
        let effect = Effect {
            topics: Some(vec![Topic::User(user.id)]),
            writers: vec![user.id],
            marks_of: None,
        };
        let (store, id) = (Arc::clone(&self.memory.store), user.id);
        let register = async move { store.register(user).await };
        self.memory.write(effect, register).await?;
        self.memory.learn_id(id.made_at());
        Ok(())
    }

    async fn edit_profile(&self, edit: ProfileEdit) -> Result<Change, StoreError> {
        let effect = Effect {
            topics: Some(vec![Topic::User(edit.user)]),
            writers: vec![edit.user],
            marks_of: None,
        };
        let store = Arc::clone(&self.memory.store);
        let write = async move { store.edit_profile(edit).await };
        self.memory.write(effect, write).await
    }

    async fn set_picture(&self, change: PictureChange) -> Result<Change, StoreError> {
        let effect = Effect {
            topics: Some(vec![Topic::User(change.user)]),
            writers: vec![change.user],
            marks_of: None,
        };
        let store = Arc::clone(&self.memory.store);
        let write = async move { store.set_picture(change).await };
        self.memory.write(effect, write).await
    }

    async fn credentials(&self, name: &UsernameKey) -> Result<Option<Credentials>, StoreError> {
        self.memory.store.credentials(name).await
    }

    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>, StoreError> {
        self.memory.store.credentials_of(user).await
    }

    async fn profile(
        &self,
        viewer: Option<UserId>,
        user: UserId,
    ) -> Result<Option<User>, StoreError> {
        // A viewer's own read has to ask somebody either way where there are peers, and the store costs no more than they do.
        if viewer.is_some() && !self.memory.is_alone() {
            return self.memory.store.profile(viewer, user).await;
        }
        // Nobody follows themselves: they see what everybody sees.
        let viewer = viewer.filter(|viewer| *viewer != user);
        self.memory.remembered_profile(viewer, user).await
    }
}
