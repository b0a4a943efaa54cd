use async_trait::async_trait;
use douyin_core::{
    EndedGenerations, EndedSession, Generation, PasswordChange, Revocation, RevocationPosition,
    Sessions, StoreError, Timestamp,
};

use crate::cached::CachedStore;

type Result<T> = std::result::Result<T, StoreError>;

/// Whoever checks tokens keeps what has ended; nothing that is remembered here shows it.
#[async_trait]
impl Sessions for CachedStore {
    async fn end_session(&self, session: EndedSession) -> Result<()> {
        self.memory.store.end_session(session).await
    }

    async fn end_all_sessions(&self, ended: EndedGenerations) -> Result<Generation> {
        self.memory.store.end_all_sessions(ended).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<Option<Generation>> {
        self.memory.store.change_password(change).await
    }

    async fn revocations(&self, after: RevocationPosition, limit: u32) -> Result<Vec<Revocation>> {
        self.memory.store.revocations(after, limit).await
    }

    async fn forget_revocations(&self, expire_before: Timestamp, limit: u32) -> Result<u64> {
        let store = &self.memory.store;
        store.forget_revocations(expire_before, limit).await
    }
}
