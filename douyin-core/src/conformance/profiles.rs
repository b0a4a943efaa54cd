//! Editing profiles.

use super::scene::{ALL, Scene, at, new_user, together, unknown};
use crate::port::Result;
use crate::{
    Change, Entity, PasswordHash, ProfileEdit, Signature, StoreError, User, UserId, Username,
};

pub(super) async fn an_edit_changes_what_it_names_and_nothing_else(scene: Scene) {
    let [user, other] = scene.users().await;
    scene.befriend(user, other, at(1)).await;
    let video = scene.video(user, at(2)).await;
    scene.like(other, video, at(3)).await;
    let before = scene.profile(Some(other), user).await;
    assert!(before.is_follow && before.total_favorited == 1);
    for (name, signature, expected) in [
        (Some("Zoë 🦊"), None, ("Zoë 🦊", "")),
        (None, Some("'; --"), ("Zoë 🦊", "'; --")),
        (Some("bob"), Some("hello"), ("bob", "hello")),
        (None, Some(""), ("bob", "")),
    ] {
        assert_eq!(edited(&scene, user, name, signature).await, Change::Applied);
        let expected = User {
            name: expected.0.to_owned(),
            signature: expected.1.to_owned(),
            ..before.clone()
        };
        assert_eq!(scene.profile(Some(other), user).await, expected);
    }
    assert_eq!(scene.profile(None, other).await.name, "user 1");
}

pub(super) async fn an_edit_to_what_is_there_is_unchanged(scene: Scene) {
    let [user] = scene.users().await;
    let both = (Some("Alice"), Some("hello"));
    assert_eq!(edited(&scene, user, both.0, both.1).await, Change::Applied);
    let before = scene.profile(None, user).await;
    for (name, signature) in [both, (both.0, None), (None, both.1), (None, None)] {
        let change = edited(&scene, user, name, signature).await;
        assert_eq!(change, Change::Unchanged, "{name:?} {signature:?}");
        assert_eq!(scene.profile(None, user).await, before);
    }
}

pub(super) async fn a_changed_name_is_shown_wherever_the_user_appears(scene: Scene) {
    let [user, friend] = scene.users().await;
    let video = scene.video(user, at(1)).await;
    scene.like(friend, video, at(2)).await;
    scene.comment(user, video, at(3)).await;
    scene.befriend(user, friend, at(4)).await;
    scene.send(user, friend, "hello", at(5)).await;
    let mut expected = [("user 0".to_owned(), String::new())];
    assert_eq!(everywhere(&scene, user, friend).await, expected);
    for (name, signature) in [("Alice", "first"), ("小明", "second")] {
        let _ = edited(&scene, user, Some(name), Some(signature)).await;
        expected = [(name.to_owned(), signature.to_owned())];
        assert_eq!(everywhere(&scene, user, friend).await, expected);
    }
}

pub(super) async fn a_new_name_is_found_in_every_spelling_and_the_old_one_is_not(scene: Scene) {
    let mut new = new_user(scene.id(), "alice");
    new.password = PasswordHash::new("kept");
    let user = new.id;
    scene.store.register(new).await.expect("the name is free");
    let before = credentials(&scene, "alice").await;
    let _ = edited(&scene, user, Some("Straße 1"), None).await;
    for spelling in ["Straße 1", "STRASSE ①"] {
        assert_eq!(credentials(&scene, spelling).await, before);
    }
    assert_eq!(credentials(&scene, "alice").await, None);
    let kept = scene.store.credentials_of(user).await;
    assert_eq!(kept.expect("credentials can be read"), before);
}

pub(super) async fn a_name_that_was_given_up_is_free(scene: Scene) {
    let [first, second] = scene.users().await;
    let _ = edited(&scene, first, Some("alice"), None).await;
    let registered = scene.user("USER 0").await;
    assert_eq!(user_of(&scene, "user 0").await, Some(registered));
    let _ = edited(&scene, first, Some("carol"), None).await;
    let _ = edited(&scene, second, Some("Alice"), None).await;
    assert_eq!(user_of(&scene, "alice").await, Some(second));
    let _ = edited(&scene, first, Some("user 1"), None).await;
    assert_eq!(user_of(&scene, "user 1").await, Some(first));
}

pub(super) async fn a_name_may_be_spelt_otherwise_by_its_owner_alone(scene: Scene) {
    let [owner, other] = scene.users().await;
    let spellings = ["alice", "Alice", "ＡＬＩＣＥ", "al\u{AD}ice"];
    for spelling in spellings {
        let change = edited(&scene, owner, Some(spelling), None).await;
        assert_eq!(change, Change::Applied);
        assert_eq!(scene.profile(None, owner).await.name, spelling);
        assert_eq!(user_of(&scene, "alice").await, Some(owner));
    }
    let before = scene.profile(None, other).await;
    for spelling in spellings {
        let refused = edit(&scene, other, Some(spelling), Some("changed")).await;
        assert!(matches!(refused, Err(StoreError::Taken)), "{refused:?}");
        assert_eq!(scene.profile(None, other).await, before);
    }
    assert_eq!(user_of(&scene, "user 1").await, Some(other));
}

pub(super) async fn nobody_has_no_profile_to_edit(scene: Scene) {
    scene.user("alice").await;
    for (name, signature) in [
        (Some("bob"), Some("hello")),
        (Some("alice"), None),
        (None, None),
    ] {
        let refused = edit(&scene, unknown(), name, signature).await;
        assert!(
            matches!(refused, Err(StoreError::NotFound(Entity::User))),
            "{refused:?}"
        );
    }
    assert_eq!(user_of(&scene, "bob").await, None);
    scene.user("bob").await;
}

