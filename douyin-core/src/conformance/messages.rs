//! Sending messages.

use super::scene::{Scene, at, new_message, texts, unknown};
use crate::{Direction, Entity, Message, Page, Span, StoreError, UserId};

pub(super) async fn a_conversation_is_the_same_for_both_and_oldest_first(scene: Scene) {
    let [one, other] = scene.users().await;
    let mut expected = Vec::new();
    for (from, to, text, instant) in [
        (one, other, "first", 10),
        (other, one, "second", 20),
        (other, one, "third", 30),
        (one, other, "fourth", 40),
    ] {
        let id = scene.id();
        let new = new_message(id, from, to, text, at(instant));
        let sent = scene.store.send(new).await;
        assert_eq!(sent.expect("both users exist"), at(instant));
        expected.push(Message {
            id,
            from,
            to,
            text: text.to_owned(),
            at: at(instant),
        });
    }
    assert_eq!(conversation(&scene, one, other).await, expected);
    assert_eq!(conversation(&scene, other, one).await, expected);
}

pub(super) async fn a_message_keeps_its_instant_where_it_is_free(scene: Scene) {
    let [one, other] = scene.users().await;
    for instant in [10, 11, 20, 1_000_000] {
        assert_eq!(
            scene.send(one, other, "text", at(instant)).await,
            at(instant)
        );
    }
}

pub(super) async fn a_message_comes_after_all_before_it_however_old_its_instant(scene: Scene) {
    let [one, other] = scene.users().await;
    let mut expected = Vec::new();
    for (number, (from, to, wanted, given)) in [
        (one, other, 10, 10),
        (one, other, 10, 11),
        (other, one, 10, 12),
        (other, one, 5, 13),
        (one, other, 20, 20),
        (other, one, 15, 21),
        (one, other, 21, 22),
        (one, other, 23, 23),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!("number {number}");
        assert_eq!(scene.send(from, to, &text, at(wanted)).await, at(given));
        expected.push((text, at(given)));
    }
    let messages = conversation(&scene, one, other).await;
    let found: Vec<_> = messages
        .into_iter()
        .map(|message| (message.text, message.at))
        .collect();
    assert_eq!(found, expected);
}

pub(super) async fn conversations_do_not_share_instants(scene: Scene) {
    let [one, other, third] = scene.users().await;
    for (from, to) in [(one, other), (one, third), (other, third)] {
        assert_eq!(scene.send(from, to, "text", at(10)).await, at(10));
    }
    assert_eq!(scene.send(third, one, "text", at(10)).await, at(11));
}

pub(super) async fn messages_from_or_to_nobody_are_refused_and_leave_nothing(scene: Scene) {
    let [user, other] = scene.users().await;
    for (from, to) in [(user, unknown()), (unknown(), user)] {
        let answer = scene
            .store
            .send(new_message(scene.id(), from, to, "text", at(1)))
            .await;
        assert!(
            matches!(answer, Err(StoreError::NotFound(Entity::User))),
            "{answer:?}"
        );
        assert_eq!(conversation(&scene, from, to).await, []);
    }
    assert_eq!(conversation(&scene, user, other).await, []);
}

pub(super) async fn nobody_sees_the_messages_of_others(scene: Scene) {
    let [one, other, third] = scene.users().await;
    scene.send(one, other, "one to other", at(1)).await;
    scene.send(other, third, "other to third", at(2)).await;
    for (viewer, peer, expected) in [
        (one, other, vec!["one to other"]),
        (other, one, vec!["one to other"]),
        (other, third, vec!["other to third"]),
        (third, other, vec!["other to third"]),
        (one, third, vec![]),
        (third, one, vec![]),
    ] {
        assert_eq!(texts(&conversation(&scene, viewer, peer).await), expected);
    }
}

pub(super) async fn a_conversation_with_nobody_is_empty(scene: Scene) {
    let [one, other, silent] = scene.users().await;
    scene.send(one, other, "text", at(1)).await;
    for (viewer, peer) in [
        (one, silent),
        (one, unknown()),
        (unknown(), one),
        (one, one),
    ] {
        for span in [Span::Newest, Span::Before(at(100)), Span::After(at(0))] {
            let page = scene
                .store
                .conversation(viewer, peer, span, Direction::Both, 10)
                .await;
            assert_eq!(page.expect("conversations can be read"), Page::empty());
        }
    }
}

async fn conversation(scene: &Scene, viewer: UserId, peer: UserId) -> Vec<Message> {
    let page = scene
        .store
        .conversation(viewer, peer, Span::Newest, Direction::Both, 1_000)
        .await;
    page.expect("conversations can be read").items
}
