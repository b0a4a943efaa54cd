//! Accounts and profiles.

use super::scene::{Scene, new_user, together, unknown};
use crate::{PasswordHash, Signature, StoreError, User, UserId, Username};

pub(super) async fn a_new_user_has_the_given_name_and_signature_and_nothing_counted(scene: Scene) {
    let mut new = new_user(scene.id(), "Alice Ａ");
    new.signature = Signature::parse("hello").expect("a signature");
    let id = new.id;
    scene.store.register(new).await.expect("the name is free");
    let expected = User {
        id,
        name: "Alice Ａ".to_owned(),
        signature: "hello".to_owned(),
        avatar: None,
        background: None,
        follow_count: 0,
        follower_count: 0,
        total_favorited: 0,
        work_count: 0,
        favorite_count: 0,
        is_follow: false,
    };
    assert_eq!(scene.profile(None, id).await, expected);
}

pub(super) async fn a_name_belongs_to_one_user_whatever_its_spelling(scene: Scene) {
    let first = scene.user("Straße 1").await;
    for same in [
        "Straße 1",
        "STRASSE ①",
        "ｓｔｒａｓｓｅ 1",
        "str\u{AD}asse 1",
    ] {
        let refused = scene.register(scene.id(), same).await;
        assert!(
            matches!(refused, Err(StoreError::Taken)),
            "{same:?}: {refused:?}"
        );
    }
    assert_eq!(scene.profile(None, first).await.name, "Straße 1");
}

pub(super) async fn a_refused_registration_leaves_nothing_behind(scene: Scene) {
    let first = scene.user("alice").await;
    let refused: UserId = scene.id();
    scene
        .register(refused, "ALICE")
        .await
        .expect_err("the name is taken");
    let profile = scene.store.profile(None, refused).await;
    assert_eq!(profile.expect("profiles can be read"), None);
    assert_eq!(user_of(&scene, "alice").await, Some(first));
    scene
        .register(refused, "bob")
        .await
        .expect("another name is free, and the id was not used");
}

pub(super) async fn names_that_differ_in_a_letter_or_an_accent_are_two_names(scene: Scene) {
    let names = [
        "resume", "résume", "résumé", "resumé", "re sume", "小明", "小红", "🦊", "🐱", "i", "ı",
        "a_", "ab", "a%", "%",
    ];
    let mut users = Vec::new();
    for name in names {
        users.push(scene.user(name).await);
    }
    for (name, user) in names.into_iter().zip(users) {
        assert_eq!(user_of(&scene, name).await, Some(user), "{name:?}");
    }
}

pub(super) async fn credentials_are_found_under_every_spelling_of_the_name(scene: Scene) {
    let mut new = new_user(scene.id(), "José");
    new.password = PasswordHash::new("$2b$10$./AZaz09");
    let id = new.id;
    scene.store.register(new).await.expect("the name is free");
    for same in ["José", "JOSÉ", "jose\u{301}"] {
        let name = Username::parse(same).expect("a name");
        let found = scene.store.credentials(name.key()).await;
        let found = found
            .expect("credentials can be read")
            .expect("somebody has the name");
        assert_eq!(found.user, id);
        assert_eq!(found.password.as_str(), "$2b$10$./AZaz09");
    }
}

pub(super) async fn nobody_has_a_profile_or_credentials_before_registering(scene: Scene) {
    assert_eq!(user_of(&scene, "nobody").await, None);
    scene.user("somebody").await;
    let profile = scene.store.profile(None, unknown()).await;
    assert_eq!(profile.expect("profiles can be read"), None);
    assert_eq!(user_of(&scene, "nobody").await, None);
}

pub(super) async fn of_many_who_register_one_name_at_once_exactly_one_gets_it(scene: Scene) {
    for round in 0..5 {
        let attempts = together((0..32).map(|number| {
            let scene = scene.clone();
            async move {
                let user: UserId = scene.id();
                let spelling = if number % 2 == 0 {
                    "Racer"
                } else {
                    "ｒａｃｅｒ"
                };
                let answer = scene.register(user, &format!("{spelling} {round}")).await;
                (user, answer)
            }
        }))
        .await;
        let owner = user_of(&scene, &format!("racer {round}")).await;
        let owner = owner.expect("one of them got the name");
        for (user, answer) in attempts {
            let profile = scene
                .store
                .profile(None, user)
                .await
                .expect("profiles can be read");
            assert_eq!(profile.is_some(), user == owner, "only the owner exists");
            match answer {
                Ok(()) => assert_eq!(user, owner, "only one registration succeeds"),
                Err(error) => {
                    assert!(matches!(error, StoreError::Taken), "{error:?}");
                    assert_ne!(user, owner, "the owner was told of their success");
                }
            }
        }
    }
}

async fn user_of(scene: &Scene, name: &str) -> Option<UserId> {
    let name = Username::parse(name).expect("a name");
    let found = scene.store.credentials(name.key()).await;
    found
        .expect("credentials can be read")
        .map(|found| found.user)
}
