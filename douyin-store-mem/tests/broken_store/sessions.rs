use async_trait::async_trait;
use douyin_core::{
    EndedGenerations, EndedSession, Generation, PasswordChange, Revocation, RevocationPosition,
    Revoked, Sessions, StoreError, Timestamp, Users as _,
};

use crate::broken::{Broken, Fault};

#[async_trait]
impl Sessions for Broken {
    async fn end_session(&self, session: EndedSession) -> Result<(), StoreError> {
        if self.has(Fault::EarlierExpiriesOverwriteLaterOnes) {
            self.sound
                .forget_revocations(Timestamp::MAX, u32::MAX)
                .await?;
        }
        self.sound.end_session(session).await
    }

    async fn end_all_sessions(&self, ended: EndedGenerations) -> Result<Generation, StoreError> {
        let own = self.sound.credentials_of(ended.user).await?;
        let last = match own {
            Some(own) if self.has(Fault::LogoutsEverywhereRepeat) => own.generation,
            _ => ended.last,
        };
        let ended = EndedGenerations { last, ..ended };
        self.sound.end_all_sessions(ended).await
    }

    async fn change_password(
        &self,
        change: PasswordChange,
    ) -> Result<Option<Generation>, StoreError> {
        if !self.has(Fault::PasswordsCheckedThenWritten) {
            return self.sound.change_password(change).await;
        }
        let own = self.sound.credentials_of(change.user).await?;
        if own.is_none_or(|own| own.password != change.expected) {
            return self.sound.change_password(change).await;
        }
        self.meanwhile().await;
        let own = self.sound.credentials_of(change.user).await?;
        let expected = own.expect("nobody removes users").password;
        let change = PasswordChange { expected, ..change };
        self.sound.change_password(change).await
    }

    async fn revocations(
        &self,
        after: RevocationPosition,
        limit: u32,
    ) -> Result<Vec<Revocation>, StoreError> {
        let all = self.sound.revocations(RevocationPosition::START, u32::MAX);
        let mut all = all.await?;
        match self.fault {
            // Another transaction has committed the last one, and the one before it is not committed yet.
            Fault::PositionsHandedOutBeforeTheCommit if all.len() >= 2 => {
                all.remove(all.len() - 2);
            }
            Fault::GenerationsMixedUp => {
                for revocation in &mut all {
                    if let Revoked::Before(generation) = &mut revocation.revoked {
                        *generation = generation.next();
                    }
                }
            }
            Fault::PositionsReused => {
                for (number, revocation) in (1..).zip(&mut all) {
                    revocation.position = RevocationPosition::new(number);
                }
            }
            _ => {}
        }
        all.retain(|revocation| revocation.position > after);
        all.truncate(limit as usize);
        Ok(all)
    }

    async fn forget_revocations(
        &self,
        expire_before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let limit = if self.has(Fault::EverythingForgottenAtOnce) {
            u32::MAX
        } else {
            limit
        };
        self.sound.forget_revocations(expire_before, limit).await
    }
}
