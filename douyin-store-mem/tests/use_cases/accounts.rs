use std::sync::Arc;

use douyin_core::{Error, Event, Generation, Limits, SignedIn, UserId, WordFilter};

use crate::stage::{NOW, Stage};

/// What a user who has just registered signs in to.
const fn first_session(user: UserId) -> SignedIn {
    SignedIn {
        user,
        generation: Generation::FIRST,
    }
}

#[tokio::test]
async fn whoever_registered_can_log_in_under_every_spelling_of_the_name() {
    let Stage { douyin, .. } = Stage::new();
    let alice = douyin.register(" Alice ", "correct horse").await.unwrap();
    for name in ["Alice", "alice", "ＡＬＩＣＥ "] {
        let signed_in = douyin.login(name, "correct horse").await.unwrap();
        assert_eq!(signed_in, first_session(alice));
    }
    let profile = douyin.profile(None, alice).await.unwrap();
    assert_eq!(profile.name, "Alice", "shown as it was typed");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_one_answer() {
    let Stage { douyin, .. } = Stage::new();
    douyin.register("alice", "correct horse").await.unwrap();
    for (name, password) in [
        ("alice", "correct hors"),
        ("alice", "correct horse "),
        ("alice", ""),
        ("bob", "correct horse"),
        ("", "correct horse"),
        ("a\nb", "correct horse"),
    ] {
        let answer = douyin.login(name, password).await;
        assert!(
            matches!(answer, Err(Error::WrongCredentials)),
            "{name:?}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_taken_name_is_refused_in_every_spelling() {
    let Stage { douyin, .. } = Stage::new();
    douyin.register("alice", "correct horse").await.unwrap();
    let answer = douyin.register("ALICE", "another one").await;
    assert!(matches!(answer, Err(Error::NameTaken)), "{answer:?}");
}

#[tokio::test]
async fn a_new_password_keeps_the_configured_length_and_may_be_anything_else() {
    let mut limits = Limits::default();
    limits.password = 8..=10;
    let Stage { douyin, .. } = Stage::with(|builder| builder.limits(limits));
    for bad in ["1234567", "12345678901", "密码密码密码密"] {
        let answer = douyin.register("alice", bad).await;
        assert!(matches!(answer, Err(Error::Text(_))), "{bad:?}: {answer:?}");
    }
    let alice = douyin.register("aliceali", "aliceali").await.unwrap();
    let signed_in = douyin.login("aliceali", "aliceali").await.unwrap();
    assert_eq!(signed_in, first_session(alice));
}

#[tokio::test]
async fn passwords_of_the_most_bytes_are_told_apart_to_their_last_character() {
    let Stage { douyin, .. } = Stage::new();
    let password = "密".repeat(32);
    let alice = douyin.register("alice", &password).await.unwrap();
    let signed_in = douyin.login("alice", &password).await.unwrap();
    assert_eq!(signed_in, first_session(alice));
    let almost = format!("{}码", "密".repeat(31));
    let answer = douyin.login("alice", &almost).await;
    assert!(matches!(answer, Err(Error::WrongCredentials)), "{answer:?}");
}

#[tokio::test]
async fn only_a_registration_that_succeeds_is_told_of() {
    let stage = Stage::new();
    let alice = stage.douyin.register("alice", "secret").await.unwrap();
    stage.douyin.register("Alice", "secret").await.unwrap_err();
    stage.douyin.register("bob", "1").await.unwrap_err();
    assert_eq!(
        stage.told(),
        [Event::Registered {
            user: alice,
            at: NOW
        }]
    );
}

#[tokio::test]
async fn names_and_passwords_are_not_filtered() {
    let filter = Arc::new(WordFilter::new("alice").unwrap());
    let Stage { douyin, .. } = Stage::with(|builder| builder.filter(filter));
    let alice = douyin.register("alice", "alice alice").await.unwrap();
    let signed_in = douyin.login("alice", "alice alice").await.unwrap();
    assert_eq!(signed_in, first_session(alice));
    assert_eq!(douyin.profile(None, alice).await.unwrap().name, "alice");
}