pub(super) async fn of_many_who_want_one_name_at_once_exactly_one_gets_it(scene: Scene) {
    let users: [UserId; 32] = scene.users().await;
    races(&scene, &users, 0).await;
}

pub(super) async fn a_name_is_of_one_whether_wanted_by_users_or_new_ones_at_once(scene: Scene) {
    let users: [UserId; 16] = scene.users().await;
    races(&scene, &users, 16).await;
}

/// Users, and some who register, want the same name at once, round for round.
async fn races(scene: &Scene, users: &[UserId], registering: usize) {
    for round in 0..5 {
        let old = users.iter().copied().map(Some);
        let wanting = old.chain(std::iter::repeat_n(None, registering));
        let attempts = wanting.enumerate().map(|(number, user)| {
            let scene = scene.clone();
            let spelling = ["Racer", "ｒａｃｅｒ"][number % 2];
            let name = format!("{spelling} {round}");
            async move {
                if let Some(user) = user {
                    let answer = edit(&scene, user, Some(&name), None).await;
                    return (user, answer.map(drop));
                }
                let user = scene.id();
                (user, scene.register(user, &name).await)
            }
        });
        let attempts = together(attempts).await;
        let owner = user_of(scene, &format!("racer {round}")).await;
        let owner = owner.expect("one of them got the name");
        for (user, answer) in attempts {
            match answer {
                Ok(()) => assert_eq!(user, owner, "only one gets the name"),
                Err(StoreError::Taken) => assert_ne!(user, owner, "they were told otherwise"),
                Err(error) => panic!("{error:?}"),
            }
        }
        for (number, user) in users.iter().enumerate() {
            let name = scene.profile(None, *user).await.name;
            assert_eq!(user_of(scene, &name).await, Some(*user));
            let first = format!("user {number}");
            let is_kept = name == first;
            assert_eq!(user_of(scene, &first).await, is_kept.then_some(*user));
        }
    }
}

pub(super) async fn names_that_are_exchanged_at_once_are_never_of_two(scene: Scene) {
    let [one, other] = scene.users().await;
    let ends = together([(one, 1), (other, 0)].map(|(user, wanted)| {
        let scene = scene.clone();
        async move {
            let mut own = 1 - wanted;
            for round in 0..40 {
                let wanted = (wanted + round) % 3;
                let name = format!("user {wanted}");
                match edit(&scene, user, Some(&name), None).await {
                    Ok(_) => own = wanted,
                    Err(StoreError::Taken) => {}
                    Err(error) => panic!("{error:?}"),
                }
                let profile = scene.profile(None, user).await;
                assert_eq!(profile.name, format!("user {own}"));
            }
            own
        }
    }))
    .await;
    for number in 0..3 {
        let owner = [one, other]
            .into_iter()
            .zip(&ends)
            .find_map(|(user, own)| (*own == number).then_some(user));
        assert_eq!(user_of(&scene, &format!("user {number}")).await, owner);
    }
}

async fn edit(
    scene: &Scene,
    user: UserId,
    name: Option<&str>,
    signature: Option<&str>,
) -> Result<Change> {
    let name = name.map(|name| Username::parse(name).expect("a name"));
    let signature = signature.map(|text| Signature::parse(text).expect("a signature"));
    let edit = ProfileEdit {
        user,
        name,
        signature,
    };
    scene.store.edit_profile(edit).await
}

async fn edited(
    scene: &Scene,
    user: UserId,
    name: Option<&str>,
    signature: Option<&str>,
) -> Change {
    let edited = edit(scene, user, name, signature).await;
    edited.expect("the user exists and the name is free")
}

async fn credentials(scene: &Scene, name: &str) -> Option<crate::Credentials> {
    let name = Username::parse(name).expect("a name");
    let found = scene.store.credentials(name.key()).await;
    found.expect("credentials can be read")
}

async fn user_of(scene: &Scene, name: &str) -> Option<UserId> {
    credentials(scene, name).await.map(|found| found.user)
}

/// The different names and signatures of a user, over the lists of their one friend and of the one video.
async fn everywhere(scene: &Scene, user: UserId, friend: UserId) -> Vec<(String, String)> {
    let store = &scene.store;
    let mut cards = vec![scene.profile(None, user).await];
    for viewer in [None, Some(friend)] {
        let mut videos = store.feed(viewer, ALL).await.expect("a list").items;
        let published = store.published(viewer, user, ALL).await;
        videos.extend(published.expect("a list").items);
        let liked = store.favorites(viewer, friend, ALL).await;
        videos.extend(liked.expect("a list").items);
        assert_eq!(videos.len(), 3);
        let alone = scene.seen(viewer, videos[0].id).await;
        let below = store.comments(viewer, alone.id, ALL).await;
        let below = below.expect("a list").items;
        assert_eq!(below.len(), 1);
        videos.push(alone);
        cards.extend(videos.into_iter().map(|video| video.author));
        cards.extend(below.into_iter().map(|comment| comment.author));
        for list in [
            store.follows(viewer, friend, ALL).await,
            store.followers(viewer, friend, ALL).await,
        ] {
            let list = list.expect("a list").items;
            assert_eq!(list.len(), 1);
            cards.extend(list);
        }
    }
    let friends = store.friends(friend, friend, ALL).await;
    let friends = friends.expect("a list").items;
    assert_eq!(friends.len(), 1);
    cards.extend(friends.into_iter().map(|friend| friend.user));
    let mut shown: Vec<(String, String)> = cards
        .into_iter()
        .map(|card| (card.name, card.signature))
        .collect();
    shown.dedup();
    shown
}
