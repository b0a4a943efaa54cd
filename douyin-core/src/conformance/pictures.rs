//! Pictures of users.

use super::scene::{ALL, Scene, at, together, unknown};
use crate::port::Result;
use crate::{Change, Entity, MediaKey, PictureChange, PictureKind, StoreError, Task, UserId};

pub(super) async fn a_new_user_has_the_default_pictures(scene: Scene) {
    let [user] = scene.users().await;
    assert_eq!(pictures(&scene, user).await, [None, None]);
}

pub(super) async fn a_picture_is_shown_wherever_the_user_appears(scene: Scene) {
    let [user, other] = scene.users().await;
    let video = scene.video(user, at(1)).await;
    scene.comment(user, video, at(2)).await;
    scene.befriend(user, other, at(3)).await;
    assert_eq!(avatar(&scene, user, Some("a")).await, Change::Applied);
    assert_eq!(background(&scene, user, Some("b")).await, Change::Applied);
    let own = [key("a"), key("b")].map(Some);
    assert_eq!(pictures(&scene, user).await, own);
    assert_eq!(pictures(&scene, other).await, [None, None]);

    let store = &scene.store;
    let feed = store.feed(None, ALL).await.expect("a feed");
    let comments = store.comments(None, video, ALL).await.expect("comments");
    let followers = store.followers(None, other, ALL).await.expect("a list");
    let friends = store.friends(other, other, ALL).await.expect("a list");
    let shown = [
        &feed.items[0].author,
        &comments.items[0].author,
        &followers.items[0],
        &friends.items[0].user,
    ];
    for user in shown {
        assert_eq!([&user.avatar, &user.background], own.each_ref());
    }
}

pub(super) async fn a_picture_that_is_there_already_is_unchanged(scene: Scene) {
    let [user] = scene.users().await;
    assert_eq!(avatar(&scene, user, None).await, Change::Unchanged);
    assert_eq!(avatar(&scene, user, Some("a")).await, Change::Applied);
    assert_eq!(avatar(&scene, user, Some("a")).await, Change::Unchanged);
    // The other one is another one.
    assert_eq!(background(&scene, user, Some("a")).await, Change::Applied);
    assert_eq!(scene.tasks().await, []);
}

pub(super) async fn the_default_picture_comes_back(scene: Scene) {
    let [user] = scene.users().await;
    for change in [Some("a"), None, Some("b")] {
        assert_eq!(avatar(&scene, user, change).await, Change::Applied);
        let shown = pictures(&scene, user).await;
        assert_eq!(shown, [change.map(key), None]);
    }
    assert_eq!(avatar(&scene, user, None).await, Change::Applied);
    assert_eq!(avatar(&scene, user, None).await, Change::Unchanged);
    assert_eq!(pictures(&scene, user).await, [None, None]);
}

pub(super) async fn nobody_has_no_picture_to_change(scene: Scene) {
    for picture in [None, Some("a")] {
        let answer = change(&scene, unknown(), PictureKind::Avatar, picture).await;
        assert!(
            matches!(answer, Err(StoreError::NotFound(Entity::User))),
            "{answer:?}"
        );
    }
    assert_eq!(scene.tasks().await, []);
}

pub(super) async fn a_picture_that_is_replaced_is_to_be_removed_and_no_other(scene: Scene) {
    let [user, other] = scene.users().await;
    assert_eq!(avatar(&scene, other, Some("theirs")).await, Change::Applied);
    assert_eq!(background(&scene, user, Some("b")).await, Change::Applied);
    for (picture, to_remove) in [
        (Some("first"), vec![]),
        (Some("second"), vec!["first"]),
        (None, vec!["first", "second"]),
        (Some("third"), vec!["first", "second"]),
    ] {
        assert_eq!(avatar(&scene, user, picture).await, Change::Applied);
        assert_eq!(scene.tasks().await, removals(to_remove));
    }
    let jobs = scene.store.jobs(ALL).await.expect("jobs can be read");
    assert!(jobs.items.iter().all(|job| job.due == at(900)));
}

pub(super) async fn of_pictures_that_are_set_at_once_one_stays_and_the_others_are_to_be_removed(
    scene: Scene,
) {
    let [user] = scene.users().await;
    let names: Vec<String> = (10..26).map(|number| number.to_string()).collect();
    let changes = together(names.clone().into_iter().map(|name| {
        let scene = scene.clone();
        async move { avatar(&scene, user, Some(&name)).await }
    }))
    .await;
    assert!(changes.iter().all(|change| *change == Change::Applied));
    let [shown, _] = pictures(&scene, user).await;
    let shown = shown.expect("a picture was set");
    let others = names.iter().map(String::as_str);
    let others = others.filter(|name| key(name) != shown).collect();
    assert_eq!(scene.tasks().await, removals(others));
}

async fn avatar(scene: &Scene, user: UserId, picture: Option<&str>) -> Change {
    let change = change(scene, user, PictureKind::Avatar, picture).await;
    change.expect("the user exists")
}

async fn background(scene: &Scene, user: UserId, picture: Option<&str>) -> Change {
    let change = change(scene, user, PictureKind::Background, picture).await;
    change.expect("the user exists")
}

async fn change(
    scene: &Scene,
    user: UserId,
    kind: PictureKind,
    picture: Option<&str>,
) -> Result<Change> {
    let change = PictureChange {
        user,
        kind,
        picture: picture.map(key),
        removal: scene.id(),
        remove_at: at(900),
    };
    scene.store.set_picture(change).await
}

async fn pictures(scene: &Scene, user: UserId) -> [Option<MediaKey>; 2] {
    let shown = scene.profile(None, user).await;
    [shown.avatar, shown.background]
}

fn key(name: &str) -> MediaKey {
    MediaKey::new(format!("pictures/{name}.jpg"))
}

fn removals(names: Vec<&str>) -> Vec<Task> {
    let removals = names.into_iter().map(|name| Task::RemoveFile(key(name)));
    removals.collect()
}
