//! What two processes end, as everybody hears it.

use super::lender::Lender;
use crate::conformance::scene::{at, together};
use crate::conformance::sessions::{assert_a_follower_misses_none, session};
use crate::{EndedSession, RevocationPosition, Revoked};

pub(super) async fn whoever_follows_what_two_processes_end_at_once_misses_nothing(lender: Lender) {
    let users = lender.scene().users().await;
    assert_a_follower_misses_none(lender.scene(), users, || lender.scene()).await;
}

pub(super) async fn what_two_processes_end_at_once_is_ended_once(lender: Lender) {
    const SESSIONS: u64 = 40;
    let user = lender.scene().user("alice").await;
    for number in 0..SESSIONS {
        together((0..4).map(|caller| {
            let store = lender.handle().store.clone();
            let ended = EndedSession {
                user,
                session: session(number),
                expires_at: at(caller),
            };
            async move { store.end_session(ended).await.expect("the user exists") }
        }))
        .await;
    }
    let store = &lender.handle().store;
    let told = store.revocations(RevocationPosition::START, 1_000).await;
    let told = told.expect("revocations can be read");
    let told: Vec<_> = told
        .iter()
        .map(|one| (one.revoked, one.expires_at))
        .collect();
    let expected = (0..SESSIONS).map(|number| (Revoked::Session(session(number)), at(3)));
    assert_eq!(told, expected.collect::<Vec<_>>());
}
