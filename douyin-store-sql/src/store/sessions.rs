use async_trait::async_trait;
use douyin_core::{
    EndedGenerations, EndedSession, Entity, Generation, PasswordChange, PasswordHash, Revocation,
    RevocationPosition, Revoked, SessionId, Sessions, StoreError, Timestamp, UserId,
};

use super::SqlStore;
use crate::decode;
use crate::engine::{Columns, Engine, Numbers};
use crate::error::Error;
use crate::writer::{Operation, Queue, RowLocks, Work};

#[async_trait]
impl<E: Engine> Sessions for SqlStore<E> {
    async fn end_session(&self, session: EndedSession) -> Result<(), StoreError> {
        Ok(self.writer.perform(session).await?)
    }

    async fn end_all_sessions(&self, ended: EndedGenerations) -> Result<Generation, StoreError> {
        Ok(self.writer.perform(ended).await?)
    }

    async fn change_password(
        &self,
        change: PasswordChange,
    ) -> Result<Option<Generation>, StoreError> {
        Ok(self.writer.perform(change).await?)
    }

    async fn revocations(
        &self,
        after: RevocationPosition,
        limit: u32,
    ) -> Result<Vec<Revocation>, StoreError> {
        let values = [after.get().into(), i64::from(limit).into()];
        let statement = &self.statements.sessions.after;
        let rows = self.readers.list_rows(statement, &values).await?;
        let revocations = rows
            .iter()
            .map(|row| decode::revocation(&mut Columns::of(row)));
        Ok(revocations.collect::<Result<_, Error>>()?)
    }

    async fn forget_revocations(
        &self,
        expire_before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let forgetting = Forgetting {
            expire_before,
            limit,
        };
        Ok(self.writer.perform(forgetting).await?)
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for EndedSession {
    type Answer = ();

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Revocations);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<(), Error> {
        // Nobody removes users.
        let exists = &work.statements.users.exists;
        if !work.is(exists, self.user.get()).await? {
            return Err(Error::Missing(Entity::User));
        }
        let revoked = Revoked::Session(self.session);
        work.revoke(self.user, revoked, self.expires_at).await
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for EndedGenerations {
    type Answer = Generation;

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Revocations);
        locks.users.insert(self.user.get());
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Generation, Error> {
        let (_, own) = work.password(self.user).await?;
        if own > self.last {
            return Ok(own);
        }
        let generation = self.last.next();
        let values = [self.user.into(), i64::from(generation.get()).into()];
        work.run(&work.statements.sessions.set_generation, &values)
            .await?;
        let revoked = Revoked::Before(generation);
        work.revoke(self.user, revoked, self.expires_at).await?;
        Ok(generation)
    }
}

#[async_trait]
impl<E: Engine> Operation<E> for PasswordChange {
    type Answer = Option<Generation>;

    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Revocations);
        locks.users.insert(self.user.get());
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<Option<Generation>, Error> {
        let (password, own) = work.password(self.user).await?;
        if password != self.expected {
            return Ok(None);
        }
        let generation = own.next();
        let values = [
            self.user.into(),
            self.password.as_str().into(),
            i64::from(generation.get()).into(),
        ];
        work.run(&work.statements.sessions.set_password, &values)
            .await?;
        let revoked = Revoked::Before(generation);
        work.revoke(self.user, revoked, self.expires_at).await?;
        Ok(Some(generation))
    }
}

/// Removes revocations that have expired.
struct Forgetting {
    expire_before: Timestamp,
    limit: u32,
}

#[async_trait]
impl<E: Engine> Operation<E> for Forgetting {
    type Answer = u64;

    /// So that nobody replaces what it is about to remove.
    fn lock(&self, locks: &mut RowLocks) {
        locks.queues.insert(Queue::Revocations);
    }

    async fn apply(&self, work: &mut Work<'_, E>) -> Result<u64, Error> {
        let statements = &work.statements.sessions;
        let values = [self.expire_before.into(), i64::from(self.limit).into()];
        let rows = work.run(&statements.expired, &values).await?;
        let expired = rows.iter().map(|row| {
            let mut columns = Columns::of(row);
            Ok([columns.integer()?, columns.integer()?])
        });
        let expired: Vec<[i64; 2]> = expired.collect::<Result<_, Error>>()?;
        if !expired.is_empty() {
            let places = Numbers::new(expired.iter().copied());
            work.run(&statements.forget, &[(&places).into()]).await?;
        }
        Ok(expired.len() as u64)
    }
}

/// How a row says which session of a user it is about; all of them without one.
fn name(session: Option<SessionId>) -> String {
    session.map_or_else(String::new, |session| session.to_string())
}

impl<E: Engine> Work<'_, E> {
    /// What the password of a user is checked against, and their generation.
    async fn password(&mut self, user: UserId) -> Result<(PasswordHash, Generation), Error> {
        let statement = &self.statements.sessions.password;
        let rows = self.run(statement, &[user.into()]).await?;
        let row = rows.first().ok_or(Error::Missing(Entity::User))?;
        let mut columns = Columns::of(row);
        let password = PasswordHash::new(columns.text()?);
        Ok((password, decode::generation(&mut columns)?))
    }

    /// When what is known of a session, or of all of a user, expires.
    async fn expiry(
        &mut self,
        user: UserId,
        session: Option<SessionId>,
    ) -> Result<Option<Timestamp>, Error> {
        let session = name(session);
        let values = [user.into(), session.as_str().into()];
        let rows = self.run(&self.statements.sessions.expiry, &values).await?;
        rows.first()
            .map(|row| Columns::of(row).instant())
            .transpose()
    }

    /// Adds a revocation in the place of an earlier one of the same, whose expiry it keeps where that is later. A session that has
    /// ended for as long already needs no other.
    async fn revoke(
        &mut self,
        user: UserId,
        revoked: Revoked,
        expires_at: Timestamp,
    ) -> Result<(), Error> {
        let statements = &self.statements.sessions;
        let (session, generation) = match revoked {
            Revoked::Session(session) => (Some(session), Generation::FIRST),
            Revoked::Before(generation) => (None, generation),
        };
        let known = self.expiry(user, session).await?;
        if session.is_some() && known.is_some_and(|known| known >= expires_at) {
            return Ok(());
        }
        let session = name(session);
        if known.is_some() {
            let values = [user.into(), session.as_str().into()];
            self.run(&statements.remove, &values).await?;
        }
        self.run(&statements.next_position, &[]).await?;
        let values = [
            user.into(),
            session.as_str().into(),
            i64::from(generation.get()).into(),
            known
                .map_or(expires_at, |known| known.max(expires_at))
                .into(),
        ];
        self.run(&statements.add, &values).await.map(drop)
    }
}
