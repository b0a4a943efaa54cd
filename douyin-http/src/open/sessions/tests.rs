use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use douyin_core::port::MockStore;
use douyin_core::{
    EndedGenerations, EndedSession, Generation, ManualClock, NewUser, PasswordChange, PasswordHash,
    Revocation, Revoked, SessionId, Signature, Timestamp, UserId, Username, Users as _,
};
use douyin_store_mem::MemStore;
use tokio::time::{advance, timeout};

use super::*;
use crate::api::Session;

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);
const LATER: Timestamp = NOW.plus_millis(1_000);

fn session(number: u64) -> Session {
    let mut bytes = [0; SessionId::BYTES];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    Session {
        user: UserId::new(1).unwrap(),
        id: SessionId::from_bytes(bytes),
        generation: Generation::FIRST,
        expires_at: LATER,
        lifetime_millis: 1_000,
    }
}

async fn store() -> Arc<MemStore> {
    let store = Arc::new(MemStore::new());
    let user = NewUser {
        id: UserId::new(1).unwrap(),
        name: Username::parse("alice").unwrap(),
        password: PasswordHash::new(""),
        signature: Signature::parse("").unwrap(),
        at: NOW,
    };
    store.register(user).await.unwrap();
    store
}

async fn end(store: &MemStore, number: u64, expires_at: Timestamp) {
    let Session { user, id, .. } = session(number);
    let ended = EndedSession {
        user,
        session: id,
        expires_at,
    };
    store.end_session(ended).await.unwrap();
}

async fn keeper(store: Arc<dyn Sessions>) -> (Arc<ManualClock>, Arc<Revocations>, SessionKeeper) {
    let clock = Arc::new(ManualClock::new(NOW));
    let known = Arc::new(Revocations::default());
    let keeper = SessionKeeper::start(store, clock.clone(), known.clone());
    (clock, known, keeper.await.unwrap())
}

#[tokio::test(start_paused = true)]
async fn everything_is_known_before_it_starts_and_the_rest_within_half_a_second() {
    let store = store().await;
    // More than a page.
    for number in 0..u64::from(PAGE) + 2 {
        end(&store, number, LATER).await;
    }
    end(&store, 99_999, NOW).await;
    let (_, known, keeper) = keeper(store.clone()).await;
    assert_eq!(known.len(), PAGE as usize + 2, "but for what has expired");
    end(&store, 100_000, LATER).await;
    assert!(!known.has_ended(&session(100_000)));
    let while_kept = timeout(INTERVAL + Duration::from_millis(1), keeper.keep());
    assert!(while_kept.await.is_err(), "it goes on for ever");
    assert!(known.has_ended(&session(100_000)));
}

#[tokio::test(start_paused = true)]
async fn whoever_wants_it_asked_has_not_to_wait() {
    let store = store().await;
    let (_, known, keeper) = keeper(store.clone()).await;
    end(&store, 1, LATER).await;
    known.ask_now();
    let while_kept = timeout(Duration::from_millis(1), keeper.keep());
    assert!(while_kept.await.is_err());
    assert!(known.has_ended(&session(1)));
}

#[tokio::test(start_paused = true)]
async fn what_has_expired_is_forgotten_here_and_in_the_store() {
    let store = store().await;
    for number in 0..1_500 {
        end(&store, number, LATER).await;
    }
    let (clock, known, keeper) = keeper(store.clone()).await;
    clock.advance_millis(1_001);
    end(&store, 2_000, LATER.plus_millis(60_000)).await;
    let while_kept = timeout(TIDYING + INTERVAL * 2, keeper.keep());
    assert!(while_kept.await.is_err());
    assert_eq!(known.len(), 1);
    let left = store.revocations(RevocationPosition::START, 10).await;
    assert_eq!(left.unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_be_asked_makes_it_deaf_after_a_while_and_costs_nothing_else() {
    let mut store = MockStore::default();
    let mut asked = 0;
    store.sessions.expect_revocations().returning(move |_, _| {
        asked += 1;
        // There at first, then away for fifteen seconds.
        if (2..=30).contains(&asked) {
            return Err(StoreError::Unavailable("away".into()));
        }
        Ok(Vec::new())
    });
    let (_, known, keeper) = keeper(Arc::new(store)).await;
    known.end(session(1).user, Revoked::Session(session(1).id), LATER);
    let keep = async |time: Duration| timeout(time, keeper.keep()).await.unwrap_err();
    keep(Duration::from_secs(9)).await;
    assert!(!keeper.is_deaf());
    keep(Duration::from_secs(2)).await;
    assert!(keeper.is_deaf());
    assert!(known.has_ended(&session(1)), "what is known stays so");
    keep(Duration::from_secs(8)).await;
    assert!(!keeper.is_deaf());
    advance(LONGEST_SILENCE).await;
    assert!(!keeper.is_deaf());
}

/// A store that takes for ever to write, once it is to forget.
struct Stalled {
    store: Arc<MemStore>,
    is_to_forget: AtomicBool,
}

#[async_trait]
impl Sessions for Stalled {
    async fn end_session(&self, session: EndedSession) -> Result<(), StoreError> {
        self.store.end_session(session).await
    }

    async fn end_all_sessions(&self, ended: EndedGenerations) -> Result<Generation, StoreError> {
        self.store.end_all_sessions(ended).await
    }

    async fn change_password(
        &self,
        change: PasswordChange,
    ) -> Result<Option<Generation>, StoreError> {
        self.store.change_password(change).await
    }

    async fn revocations(
        &self,
        after: RevocationPosition,
        limit: u32,
    ) -> Result<Vec<Revocation>, StoreError> {
        self.store.revocations(after, limit).await
    }

    async fn forget_revocations(&self, _before: Timestamp, _limit: u32) -> Result<u64, StoreError> {
        self.is_to_forget.store(true, Ordering::SeqCst);
        pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_never_forgets_keeps_nobody_from_hearing() {
    let store = store().await;
    let stalled = Arc::new(Stalled {
        store: Arc::clone(&store),
        is_to_forget: AtomicBool::new(false),
    });
    let (_, known, keeper) = keeper(stalled.clone()).await;
    let hearing = async {
        sleep(TIDYING + INTERVAL).await;
        assert!(stalled.is_to_forget.load(Ordering::SeqCst));
        end(&store, 1, LATER).await;
        sleep(INTERVAL * 2).await;
        assert!(known.has_ended(&session(1)));
    };
    tokio::select! {
        never = keeper.keep() => match never {},
        () = hearing => {}
    }
    assert!(!keeper.is_deaf());
}
