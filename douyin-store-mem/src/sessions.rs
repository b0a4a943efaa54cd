use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use async_trait::async_trait;
use douyin_core::{
    EndedGenerations, EndedSession, Generation, PasswordChange, Revocation, RevocationPosition,
    Revoked, SessionId, Sessions, StoreError, Timestamp, UserId,
};

use crate::MemStore;

/// What has ended, by position, by whose it is, and by when it expires.
#[derive(Debug, Default)]
pub(crate) struct Revocations {
    last: i64,
    by_position: BTreeMap<RevocationPosition, Revocation>,
    /// Without a session: the generations of the user.
    latest: HashMap<(UserId, Option<SessionId>), RevocationPosition>,
    by_expiry: BTreeSet<(Timestamp, RevocationPosition)>,
}

impl Revocations {
    /// Adds a revocation in the place of an earlier one of the same, whose expiry it keeps where that is later.
    fn put(&mut self, user: UserId, revoked: Revoked, expires_at: Timestamp) {
        let earlier = self.latest.get(&key(user, revoked)).copied();
        let earlier = earlier.and_then(|position| self.remove(position));
        self.last += 1;
        let position = RevocationPosition::new(self.last);
        let expires_at = earlier.map_or(expires_at, |earlier| earlier.expires_at.max(expires_at));
        let revocation = Revocation {
            position,
            user,
            revoked,
            expires_at,
        };
        self.by_position.insert(position, revocation);
        self.latest.insert(key(user, revoked), position);
        self.by_expiry.insert((expires_at, position));
    }

    fn of_session(&self, user: UserId, session: SessionId) -> Option<&Revocation> {
        let position = self.latest.get(&(user, Some(session)))?;
        self.by_position.get(position)
    }

    fn remove(&mut self, position: RevocationPosition) -> Option<Revocation> {
        let removed = self.by_position.remove(&position)?;
        self.latest.remove(&key(removed.user, removed.revoked));
        self.by_expiry.remove(&(removed.expires_at, position));
        Some(removed)
    }
}

const fn key(user: UserId, revoked: Revoked) -> (UserId, Option<SessionId>) {
    match revoked {
        Revoked::Session(session) => (user, Some(session)),
        Revoked::Before(_) => (user, None),
    }
}

#[async_trait]
impl Sessions for MemStore {
    async fn end_session(&self, ended: EndedSession) -> Result<(), StoreError> {
        let EndedSession {
            user,
            session,
            expires_at,
        } = ended;
        let mut state = self.write()?;
        state.user(user)?;
        let known = state.revocations.of_session(user, session);
        if known.is_none_or(|known| known.expires_at < expires_at) {
            let revoked = Revoked::Session(session);
            state.revocations.put(user, revoked, expires_at);
        }
        Ok(())
    }

    async fn end_all_sessions(&self, ended: EndedGenerations) -> Result<Generation, StoreError> {
        let mut state = self.write()?;
        let row = state.user_mut(ended.user)?;
        if row.generation <= ended.last {
            let generation = ended.last.next();
            row.generation = generation;
            let revoked = Revoked::Before(generation);
            state.revocations.put(ended.user, revoked, ended.expires_at);
            return Ok(generation);
        }
        Ok(row.generation)
    }

    async fn change_password(
        &self,
        change: PasswordChange,
    ) -> Result<Option<Generation>, StoreError> {
        let mut state = self.write()?;
        let row = state.user_mut(change.user)?;
        if row.password != change.expected {
            return Ok(None);
        }
        let generation = row.generation.next();
        row.password = change.password;
        row.generation = generation;
        let revoked = Revoked::Before(generation);
        state
            .revocations
            .put(change.user, revoked, change.expires_at);
        Ok(Some(generation))
    }

    async fn revocations(
        &self,
        after: RevocationPosition,
        limit: u32,
    ) -> Result<Vec<Revocation>, StoreError> {
        let state = self.read()?;
        let later = (Bound::Excluded(after), Bound::Unbounded);
        let later = state.revocations.by_position.range(later);
        Ok(later
            .map(|(_, revocation)| *revocation)
            .take(limit as usize)
            .collect())
    }

    async fn forget_revocations(
        &self,
        expire_before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let mut state = self.write()?;
        let expired: Vec<RevocationPosition> = state
            .revocations
            .by_expiry
            .iter()
            .take(limit as usize)
            .take_while(|(expires_at, _)| *expires_at < expire_before)
            .map(|(_, position)| *position)
            .collect();
        for position in &expired {
            state.revocations.remove(*position);
        }
        Ok(expired.len() as u64)
    }
}
