//! Accounts and profiles.

use async_trait::async_trait;
use douyin_core::{
    Change, Credentials, NewUser, PasswordHash, PictureChange, ProfileEdit, Signature, StoreError,
    Timestamp, User, UserId, Username, UsernameKey, Users,
};
use douyin_store_mem::MemStore;
use serde::{Deserialize, Serialize};

use crate::store::JournalStore;
use crate::write::{ReplayError, Write};

type Result<T> = std::result::Result<T, StoreError>;

/// A write of [`Users`] in plain values.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum UserWrite {
    Register {
        id: i64,
        name: String,
        password: String,
        signature: String,
        at: i64,
    },
    EditProfile {
        user: i64,
        name: Option<String>,
        signature: Option<String>,
    },
}

impl UserWrite {
    pub(crate) async fn apply(self, memory: &MemStore) -> std::result::Result<(), ReplayError> {
        let done = match self {
            Self::Register {
                id,
                name,
                password,
                signature,
                at,
            } => {
                let user = NewUser {
                    id: UserId::new(id)?,
                    name: Username::parse(&name)?,
                    password: PasswordHash::new(password),
                    signature: Signature::parse(&signature)?,
                    at: Timestamp::from_millis(at),
                };
                memory.register(user).await
            }
            Self::EditProfile {
                user,
                name,
                signature,
            } => {
                let edit = ProfileEdit {
                    user: UserId::new(user)?,
                    name: name.as_deref().map(Username::parse).transpose()?,
                    signature: signature.as_deref().map(Signature::parse).transpose()?,
                };
                memory.edit_profile(edit).await.map(drop)
            }
        };
        done.map_err(ReplayError::Store)
    }
}

#[async_trait]
impl Users for JournalStore {
    async fn register(&self, user: NewUser) -> Result<()> {
        let write = UserWrite::Register {
            id: user.id.get(),
            name: user.name.as_str().to_owned(),
            password: user.password.as_str().to_owned(),
            signature: user.signature.as_str().to_owned(),
            at: user.at.as_millis(),
        };
        let _in_order = self.journaled(Write::User(write)).await?;
        self.memory.register(user).await
    }

    async fn edit_profile(&self, edit: ProfileEdit) -> Result<Change> {
        let signature = edit.signature.as_ref();
        let write = UserWrite::EditProfile {
            user: edit.user.get(),
            name: edit.name.as_ref().map(|name| name.as_str().to_owned()),
            signature: signature.map(|text| text.as_str().to_owned()),
        };
        let _in_order = self.journaled(Write::User(write)).await?;
        self.memory.edit_profile(edit).await
    }

    async fn set_picture(&self, change: PictureChange) -> Result<Change> {
        let write = Write::Media((&change).into());
        let _in_order = self.journaled(write).await?;
        self.memory.set_picture(change).await
    }

    async fn credentials(&self, name: &UsernameKey) -> Result<Option<Credentials>> {
        self.memory.credentials(name).await
    }

    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>> {
        self.memory.credentials_of(user).await
    }

    async fn profile(&self, viewer: Option<UserId>, user: UserId) -> Result<Option<User>> {
        self.memory.profile(viewer, user).await
    }
}
