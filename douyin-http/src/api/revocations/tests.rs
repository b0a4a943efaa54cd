use douyin_core::RevocationPosition;

use super::*;

const SOON: Timestamp = Timestamp::from_millis(1_000);

fn id(number: u8) -> SessionId {
    SessionId::from_bytes([number; 16])
}

fn user(number: i64) -> UserId {
    UserId::new(number).unwrap()
}

fn session(of: i64, number: u8, generation: u32) -> Session {
    Session {
        user: user(of),
        id: id(number),
        generation: Generation::new(generation),
        expires_at: SOON,
        lifetime_millis: 1_000,
    }
}

#[test]
fn a_session_that_ended_has_ended_and_no_other() {
    let known = Revocations::default();
    known.end(user(1), Revoked::Session(id(1)), SOON);
    assert!(known.has_ended(&session(1, 1, 0)));
    assert!(!known.has_generation_ended(&session(1, 1, 0)));
    assert!(!known.has_ended(&session(1, 2, 0)));
}

#[test]
fn sessions_of_an_earlier_generation_have_ended_in_whatever_order_it_was_heard() {
    let known = Revocations::default();
    for generation in [3, 2] {
        let position = RevocationPosition::START;
        let revoked = Revoked::Before(Generation::new(generation));
        known.learn(&Revocation {
            position,
            user: user(1),
            revoked,
            expires_at: SOON,
        });
    }
    assert!(known.has_ended(&session(1, 1, 2)));
    assert!(!known.has_ended(&session(1, 1, 3)));
    assert!(!known.has_ended(&session(2, 1, 2)), "of somebody else");
}

#[test]
fn what_has_expired_is_forgotten_and_what_lasts_longer_is_not() {
    let known = Revocations::default();
    for number in 0..200 {
        known.end(user(1), Revoked::Session(id(number)), SOON);
        let revoked = Revoked::Before(Generation::new(1));
        known.end(user(1 + i64::from(number)), revoked, SOON);
    }
    // The later instant counts.
    for expires_at in [SOON.plus_millis(1), SOON] {
        known.end(user(1), Revoked::Session(id(7)), expires_at);
    }
    known.forget_expired(SOON.plus_millis(-1));
    assert_eq!(known.len(), 400);
    known.forget_expired(SOON);
    assert_eq!(known.len(), 1);
    assert!(known.has_ended(&session(1, 7, 1)));
    known.forget_expired(SOON.plus_millis(1));
    assert!(known.is_empty());
}

#[test]
fn users_and_sessions_are_spread_over_all_shards() {
    let known = Revocations::default();
    let ids = douyin_core::TimeOrderedIds::default();
    for millis in 0..2_000 {
        let at = Timestamp::from_millis(1_790_000_000_000 + millis);
        let of = douyin_core::IdSource::next_id(&ids, at).unwrap();
        let revoked = Revoked::Before(Generation::new(1));
        known.end(user(of), revoked, SOON);
    }
    let fullest = known
        .shards
        .iter()
        .map(|shard| read(&shard.generations).len());
    assert!(fullest.max().unwrap() < 200, "{known:?}");
}
