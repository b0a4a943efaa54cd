use async_trait::async_trait;
use douyin_core::{
    Change, Credentials, Entity, NewUser, PictureChange, ProfileEdit, StoreError, User, UserId,
    Username, UsernameKey, Users,
};

use super::{SqlStore, viewer_id};
use crate::decode;
use crate::engine::{Columns, Engine};
use crate::error::Error;
use crate::writer::{Operation, Queue, RowLocks, Work};

#[async_trait]
impl<E: Engine> Users for SqlStore<E> {
    async fn register(&self, user: NewUser) -> Result<(), StoreError> {
        Ok(self.writer.perform(user).await?)
    }

    async fn edit_profile(&self, edit: ProfileEdit) -> Result<Change, StoreError> {
        Ok(self.writer.perform(edit).await?)
    }

    async fn set_picture(&self, change: PictureChange) -> Result<Change, StoreError> {
        Ok(self.writer.perform(change).await?)
    }

    async fn credentials(&self, name: &UsernameKey) -> Result<Option<Credentials>, StoreError> {
        let statement = &self.statements.users.credentials;
        let values = [name.as_str().into()];
        Ok(self
            .read_one(statement, &values, decode::credentials)
            .await?)
    }

    async fn credentials_of(&self, user: UserId) -> Result<Option<Credentials>, StoreError> {
        let statement = &self.statements.users.credentials_of;
        let values = [user.into()];
        Ok(self
            .read_one(statement, &values, decode::credentials)
            .await?)
    }

    async fn profile(
        &self,
        viewer: Option<UserId>,
        user: UserId,
    ) -> Result<Option<User>, StoreError> {
        let statement = &self.statements.users.profile;
        let values = [viewer_id(viewer).into(), user.into()];
        Ok(self.read_one(statement, &values, decode::user).await?)
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for NewUser {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Registrations);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        let values = [
            self.id.into(),
            self.name.as_str().into(),
            self.name.key().as_str().into(),
            self.password.as_str().into(),
            self.signature.as_str().into(),
            self.at.into(),
        ];
        let added = work.write(&work.statements.users.register, &values).await?;
        if added.is_empty() {
            return Err(Error::Taken);
        }
        Ok(())
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for ProfileEdit {
    type Answer = Change;

    fn lock(&self, locks: &mut RowLocks) {
        if self.name.is_some() {
            locks.queues.insert(Queue::Registrations);
        }
        locks.users.insert(self.user.get());
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Change, Error> {
        let statements = &work.statements.users;
        let rows = work.run(&statements.texts, &[self.user.into()]).await?;
        let row = rows.first().ok_or(Error::Missing(Entity::User))?;
        let mut columns = Columns::of(row);
        let (own_name, own_signature) = (columns.text()?, columns.text()?);
        let name = self.name.as_ref();
        let name = name.filter(|wanted| wanted.as_str() != own_name);
        let signature = self.signature.as_ref();
        let signature = signature.filter(|wanted| wanted.as_str() != own_signature);
        if let Some(name) = name {
            // A refusal changes nothing, so it comes first.
            work.refuse_name_of_another(self.user, name).await?;
            let key = name.key().as_str();
            let values = [self.user.into(), name.as_str().into(), key.into()];
            work.run(&statements.rename, &values).await?;
        }
        if let Some(signature) = signature {
            let values = [self.user.into(), signature.as_str().into()];
            work.run(&statements.sign, &values).await?;
        }
        Ok(if name.is_some() || signature.is_some() {
            Change::Applied
        } else {
            Change::Unchanged
        })
    }
}

impl<E: Engine> Work<'_, E> {
    async fn refuse_name_of_another(&mut self, user: UserId, name: &Username) -> Result<(), Error> {
        let values = [name.key().as_str().into()];
        let rows = self
            .run(&self.statements.users.credentials, &values)
            .await?;
        match rows.first() {
            Some(row) if decode::credentials(&mut Columns::of(row))?.user != user => {
                Err(Error::Taken)
            }
            _ => Ok(()),
        }
    }
}
