//! What can happen to sessions and passwords in a history.

use proptest::prelude::*;

use super::answer::{Players, told, which};
use super::operation::Which;
use crate::conformance::scene::at;
use crate::conformance::sessions::session;
use crate::{
    EndedGenerations, EndedSession, Generation, PasswordChange, PasswordHash, RevocationPosition,
};

/// A call of [`Sessions`](crate::Sessions). `until` and `before` are in milliseconds.
#[derive(Debug, Clone)]
pub(super) enum OfSessions {
    End {
        user: Which,
        session: u64,
        until: i64,
    },
    EndAll {
        user: Which,
        last: u32,
        until: i64,
    },
    /// From one of few passwords to another; the first one is that of the registration.
    ChangePassword {
        user: Which,
        from: u32,
        to: u32,
        until: i64,
    },
    Forget {
        before: i64,
        limit: u32,
    },
    CredentialsOf {
        user: Which,
    },
    /// All of them, in pages.
    Revocations {
        limit: u32,
    },
}

pub(super) fn of_sessions(
    which: impl Fn() -> BoxedStrategy<Which>,
) -> impl Strategy<Value = OfSessions> {
    let until = || 0..24_i64;
    prop_oneof![
        4 => (which(), 0..5_u64, until())
            .prop_map(|(user, session, until)| OfSessions::End { user, session, until }),
        2 => (which(), 0..4_u32, until())
            .prop_map(|(user, last, until)| OfSessions::EndAll { user, last, until }),
        3 => (which(), 0..3_u32, 0..3_u32, until())
            .prop_map(|(user, from, to, until)| OfSessions::ChangePassword { user, from, to, until }),
        1 => (until(), 0..4_u32).prop_map(|(before, limit)| OfSessions::Forget { before, limit }),
        2 => which().prop_map(|user| OfSessions::CredentialsOf { user }),
        2 => (1..6_u32).prop_map(|limit| OfSessions::Revocations { limit }),
    ]
}

impl Players<'_> {
    pub(super) async fn of_sessions(&self, call: &OfSessions) -> String {
        match *call {
            OfSessions::End {
                user,
                session: number,
                until,
            } => {
                let ended = EndedSession {
                    user: which(&self.users, user),
                    session: session(number),
                    expires_at: at(until),
                };
                told(self.store.end_session(ended).await)
            }
            OfSessions::EndAll { user, last, until } => {
                let ended = EndedGenerations {
                    user: which(&self.users, user),
                    last: Generation::new(last),
                    expires_at: at(until),
                };
                told(self.store.end_all_sessions(ended).await)
            }
            OfSessions::ChangePassword {
                user,
                from,
                to,
                until,
            } => {
                let user = which(&self.users, user);
                let password = |number: u32| match number {
                    0 => PasswordHash::new(format!("hash of {user}")),
                    number => PasswordHash::new(format!("password {number}")),
                };
                let change = PasswordChange {
                    user,
                    expected: password(from),
                    password: password(to),
                    expires_at: at(until),
                };
                told(self.store.change_password(change).await)
            }
            OfSessions::Forget { before, limit } => {
                told(self.store.forget_revocations(at(before), limit).await)
            }
            OfSessions::CredentialsOf { user } => {
                let found = self.store.credentials_of(which(&self.users, user)).await;
                told(found.map(|found| {
                    found.map(|found| {
                        let password = found.password.as_str().to_owned();
                        (found.user, password, found.generation)
                    })
                }))
            }
            OfSessions::Revocations { limit } => self.revocations(limit).await,
        }
    }

    /// Which numbers positions have is the store's own.
    async fn revocations(&self, limit: u32) -> String {
        const MOST_PAGES: usize = 500;
        let (mut pages, mut after) = (Vec::new(), RevocationPosition::START);
        while pages.len() < MOST_PAGES {
            let page = match self.store.revocations(after, limit).await {
                Ok(page) => page,
                Err(error) => return told::<()>(Err(error)),
            };
            let Some(last) = page.last() else { break };
            after = last.position;
            let page = page
                .iter()
                .map(|one| (one.user, one.revoked, one.expires_at));
            pages.push(format!("{:?}", page.collect::<Vec<_>>()));
        }
        pages.join("\n    then   ")
    }
}
