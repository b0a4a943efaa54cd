use std::collections::hash_map::Entry;

use async_trait::async_trait;
use douyin_core::{
    Change, Credentials, Generation, NewJob, NewUser, PictureChange, PictureKind, ProfileEdit,
    StoreError, Task, User, UserId, Username, UsernameKey, Users,
};

use crate::MemStore;
use crate::marks::Marks;
use crate::state::{State, UserRow};
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

impl State {
    /// Gives a user another name; false where they have it already.
    fn rename(&mut self, user: UserId, name: Username) -> Result<bool, StoreError> {
        let before = self.user(user)?.name.clone();
        match self.names.entry(name.key().clone()) {
            Entry::Occupied(holder) if *holder.get() != user => return Err(StoreError::Taken),
            Entry::Occupied(_) => {}
            Entry::Vacant(free) => {
                free.insert(user);
                self.names.remove(before.key());
            }
        }
        let is_another = before != name;
        self.user_mut(user)?.name = name;
        Ok(is_another)
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
            name: user.name,
            signature: user.signature.into_string(),
            password: user.password,
            generation: Generation::FIRST,
            avatar: None,
            background: None,
            tally: UserTally::default(),
            published: Timeline::default(),
            favorites: Marks::default(),
            follows: Marks::default(),
            followers: Marks::default(),
        };
        state.users.insert(user.id, row);
        Ok(())
    }

    async fn edit_profile(&self, edit: ProfileEdit) -> Result<Change, StoreError> {
        let mut state = self.write()?;
        let mut is_changed = false;
        if let Some(name) = edit.name {
            is_changed = state.rename(edit.user, name)?;
        }
        let row = state.user_mut(edit.user)?;
        if let Some(signature) = edit.signature
            && row.signature != signature.as_str()
        {
            row.signature = signature.into_string();
            is_changed = true;
        }
        Ok(if is_changed {
            Change::Applied
        } else {
            Change::Unchanged
        })
    }

    async fn set_picture(&self, change: PictureChange) -> Result<Change, StoreError> {
        let mut state = self.write()?;
        let row = state.user_mut(change.user)?;
        let shown = match change.kind {
            PictureKind::Avatar => &mut row.avatar,
            PictureKind::Background => &mut row.background,
        };
        if *shown == change.picture {
            return Ok(Change::Unchanged);
        }
        if let Some(replaced) = std::mem::replace(shown, change.picture) {
            state.jobs.add(NewJob {
                id: change.removal,
                task: Task::RemoveFile(replaced),
                due: change.remove_at,
            });
        }
        Ok(Change::Applied)
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
