//! Values come back as they went in.

use super::scene::{ALL, Scene, at, id, new_comment, new_message, new_user, new_video, unknown};
use crate::{
    CommentText, Cursor, Direction, MAX_ID, MediaKey, MessageText, PageRequest, PasswordHash,
    Signature, Span, StoreError, Timestamp, Title, UserId, Username, VideoId,
};

const HOSTILE: [&str; 14] = [
    "'; DROP TABLE users; --",
    "\"double\" 'single' `back`",
    r"back\slash \\ \' \n \0 \x00",
    "100%_of %s {} {0} ${x} $1 ?1 :name",
    "<script>alert(1)</script>&amp;",
    "👨‍👩‍👧‍👦𝒳🏴\u{E0067}\u{E0062}",
    "שלום \u{202E}evil\u{202C} مرحبا",
    "line\nfeed\r\ncarriage\ttab",
    "e\u{301} is not é",
    "z\u{335}\u{321}\u{322}\u{327}algo",
    "\u{FEFF}bom \u{200B}zero \u{FFFD} \u{10FFFF}",
    "null",
    "ＦＵＬＬ width",
    "inner  spaces   stay",
];

pub(super) async fn hostile_texts_come_back_as_they_went_in(scene: Scene) {
    for (number, text) in (0..).zip(HOSTILE) {
        let [author, other] = [0, 1].map(|_| scene.id::<UserId>());
        for (user, name) in [(author, "author"), (other, "other")] {
            let mut new = new_user(user, &format!("{name} {number}"));
            new.signature = Signature::parse(text).expect("a signature");
            scene.store.register(new).await.expect("the name is free");
            assert_eq!(scene.profile(None, user).await.signature, text);
        }
        let mut new = new_video(scene.id(), author, at(number));
        new.title = Title::parse(text).expect("a title");
        let video = new.id;
        scene.store.publish(new).await.expect("the author exists");
        assert_eq!(scene.seen(None, video).await.title, text);

        let mut new = new_comment(scene.id(), other, video, at(number));
        new.text = CommentText::parse(text).expect("a comment");
        scene
            .store
            .add_comment(new)
            .await
            .expect("the video exists");
        let comments = scene.store.comments(None, video, ALL).await;
        let comments = comments.expect("comments can be read").items;
        assert_eq!(comments[0].text, text);
        assert_eq!(comments[0].author.signature, text);

        scene.befriend(author, other, at(1)).await;
        scene.send(author, other, text, at(2)).await;
        let friends = scene.store.friends(other, other, ALL).await;
        let friends = friends.expect("lists can be read").items;
        assert_eq!(
            friends[0]
                .newest
                .as_ref()
                .map(|newest| newest.text.as_str()),
            Some(text)
        );
    }
}

pub(super) async fn hostile_names_come_back_and_are_found(scene: Scene) {
    let names = HOSTILE.map(|text| {
        text.replace(char::is_control, "")
            .chars()
            .take(32)
            .collect()
    });
    for text in names.iter().map(String::as_str) {
        let user = scene.user(text).await;
        assert_eq!(scene.profile(None, user).await.name, text);
        let name = Username::parse(text).expect("a name");
        let found = scene
            .store
            .credentials(name.key())
            .await
            .expect("credentials can be read");
        assert_eq!(found.map(|found| found.user), Some(user), "{text:?}");
    }
}

/// What databases fold, pad or normalise, each in its own way, core has folded before: so every store says the same.
pub(super) async fn a_name_in_other_code_points_is_taken(scene: Scene) {
    let spellings: [(&str, &[&str]); 5] = [
        (
            "Alice",
            &[
                "alice",
                "ALICE",
                "alice ",
                "\u{3000}alice",
                "Ａｌｉｃｅ",
                "al\u{200D}ice",
            ],
        ),
        ("José", &["Jose\u{301}", "JOSE\u{301}", "JOSÉ "]),
        ("カ\u{3099}", &["ガ", "ｶﾞ"]),
        ("한", &["\u{1112}\u{1161}\u{11AB}"]),
        ("ﬁn ½", &["FIN 1⁄2"]),
    ];
    for (name, others) in spellings {
        let user = scene.user(name).await;
        assert_eq!(
            scene.profile(None, user).await.name,
            name,
            "as it was typed"
        );
        for other in others {
            let refused = scene.register(scene.id(), other).await;
            assert!(
                matches!(refused, Err(StoreError::Taken)),
                "{other:?}: {refused:?}"
            );
            assert_eq!(owner(&scene, other).await, Some(user), "{other:?}");
        }
    }
}

