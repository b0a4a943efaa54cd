use std::collections::hash_map::Entry;

use async_trait::async_trait;
use douyin_core::{Credentials, Generation, NewUser, StoreError, User, UserId, UsernameKey, Users};

use crate::MemStore;
use crate::marks::Marks;
use crate::state::UserRow;
use crate::tally::UserTally;
use crate::timeline::Timeline;

impl UserRow {
    fn credentials(&self, user: UserId) -> Credentials {
        Credentials {
            user,
            password: self.password.clone(),
            generation: self.generation,
        }
    }
}

#[async_trait]
impl Users for MemStore {
    async fn register(&self, user: NewUser) -> Result<(), StoreError> {
        let mut state = self.write()?;
        match state.names.entry(user.name.key().clone()) {
            Entry::Occupied(_) => return Err(StoreError::Taken),
            Entry::Vacant(name) => name.insert(user.id),
        };
        let row = UserRow {
            name: user.name.as_str().to_owned(),
            signature: user.signature.into_string(),
            password: user.password,
            generation: Generation::FIRST,
            tally: UserTally::default(),
            published: Timeline::default(),
            favorites: Marks::default(),
            follows: Marks::default(),
            followers: Marks::default(),
        };
        state.users.insert(user.id, row);
        Ok(())
    }

    async fn credentials(&self, name: &UsernameKey) -> Result<Option<Credentials>, StoreError> {
        let state = self.read()?;
        let Some(&user) = state.names.get(name) else {
            return Ok(None);
        };
        Ok(Some(state.user(user)?.credentials(user)))
    }

    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>, StoreError> {
        let state = self.read()?;
        Ok(state.users.get(&user).map(|row| row.credentials(user)))
    }

    async fn profile(
        &self,
        viewer: Option<UserId>,
        user: UserId,
    ) -> Result<Option<User>, StoreError> {
        let state = self.read()?;
        let view = state.seen_by(viewer);
        Ok(state.users.get(&user).map(|row| view.user_row(user, row)))
    }
}
