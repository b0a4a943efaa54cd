//! Sessions that have ended, passwords that have changed.

mod follower;

pub(super) use self::follower::assert_a_follower_misses_none;
use super::scene::{Scene, at, new_user, scrambled, together, unknown};
use crate::{
    EndedGenerations, EndedSession, Entity, Generation, PasswordChange, PasswordHash, Revocation,
    RevocationPosition, Revoked, SessionId, StoreError, Timestamp, UserId,
};

const START: RevocationPosition = RevocationPosition::START;

/// The password of a user as [`new_user`] has it.
fn first_password(user: UserId) -> PasswordHash {
    new_user(user, "any").password
}

pub(super) fn session(number: u64) -> SessionId {
    let mut bytes = [0; SessionId::BYTES];
    bytes[..8].copy_from_slice(&scrambled(number).to_le_bytes());
    bytes[8..].copy_from_slice(&number.to_le_bytes());
    SessionId::from_bytes(bytes)
}

const fn generation(number: u32) -> Generation {
    Generation::new(number)
}

fn change(
    user: UserId,
    expected: PasswordHash,
    password: &str,
    expires_at: Timestamp,
) -> PasswordChange {
    PasswordChange {
        user,
        expected,
        password: PasswordHash::new(password),
        expires_at,
    }
}

impl Scene {
    async fn end(&self, user: UserId, session: SessionId, expires_at: Timestamp) {
        let ended = EndedSession {
            user,
            session,
            expires_at,
        };
        let ended = self.store.end_session(ended).await;
        ended.expect("the user exists");
    }

    async fn end_all(&self, user: UserId, last: Generation, expires_at: Timestamp) -> Generation {
        let ended = EndedGenerations {
            user,
            last,
            expires_at,
        };
        let ended = self.store.end_all_sessions(ended).await;
        ended.expect("the user exists")
    }

    async fn change(&self, change: PasswordChange) -> Option<Generation> {
        let changed = self.store.change_password(change).await;
        changed.expect("the user exists")
    }

    async fn revocations(&self, after: RevocationPosition, limit: u32) -> Vec<Revocation> {
        let revocations = self.store.revocations(after, limit).await;
        let revocations = revocations.expect("revocations can be read");
        assert!(
            revocations.len() <= limit as usize,
            "no more than asked for"
        );
        let after = std::iter::once(after);
        let positions = after.chain(revocations.iter().map(|revocation| revocation.position));
        assert!(positions.is_sorted_by(|one, next| one < next), "in order");
        revocations
    }

    /// All that has ended, without the positions.
    async fn ended(&self) -> Vec<(UserId, Revoked, Timestamp)> {
        let revocations = self.revocations(START, 10_000).await;
        revocations
            .iter()
            .map(|revocation| (revocation.user, revocation.revoked, revocation.expires_at))
            .collect()
    }

    async fn forget(&self, expire_before: Timestamp, limit: u32) -> u64 {
        let forgotten = self.store.forget_revocations(expire_before, limit).await;
        forgotten.expect("revocations can be forgotten")
    }

    async fn credentials_of(&self, user: UserId) -> (PasswordHash, Generation) {
        let found = self.store.credentials_of(user).await;
        let found = found.expect("credentials can be read");
        let found = found.expect("the user exists");
        assert_eq!(found.user, user);
        (found.password, found.generation)
    }
}

pub(super) async fn a_new_user_is_of_the_first_generation(scene: Scene) {
    let user = scene.user("alice").await;
    let expected = (first_password(user), Generation::FIRST);
    assert_eq!(scene.credentials_of(user).await, expected);
    let name = new_user(user, "alice").name;
    let found = scene.store.credentials(name.key()).await;
    let found = found.expect("credentials can be read").expect("a user");
    assert_eq!((found.password, found.generation), expected);
    let nobody = scene.store.credentials_of(unknown()).await;
    assert_eq!(nobody.expect("credentials can be read"), None);
    assert_eq!(scene.ended().await, []);
}

pub(super) async fn an_ended_session_is_told_to_whoever_follows(scene: Scene) {
    let [alice, bob] = scene.users().await;
    scene.end(alice, session(1), at(100)).await;
    scene.end(bob, session(2), at(50)).await;
    let told = [
        (alice, Revoked::Session(session(1)), at(100)),
        (bob, Revoked::Session(session(2)), at(50)),
    ];
    assert_eq!(scene.ended().await, told);
    assert_eq!(scene.credentials_of(alice).await.1, Generation::FIRST);
}

pub(super) async fn ending_a_session_twice_is_once(scene: Scene) {
    let [alice, bob] = scene.users().await;
    for _ in 0..3 {
        scene.end(alice, session(1), at(100)).await;
    }
    // Nobody has the session of somebody else, but that is not the store's to know.
    scene.end(bob, session(1), at(100)).await;
    let told = [alice, bob].map(|user| (user, Revoked::Session(session(1)), at(100)));
    assert_eq!(scene.ended().await, told);
}

