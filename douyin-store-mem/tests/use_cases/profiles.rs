use std::sync::Arc;

use douyin_core::{Entity, Error, Event, ListQuery, UserId, WordFilter};

use crate::stage::{NOW, Stage};

#[tokio::test]
async fn an_edited_profile_is_answered_as_its_owner_sees_it() {
    let stage = Stage::new();
    let [user, fan] = stage.users().await;
    let (video, _) = stage.publish(user).await;
    stage.douyin.comment(user, video, "text").await.unwrap();
    let both = stage
        .douyin
        .edit_profile(user, Some(" Alice "), Some(" hello\n"))
        .await
        .unwrap();
    assert_eq!((&*both.name, &*both.signature), ("Alice", "hello"));
    assert_eq!(both.work_count, 1);
    let name = stage.douyin.edit_profile(user, Some("bob"), None).await;
    let name = name.unwrap();
    assert_eq!((&*name.name, &*name.signature), ("bob", "hello"));
    let neither = stage.douyin.edit_profile(user, None, None).await.unwrap();
    assert_eq!(neither, name);
    let cleared = stage.douyin.edit_profile(user, None, Some("")).await;
    let cleared = cleared.unwrap();
    assert_eq!((&*cleared.name, &*cleared.signature), ("bob", ""));
    assert_eq!(
        stage.douyin.profile(Some(fan), user).await.unwrap(),
        cleared
    );
    let comments = stage
        .douyin
        .comments(None, video, ListQuery::default())
        .await;
    assert_eq!(comments.unwrap().items[0].author, cleared);
}

#[tokio::test]
async fn a_name_keeps_the_rules_of_registration_and_a_signature_its_length() {
    let Stage { douyin, .. } = Stage::new();
    let alice = douyin.register("alice", "secret").await.unwrap();
    douyin.register("bob", "secret").await.unwrap();
    let before = douyin.profile(None, alice).await.unwrap();
    for bad in ["", " ", "\u{200B}", "a\nb", &"n".repeat(33)] {
        let answer = douyin.edit_profile(alice, Some(bad), Some("new")).await;
        assert!(matches!(answer, Err(Error::Text(_))), "{bad:?}: {answer:?}");
    }
    for bad in ["a\0b", &"s".repeat(257)] {
        let answer = douyin.edit_profile(alice, Some("new"), Some(bad)).await;
        assert!(matches!(answer, Err(Error::Text(_))), "{bad:?}: {answer:?}");
    }
    let taken = douyin
        .edit_profile(alice, Some("ＢＯＢ"), Some("new"))
        .await;
    assert!(matches!(taken, Err(Error::NameTaken)), "{taken:?}");
    assert_eq!(douyin.profile(None, alice).await.unwrap(), before);
    let longest = ["n".repeat(32), "你".repeat(256)];
    let [name, signature] = longest.each_ref().map(|text| Some(text.as_str()));
    let edited = douyin.edit_profile(alice, name, signature).await.unwrap();
    assert_eq!([edited.name, edited.signature], longest);
}

#[tokio::test]
async fn only_an_edit_that_changes_something_is_told_of() {
    let stage = Stage::new();
    let [user, _] = stage.users().await;
    stage.told();
    for (name, signature) in [
        (Some("user 0"), Some("")),
        (None, None),
        (Some("user 1"), Some("new")),
    ] {
        drop(stage.douyin.edit_profile(user, name, signature).await);
    }
    let nobody = UserId::new(7).unwrap();
    let answer = stage.douyin.edit_profile(nobody, Some("new"), None).await;
    assert!(
        matches!(answer, Err(Error::NotFound(Entity::User))),
        "{answer:?}"
    );
    assert_eq!(stage.told(), []);
    let answer = stage.douyin.edit_profile(user, Some("USER 0"), None).await;
    assert_eq!(answer.unwrap().name, "USER 0");
    assert_eq!(stage.told(), [Event::ProfileEdited { user, at: NOW }]);
}

#[tokio::test]
async fn sensitive_words_are_stars_in_a_signature_and_stay_in_a_name() {
    let filter = Arc::new(WordFilter::new("bad").unwrap());
    let stage = Stage::with(|builder| builder.filter(filter));
    let [user] = stage.users().await;
    let edited = stage
        .douyin
        .edit_profile(user, Some("bad boy"), Some("so ＢＡＤ"))
        .await
        .unwrap();
    assert_eq!((&*edited.name, &*edited.signature), ("bad boy", "so ***"));
    assert_eq!(
        stage.douyin.profile(Some(user), user).await.unwrap(),
        edited
    );
}
