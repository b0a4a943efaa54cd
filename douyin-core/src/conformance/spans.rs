//! Parts of a conversation.

use super::scene::{Scene, at, texts};
use crate::{Cursor, Direction, Message, Page, Span, UserId};

/// Ten messages at 0, 10, 20 … 90, called by their number; every third is from the other.
async fn ten_messages(scene: &Scene) -> [UserId; 2] {
    let [one, other] = scene.users().await;
    for number in 0..10 {
        let (from, to) = if number % 3 == 0 {
            (other, one)
        } else {
            (one, other)
        };
        scene
            .send(from, to, &number.to_string(), at(number * 10))
            .await;
    }
    [one, other]
}

async fn page(
    scene: &Scene,
    users: [UserId; 2],
    span: Span,
    direction: Direction,
    limit: u32,
) -> Page<Message> {
    let [viewer, peer] = users;
    let page = scene
        .store
        .conversation(viewer, peer, span, direction, limit)
        .await;
    page.expect("conversations can be read")
}

/// Checks pages of both directions: which messages, and from which of them they go on.
async fn check(
    scene: &Scene,
    users: [UserId; 2],
    expected: &[(Span, u32, &[&str], Option<usize>)],
) {
    for (span, limit, messages, next) in expected {
        let page = page(scene, users, *span, Direction::Both, *limit).await;
        assert_eq!(texts(&page.items), *messages, "{span:?}, {limit}");
        let next = next.map(|index| place(&page.items[index]));
        assert_eq!(page.next, next, "{span:?}, {limit}");
    }
}

const fn place(message: &Message) -> Cursor {
    Cursor {
        at: message.at,
        id: message.id.get(),
    }
}

pub(super) async fn the_newest_messages_are_the_last_ones_oldest_first(scene: Scene) {
    let users = ten_messages(&scene).await;
    let all: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    check(
        &scene,
        users,
        &[
            (Span::Newest, 1, &["9"], Some(0)),
            (Span::Newest, 3, &["7", "8", "9"], Some(0)),
            (Span::Newest, 9, &all[1..], Some(0)),
            (Span::Newest, 10, all, None),
            (Span::Newest, 11, all, None),
        ],
    )
    .await;
}

pub(super) async fn before_an_instant_are_the_newest_strictly_older_messages(scene: Scene) {
    let users = ten_messages(&scene).await;
    check(
        &scene,
        users,
        &[
            (Span::Before(at(50)), 2, &["3", "4"], Some(0)),
            (Span::Before(at(51)), 2, &["4", "5"], Some(0)),
            (Span::Before(at(20)), 2, &["0", "1"], None),
            (Span::Before(at(20)), 1, &["1"], Some(0)),
            (Span::Before(at(1)), 5, &["0"], None),
            (Span::Before(at(0)), 5, &[], None),
            (Span::Before(at(999)), 1, &["9"], Some(0)),
        ],
    )
    .await;
}

pub(super) async fn after_an_instant_are_the_oldest_strictly_newer_messages(scene: Scene) {
    let users = ten_messages(&scene).await;
    check(
        &scene,
        users,
        &[
            (Span::After(at(50)), 2, &["6", "7"], Some(1)),
            (Span::After(at(49)), 2, &["5", "6"], Some(1)),
            (Span::After(at(70)), 2, &["8", "9"], None),
            (Span::After(at(70)), 1, &["8"], Some(0)),
            (Span::After(at(89)), 5, &["9"], None),
            (Span::After(at(90)), 5, &[], None),
            (Span::After(at(-999)), 1, &["0"], Some(0)),
        ],
    )
    .await;
}

pub(super) async fn incoming_messages_are_those_that_the_viewer_received(scene: Scene) {
    let [one, other] = ten_messages(&scene).await;
    for (users, span, expected) in [
        ([one, other], Span::Newest, vec!["0", "3", "6", "9"]),
        (
            [other, one],
            Span::Newest,
            vec!["1", "2", "4", "5", "7", "8"],
        ),
        ([one, other], Span::After(at(30)), vec!["6", "9"]),
        ([other, one], Span::After(at(40)), vec!["5", "7", "8"]),
        ([one, other], Span::Before(at(30)), vec!["0"]),
        ([other, one], Span::Before(at(40)), vec!["1", "2"]),
        ([one, other], Span::After(at(90)), vec![]),
    ] {
        let page = page(&scene, users, span, Direction::Incoming, 10).await;
        assert_eq!(texts(&page.items), expected, "{span:?}");
        assert!(page.items.iter().all(|message| message.to == users[0]));
        assert_eq!(page.next, None);
    }
}

pub(super) async fn the_limit_counts_only_messages_of_the_direction_wanted(scene: Scene) {
    let users = ten_messages(&scene).await;
    for (span, limit, expected, next) in [
        (Span::Newest, 2, vec!["6", "9"], Some(0)),
        (Span::Newest, 4, vec!["0", "3", "6", "9"], None),
        (Span::Before(at(90)), 2, vec!["3", "6"], Some(0)),
        (Span::Before(at(60)), 2, vec!["0", "3"], None),
        (Span::After(at(0)), 2, vec!["3", "6"], Some(1)),
        (Span::After(at(30)), 2, vec!["6", "9"], None),
    ] {
        let page = page(&scene, users, span, Direction::Incoming, limit).await;
        assert_eq!(texts(&page.items), expected, "{span:?}, {limit}");
        let next = next.map(|index: usize| place(&page.items[index]));
        assert_eq!(page.next, next, "{span:?}, {limit}");
    }
}

pub(super) async fn walking_back_through_a_conversation_meets_every_message_once(scene: Scene) {
    let users = ten_messages(&scene).await;
    for limit in [1, 2, 3, 5, 9, 10, 11] {
        let (mut met, mut span) = (Vec::new(), Span::Newest);
        loop {
            let page = page(&scene, users, span, Direction::Both, limit).await;
            met.splice(0..0, page.items.into_iter().map(|message| message.text));
            assert!(met.len() <= 10, "the walk goes back for ever");
            let Some(next) = page.next else { break };
            span = Span::Before(next.at);
        }
        assert_eq!(met, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    }
}

pub(super) async fn walking_forth_through_a_conversation_meets_every_message_once(scene: Scene) {
    let users = ten_messages(&scene).await;
    for (direction, expected) in [
        (
            Direction::Both,
            vec!["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        ),
        (Direction::Incoming, vec!["0", "3", "6", "9"]),
    ] {
        for limit in [1, 2, 3, 10] {
            let (mut met, mut span) = (Vec::new(), Span::After(at(-1)));
            loop {
                let page = page(&scene, users, span, direction, limit).await;
                met.extend(page.items.into_iter().map(|message| message.text));
                assert!(met.len() <= expected.len(), "the walk goes on for ever");
                let Some(next) = page.next else { break };
                span = Span::After(next.at);
            }
            assert_eq!(met, expected);
        }
    }
}