pub(super) async fn a_session_that_has_ended_stays_so_until_the_later_of_two_instants(
    scene: Scene,
) {
    let alice = scene.user("alice").await;
    let only = |expires_at| [(alice, Revoked::Session(session(1)), expires_at)];
    scene.end(alice, session(1), at(100)).await;
    scene.end(alice, session(1), at(50)).await;
    assert_eq!(scene.ended().await, only(at(100)));
    let seen = scene.revocations(START, 10).await[0].position;
    scene.end(alice, session(1), at(150)).await;
    assert_eq!(scene.ended().await, only(at(150)));
    let news = scene.revocations(seen, 10).await;
    assert_eq!(
        news.len(),
        1,
        "who knew the earlier instant learns the later"
    );
}

pub(super) async fn ending_all_sessions_begins_a_generation_and_tells_of_it(scene: Scene) {
    let [alice, bob] = scene.users().await;
    let next = scene.end_all(alice, Generation::FIRST, at(100)).await;
    assert_eq!(next, generation(1));
    let expected = (first_password(alice), generation(1));
    assert_eq!(scene.credentials_of(alice).await, expected);
    assert_eq!(scene.credentials_of(bob).await.1, Generation::FIRST);
    let told = [(alice, Revoked::Before(generation(1)), at(100))];
    assert_eq!(scene.ended().await, told);
    let next = scene.end_all(alice, generation(1), at(50)).await;
    assert_eq!(next, generation(2));
    let told = [(alice, Revoked::Before(generation(2)), at(100))];
    assert_eq!(
        scene.ended().await,
        told,
        "the latest, until the later instant"
    );
    // As after the database was restored from an older copy.
    assert_eq!(
        scene.end_all(bob, generation(7), at(1)).await,
        generation(8)
    );
    assert_eq!(scene.credentials_of(bob).await.1, generation(8));
}

pub(super) async fn ending_all_sessions_again_ends_none_that_began_in_between(scene: Scene) {
    let alice = scene.user("alice").await;
    scene.end_all(alice, Generation::FIRST, at(100)).await;
    let before = scene.revocations(START, 10).await;
    let again = scene.end_all(alice, Generation::FIRST, at(200)).await;
    assert_eq!(again, generation(1));
    assert_eq!(scene.credentials_of(alice).await.1, generation(1));
    assert_eq!(scene.revocations(START, 10).await, before);
}

pub(super) async fn a_changed_password_is_found_and_ends_all_sessions(scene: Scene) {
    let [alice, bob] = scene.users().await;
    let new = change(alice, first_password(alice), "a new one", at(100));
    assert_eq!(scene.change(new).await, Some(generation(1)));
    let changed = (PasswordHash::new("a new one"), generation(1));
    assert_eq!(scene.credentials_of(alice).await, changed);
    let others = (first_password(bob), Generation::FIRST);
    assert_eq!(scene.credentials_of(bob).await, others);
    let told = [(alice, Revoked::Before(generation(1)), at(100))];
    assert_eq!(scene.ended().await, told);
}

pub(super) async fn a_password_that_is_not_the_expected_one_is_not_changed(scene: Scene) {
    let alice = scene.user("alice").await;
    for wrong in ["", "hash of", "another", "HASH OF 1"] {
        let new = change(alice, PasswordHash::new(wrong), "a new one", at(100));
        assert_eq!(scene.change(new).await, None, "{wrong:?}");
    }
    let unchanged = (first_password(alice), Generation::FIRST);
    assert_eq!(scene.credentials_of(alice).await, unchanged);
    assert_eq!(scene.ended().await, []);
}

pub(super) async fn of_many_who_change_a_password_at_once_exactly_one_does(scene: Scene) {
    let alice = scene.user("alice").await;
    for round in 0..5 {
        let (expected, before) = scene.credentials_of(alice).await;
        let answers = together((0..16).map(|number| {
            let scene = scene.clone();
            let password = format!("password {number} of round {round}");
            let new = change(alice, expected.clone(), &password, at(100));
            async move { (password, scene.change(new).await) }
        }))
        .await;
        let mut won = answers.iter().filter(|(_, answer)| answer.is_some());
        let (password, answer) = won.next().expect("one of them does");
        assert_eq!(won.next(), None, "no two");
        assert_eq!(*answer, Some(before.next()));
        let now = (PasswordHash::new(password.as_str()), before.next());
        assert_eq!(scene.credentials_of(alice).await, now);
    }
}

