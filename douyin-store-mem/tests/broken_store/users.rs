use async_trait::async_trait;
use douyin_core::{Credentials, NewUser, StoreError, User, UserId, Username, UsernameKey, Users};

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
