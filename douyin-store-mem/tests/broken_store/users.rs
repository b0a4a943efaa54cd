use async_trait::async_trait;
use douyin_core::{
    Change, Credentials, MAX_ID, NewUser, PasswordHash, PictureChange, ProfileEdit, Signature,
    StoreError, Timestamp, User, UserId, Username, UsernameKey, Users,
};

use crate::broken::{Broken, Fault};

#[async_trait]
impl Users for Broken {
    async fn register(&self, user: NewUser) -> Result<(), StoreError> {
        match self.fault {
            Fault::NamesComparedByteByByte => {
                let found = self.sound.credentials(user.name.key()).await?;
                let Some(found) = found else {
                    return self.sound.register(user).await;
                };
                let taken = self.sound.profile(None, found.user).await?;
                if taken.is_some_and(|taken| taken.name == user.name.as_str()) {
                    return Err(StoreError::Taken);
                }
                let another = Username::parse(&format!("in fact {}", user.id)).unwrap();
                self.sound
                    .register(NewUser {
                        name: another,
                        ..user
                    })
                    .await
            }
            Fault::TakenNamesIgnoredOnInsert => {
                if self.sound.credentials(user.name.key()).await?.is_some() {
                    return Err(StoreError::Taken);
                }
                self.meanwhile().await;
                match self.sound.register(user).await {
                    Err(StoreError::Taken) => Ok(()),
                    answer => answer,
                }
            }
            _ => self.sound.register(user).await,
        }
    }

    async fn edit_profile(&self, edit: ProfileEdit) -> Result<Change, StoreError> {
        let wanted = edit.name.clone();
        let holder = match &wanted {
            Some(name) => self.sound.credentials(name.key()).await?,
            None => None,
        };
        let holder = holder.map(|found| found.user);
        match self.fault {
            Fault::TakenNamesIgnoredOnUpdate if holder.is_none() => {
                self.meanwhile().await;
                match self.sound.edit_profile(edit).await {
                    Err(StoreError::Taken) => Ok(Change::Applied),
                    answer => answer,
                }
            }
            Fault::OldNamesKept if wanted.is_some() && holder.is_none() => {
                let before = self.sound.profile(None, edit.user).await?;
                let change = self.sound.edit_profile(edit).await?;
                if let Some(before) = before {
                    self.keep_name(&before.name).await?;
                }
                Ok(change)
            }
            Fault::OwnNamesTaken if holder == Some(edit.user) => Err(StoreError::Taken),
            Fault::RefusedEditsHalfDone => {
                let signature = ProfileEdit {
                    name: None,
                    ..edit.clone()
                };
                let _ = self.sound.edit_profile(signature).await?;
                self.sound.edit_profile(edit).await
            }
            _ => self.sound.edit_profile(edit).await,
        }
    }

    async fn set_picture(&self, change: PictureChange) -> Result<Change, StoreError> {
        self.change_picture(change).await
    }

    async fn credentials(&self, name: &UsernameKey) -> Result<Option<Credentials>, StoreError> {
        self.sound.credentials(name).await
    }

    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>, StoreError> {
        self.sound.credentials_of(user).await
    }

    async fn profile(
        &self,
        viewer: Option<UserId>,
        user: UserId,
    ) -> Result<Option<User>, StoreError> {
        let mut found = self.sound.profile(viewer, user).await?;
        if self.has(Fault::FollowFlagReversed)
            && let (Some(found), Some(viewer)) = (&mut found, viewer)
        {
            let viewer = self.sound.profile(Some(user), viewer).await?;
            found.is_follow = viewer.is_some_and(|viewer| viewer.is_follow);
        }
        Ok(found.map(|found| self.user(found)))
    }
}

impl Broken {
    /// Somebody whom nobody knows has the name from now on.
    async fn keep_name(&self, name: &str) -> Result<(), StoreError> {
        let number = {
            let mut notes = self.notes();
            notes.ghosts += 1;
            notes.ghosts
        };
        let ghost = NewUser {
            id: UserId::new(MAX_ID / 2 + number).unwrap(),
            name: Username::parse(name).unwrap(),
            password: PasswordHash::new(""),
            signature: Signature::parse("").unwrap(),
            at: Timestamp::from_millis(0),
        };
        self.sound.register(ghost).await
    }
}