pub(super) async fn logouts_and_changes_at_once_each_count(scene: Scene) {
    let users: [UserId; 8] = scene.users().await;
    together(users.into_iter().flat_map(|user| {
        let (one, other) = (scene.clone(), scene.clone());
        let all: [std::pin::Pin<Box<dyn Future<Output = ()> + Send>>; 2] = [
            Box::pin(async move {
                for round in 0..10 {
                    let (expected, _) = one.credentials_of(user).await;
                    let new = change(user, expected, &format!("round {round}"), at(100));
                    assert!(one.change(new).await.is_some(), "nobody else changes it");
                }
            }),
            Box::pin(async move {
                for _ in 0..10 {
                    let (_, own) = other.credentials_of(user).await;
                    assert!(other.end_all(user, own, at(100)).await > own);
                }
            }),
        ];
        all
    }))
    .await;
    let told = scene.ended().await;
    for user in users {
        let (password, own) = scene.credentials_of(user).await;
        assert_eq!(password, PasswordHash::new("round 9"));
        // A logout everywhere may find that a change has ended all that it was to end.
        assert!((10..=20).contains(&own.get()), "{own:?}");
        assert!(told.contains(&(user, Revoked::Before(own), at(100))));
    }
    assert_eq!(told.len(), users.len());
}

pub(super) async fn nothing_is_ended_for_nobody(scene: Scene) {
    let (user, expires_at) = (unknown(), at(100));
    let ended = EndedSession {
        user,
        session: session(1),
        expires_at,
    };
    let all = EndedGenerations {
        user,
        last: Generation::FIRST,
        expires_at,
    };
    let new = change(user, first_password(user), "a new one", expires_at);
    let answers = [
        scene.store.end_session(ended).await,
        scene.store.end_all_sessions(all).await.map(drop),
        scene.store.change_password(new).await.map(drop),
    ];
    for answer in answers {
        let not_found = matches!(answer, Err(StoreError::NotFound(Entity::User)));
        assert!(not_found, "{answer:?}");
    }
    assert_eq!(scene.ended().await, []);
}

pub(super) async fn revocations_are_the_same_in_pages_of_any_size(scene: Scene) {
    let [alice, bob] = scene.users().await;
    for number in 0..23_u32 {
        let ended = session(u64::from(number));
        scene.end(alice, ended, at(100)).await;
        scene.end_all(bob, generation(number), at(100)).await;
    }
    let all = scene.revocations(START, 1_000).await;
    assert_eq!(all.len(), 24);
    for limit in [1, 2, 7, 24, 25] {
        let (mut walked, mut after) = (Vec::new(), START);
        loop {
            let page = scene.revocations(after, limit).await;
            let Some(last) = page.last() else { break };
            after = last.position;
            walked.extend(page);
        }
        assert_eq!(walked, all, "in pages of {limit}");
    }
    assert_eq!(scene.revocations(START, 0).await, []);
}

pub(super) async fn whoever_follows_revocations_that_are_made_at_once_misses_none(scene: Scene) {
    let users = scene.users().await;
    assert_a_follower_misses_none(scene.clone(), users, || scene.clone()).await;
}

pub(super) async fn only_expired_revocations_are_forgotten_a_few_at_a_time(scene: Scene) {
    let alice = scene.user("alice").await;
    for number in 0..10 {
        let expires_at = at(10 * i64::try_from(number).expect("a small number"));
        scene.end(alice, session(number), expires_at).await;
    }
    scene.end_all(alice, Generation::FIRST, at(15)).await;
    assert_eq!(scene.forget(at(0), 100).await, 0, "strictly before");
    assert_eq!(scene.forget(at(50), 4).await, 4);
    assert_eq!(scene.ended().await.len(), 7);
    assert_eq!(scene.forget(at(50), 4).await, 2);
    assert_eq!(scene.forget(at(50), 4).await, 0);
    let left: Vec<Timestamp> = scene.ended().await.iter().map(|(_, _, at)| *at).collect();
    assert_eq!(left, [50, 60, 70, 80, 90].map(at));
    let own = scene.credentials_of(alice).await.1;
    assert_eq!(own, generation(1), "the generation stays");
}

pub(super) async fn positions_are_not_used_again_after_revocations_are_forgotten(scene: Scene) {
    let alice = scene.user("alice").await;
    for number in 0..3 {
        scene.end(alice, session(number), at(10)).await;
    }
    let seen = scene.revocations(START, 10).await[2].position;
    assert_eq!(scene.forget(at(11), 10).await, 3);
    assert_eq!(scene.revocations(START, 10).await, []);
    scene.end(alice, session(4), at(10)).await;
    let news = scene.revocations(seen, 10).await;
    assert_eq!(news.len(), 1, "who follows sees what comes after");
    assert_eq!(news[0].revoked, Revoked::Session(session(4)));
}
