//! Which sessions have ended.

use async_trait::async_trait;
use douyin_core::{
    EndedGenerations, EndedSession, Generation, PasswordChange, PasswordHash, Revocation,
    RevocationPosition, Sessions, StoreError, Timestamp, UserId,
};
use douyin_store_mem::MemStore;
use serde::{Deserialize, Serialize};

use crate::store::JournalStore;
use crate::write::{ReplayError, Write};

type Result<T> = std::result::Result<T, StoreError>;

/// A write of [`Sessions`] in plain values.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum SessionWrite {
    End {
        user: i64,
        session: String,
        expires_at: i64,
    },
    EndAll {
        user: i64,
        last: u32,
        expires_at: i64,
    },
    ChangePassword {
        user: i64,
        expected: String,
        password: String,
        expires_at: i64,
    },
    Forget {
        expire_before: i64,
        limit: u32,
    },
}

impl SessionWrite {
    pub(crate) async fn apply(self, memory: &MemStore) -> std::result::Result<(), ReplayError> {
        let done = match self {
            Self::End {
                user,
                session,
                expires_at,
            } => {
                let ended = EndedSession {
                    user: UserId::new(user)?,
                    session: session.parse()?,
                    expires_at: Timestamp::from_millis(expires_at),
                };
                memory.end_session(ended).await
            }
            Self::EndAll {
                user,
                last,
                expires_at,
            } => {
                let ended = EndedGenerations {
                    user: UserId::new(user)?,
                    last: Generation::new(last),
                    expires_at: Timestamp::from_millis(expires_at),
                };
                memory.end_all_sessions(ended).await.map(drop)
            }
            Self::ChangePassword {
                user,
                expected,
                password,
                expires_at,
            } => {
                let change = PasswordChange {
                    user: UserId::new(user)?,
                    expected: PasswordHash::new(expected),
                    password: PasswordHash::new(password),
                    expires_at: Timestamp::from_millis(expires_at),
                };
                memory.change_password(change).await.map(drop)
            }
            Self::Forget {
                expire_before,
                limit,
            } => {
                let expire_before = Timestamp::from_millis(expire_before);
                let forgotten = memory.forget_revocations(expire_before, limit).await;
                forgotten.map(drop)
            }
        };
        done.map_err(ReplayError::Store)
    }
}

#[async_trait]
impl Sessions for JournalStore {
    async fn end_session(&self, ended: EndedSession) -> Result<()> {
        let write = SessionWrite::End {
            user: ended.user.get(),
            session: ended.session.to_string(),
            expires_at: ended.expires_at.as_millis(),
        };
        let _in_order = self.journaled(Write::Session(write)).await?;
        self.memory.end_session(ended).await
    }

    async fn end_all_sessions(&self, ended: EndedGenerations) -> Result<Generation> {
        let write = SessionWrite::EndAll {
            user: ended.user.get(),
            last: ended.last.get(),
            expires_at: ended.expires_at.as_millis(),
        };
        let _in_order = self.journaled(Write::Session(write)).await?;
        self.memory.end_all_sessions(ended).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<Option<Generation>> {
        let write = SessionWrite::ChangePassword {
            user: change.user.get(),
            expected: change.expected.as_str().to_owned(),
            password: change.password.as_str().to_owned(),
            expires_at: change.expires_at.as_millis(),
        };
        let _in_order = self.journaled(Write::Session(write)).await?;
        self.memory.change_password(change).await
    }

    async fn revocations(&self, after: RevocationPosition, limit: u32) -> Result<Vec<Revocation>> {
        self.memory.revocations(after, limit).await
    }

    async fn forget_revocations(&self, expire_before: Timestamp, limit: u32) -> Result<u64> {
        let write = SessionWrite::Forget {
            expire_before: expire_before.as_millis(),
            limit,
        };
        let _in_order = self.journaled(Write::Session(write)).await?;
        self.memory.forget_revocations(expire_before, limit).await
    }
}