/// Collations take the names of each line for one, be it for want of a weight of their own.
pub(super) async fn names_that_only_a_collation_takes_for_one_are_two(scene: Scene) {
    let names = [
        "anna", "änna", "annå", "anną", "œuvre", "oeuvre", "ø", "o", "łukasz", "lukasz", "þor",
        "thor", "は", "ば", "ぱ", "ハ", "елка", "ёлка", "٣", "3", "🍣", "🍺", "\u{E000}",
        "\u{E001}", "𒀀", "𒀁", "a-b", "ab", "a b",
    ];
    let mut users = Vec::new();
    for name in names {
        users.push(scene.user(name).await);
    }
    for (name, user) in names.into_iter().zip(users) {
        assert_eq!(owner(&scene, name).await, Some(user), "{name:?}");
    }
}

pub(super) async fn names_whose_keys_are_longest_are_told_apart_to_the_end(scene: Scene) {
    // Of one character, eighteen: 33 bytes, more than any other becomes.
    let longest = "\u{FDFA}".repeat(32);
    let other = "\u{FDFA}".repeat(31) + "x";
    let [one, two] = [scene.user(&longest).await, scene.user(&other).await];
    assert_eq!(owner(&scene, &longest).await, Some(one));
    assert_eq!(owner(&scene, &other).await, Some(two));
    let again = scene.register(scene.id(), &longest).await;
    assert!(matches!(again, Err(StoreError::Taken)), "{again:?}");
}

/// Whose name it is.
async fn owner(scene: &Scene, name: &str) -> Option<UserId> {
    let name = Username::parse(name).expect("a name");
    let found = scene.store.credentials(name.key()).await;
    let found = found.expect("credentials can be read");
    found.map(|found| found.user)
}

pub(super) async fn the_longest_texts_come_back_whole(scene: Scene) {
    let [one, other] = scene.users().await;
    // Four bytes each in UTF-8, two units in UTF-16.
    let longest = "𝒳".repeat(1_024);
    let mut new = new_video(scene.id(), one, at(1));
    new.title = Title::parse(&longest).expect("a title");
    let video = new.id;
    scene.store.publish(new).await.expect("the author exists");
    assert_eq!(scene.seen(None, video).await.title, longest);

    let mut new = new_comment(scene.id(), other, video, at(1));
    new.text = CommentText::parse(&longest).expect("a comment");
    scene
        .store
        .add_comment(new)
        .await
        .expect("the video exists");
    let comments = scene
        .store
        .comments(None, video, ALL)
        .await
        .expect("comments can be read");
    assert_eq!(comments.items[0].text, longest);

    let mut new = new_message(scene.id(), one, other, "text", at(1));
    new.text = MessageText::parse(&longest).expect("a message");
    scene.store.send(new).await.expect("both users exist");
    let page = scene
        .store
        .conversation(other, one, Span::Newest, Direction::Both, 1)
        .await;
    assert_eq!(
        page.expect("conversations can be read").items[0].text,
        longest
    );

    let mut new = new_user(scene.id(), &"𝒳".repeat(32));
    new.signature = Signature::parse(&"𝒳".repeat(256)).expect("a signature");
    let user = new.id;
    scene.store.register(new).await.expect("the name is free");
    let user = scene.profile(None, user).await;
    assert_eq!(
        (user.name, user.signature),
        ("𝒳".repeat(32), "𝒳".repeat(256))
    );
}

pub(super) async fn texts_are_data_and_never_patterns(scene: Scene) {
    let user = scene.user("alice").await;
    for pattern in [
        "%",
        "_____",
        "al%",
        "a_ice",
        "*",
        "alice' or '1'='1",
        "alice\\",
    ] {
        let name = Username::parse(pattern).expect("a name");
        let found = scene.store.credentials(name.key()).await;
        assert_eq!(found.expect("credentials can be read"), None, "{pattern:?}");
    }
    let found = scene
        .store
        .credentials(Username::parse("alice").expect("a name").key())
        .await;
    assert_eq!(
        found
            .expect("credentials can be read")
            .map(|found| found.user),
        Some(user)
    );
}

pub(super) async fn media_keys_and_password_hashes_come_back_as_they_went_in(scene: Scene) {
    let mut new = new_user(scene.id(), "alice");
    new.password = PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA+/=");
    let author = new.id;
    scene.store.register(new).await.expect("the name is free");
    let name = Username::parse("alice").expect("a name");
    let found = scene
        .store
        .credentials(name.key())
        .await
        .expect("credentials can be read");
    let found = found.expect("alice is registered");
    assert_eq!(
        found.password.as_str(),
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA+/="
    );

    let mut new = new_video(scene.id(), author, at(1));
    new.play = MediaKey::new("videos/Ünïcode & 100%/a'b.mp4");
    new.cover = MediaKey::new("COVERS/A'B.jpg");
    let (video, play, cover) = (new.id, new.play.clone(), new.cover.clone());
    scene.store.publish(new).await.expect("the author exists");
    let seen = scene.seen(None, video).await;
    assert_eq!((seen.play, seen.cover), (play, cover));
}

