use async_trait::async_trait;
use douyin_core::{Credentials, NewUser, StoreError, User, UserId, UsernameKey, Users};

use super::{SqlStore, viewer_id};
use crate::decode;
use crate::engine::Engine;
use crate::error::Error;
use crate::writer::{Operation, Queue, RowLocks, Work};

#[async_trait]
impl<E: Engine> Users for SqlStore<E> {
    async fn register(&self, user: NewUser) -> Result<(), StoreError> {
        Ok(self.writer.perform(user).await?)
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