pub(super) async fn empty_texts_are_texts_and_spaces_at_an_end_stay(scene: Scene) {
    let mut new = new_user(scene.id(), "alice");
    new.password = PasswordHash::new("hash ");
    new.signature = Signature::parse("").expect("a signature");
    let author = new.id;
    scene.store.register(new).await.expect("the name is free");
    let name = Username::parse("alice").expect("a name");
    let found = scene.store.credentials(name.key()).await;
    let found = found.expect("credentials can be read");
    let found = found.expect("alice is registered");
    assert_eq!(found.password.as_str(), "hash ");
    assert_eq!(scene.profile(None, author).await.signature, "");

    let mut new = new_video(scene.id(), author, at(1));
    new.title = Title::parse("").expect("a title");
    (new.play, new.cover) = (MediaKey::new(" a.mp4  "), MediaKey::new(""));
    let video = new.id;
    scene.store.publish(new).await.expect("the author exists");
    let seen = scene.seen(None, video).await;
    assert_eq!(
        (&*seen.title, seen.play.as_str(), seen.cover.as_str()),
        ("", " a.mp4  ", "")
    );
}

pub(super) async fn the_largest_ids_come_back_exactly(scene: Scene) {
    let [user, friend]: [UserId; 2] = [id(MAX_ID), id(MAX_ID - 1)];
    for (user, name) in [(user, "last"), (friend, "last but one")] {
        scene.register(user, name).await.expect("the name is free");
        assert_eq!(scene.profile(None, user).await.id, user);
    }
    scene.befriend(user, friend, at(1)).await;
    let video: VideoId = id(MAX_ID);
    for new in [
        new_video(video, user, at(2)),
        new_video(id(MAX_ID - 1), user, at(1)),
    ] {
        scene.store.publish(new).await.expect("the author exists");
    }
    scene.like(friend, video, at(3)).await;
    scene
        .store
        .add_comment(new_comment(id(MAX_ID), friend, video, at(4)))
        .await
        .expect("the video exists");
    scene
        .store
        .send(new_message(id(MAX_ID), user, friend, "text", at(5)))
        .await
        .expect("both exist");

    let first = scene.store.feed(Some(friend), PageRequest::newest(1)).await;
    let first = first.expect("the feed can be read");
    assert_eq!((first.items[0].id, first.items[0].author.id), (video, user));
    let place = Cursor {
        at: at(2),
        id: MAX_ID,
    };
    assert_eq!(first.next, Some(place));
    let likes = scene
        .store
        .favorites(None, friend, ALL)
        .await
        .expect("lists can be read");
    assert_eq!(likes.items[0].id, video);
    let comments = scene
        .store
        .comments(None, video, ALL)
        .await
        .expect("comments can be read");
    assert_eq!(
        (comments.items[0].id.get(), comments.items[0].author.id),
        (MAX_ID, friend)
    );
    let page = scene
        .store
        .conversation(user, friend, Span::Newest, Direction::Both, 1)
        .await;
    assert_eq!(
        page.expect("conversations can be read").items[0].id.get(),
        MAX_ID
    );
    let nobody = scene
        .store
        .profile(None, unknown())
        .await
        .expect("profiles can be read");
    assert_eq!(nobody, None, "a number close to it is somebody else");
}

pub(super) async fn instants_come_back_to_the_millisecond(scene: Scene) {
    let [one, other] = scene.users().await;
    // Of 1970, of now, and of the year 9999.
    for (number, millis) in (0..).zip([1, 999, 1_790_000_000_001, 253_402_300_799_999]) {
        let instant = Timestamp::from_millis(millis);
        let video = scene.video(one, instant).await;
        assert_eq!(scene.seen(None, video).await.published_at, instant);
        scene.comment(other, video, instant).await;
        let comments = scene
            .store
            .comments(None, video, ALL)
            .await
            .expect("comments can be read");
        assert_eq!(comments.items[0].at, instant);
        assert_eq!(scene.send(one, other, "text", instant).await, instant);
        let page = scene
            .store
            .conversation(one, other, Span::Newest, Direction::Both, 10)
            .await;
        assert_eq!(
            page.expect("conversations can be read").items[number].at,
            instant
        );
    }
}
