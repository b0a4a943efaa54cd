use douyin_core::{
    ChatQuery, Entity, Error, Event, Limits, Mark, Message, MessagePolicy, Timestamp, UserId,
};

use crate::stage::{NOW, Stage};

fn texts(messages: &[Message]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message.text.as_str())
        .collect()
}

async fn chat(stage: &Stage, viewer: UserId, peer: UserId, query: ChatQuery) -> Vec<String> {
    let page = stage.douyin.chat(viewer, peer, query).await.unwrap();
    texts(&page.items).into_iter().map(str::to_owned).collect()
}

fn since(instant: Timestamp, incoming_only: bool) -> ChatQuery {
    ChatQuery {
        since: Some(instant),
        incoming_only,
        ..ChatQuery::default()
    }
}

#[tokio::test]
async fn by_default_everybody_writes_to_everybody() {
    let stage = Stage::new();
    let [one, other] = stage.users().await;
    stage.told();
    let sent = stage.douyin.send(one, other, " hello ").await.unwrap();
    assert_eq!(
        (sent.from, sent.to, sent.text.as_str(), sent.at),
        (one, other, "hello", NOW)
    );
    let event = Event::Messaged {
        message: sent.id,
        from: one,
        to: other,
        at: NOW,
    };
    assert_eq!(stage.told(), [event]);
    let page = stage
        .douyin
        .chat(other, one, ChatQuery::default())
        .await
        .unwrap();
    assert_eq!(page.items, [sent]);
}

#[tokio::test]
async fn a_policy_can_keep_messages_to_friends() {
    let stage = Stage::with(|builder| builder.message_policy(MessagePolicy::FriendsOnly));
    let [one, other] = stage.users().await;
    let follow = async |from, to, mark| {
        let _ = stage.douyin.follow(from, to, mark).await.unwrap();
    };
    let refused = async || {
        matches!(
            stage.douyin.send(one, other, "hi").await,
            Err(Error::NotFriends)
        )
    };
    assert!(refused().await);
    follow(one, other, Mark::On).await;
    assert!(refused().await, "following is not friendship");
    follow(other, one, Mark::On).await;
    stage.douyin.send(one, other, "hi").await.unwrap();
    follow(one, other, Mark::Off).await;
    assert!(refused().await);
    let nobody = UserId::new(1).unwrap();
    let answer = stage.douyin.send(one, nobody, "hi").await;
    assert!(
        matches!(answer, Err(Error::NotFound(Entity::User))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn nobody_writes_to_themselves_or_to_nobody() {
    let stage = Stage::new();
    let [one] = stage.users().await;
    let nobody = UserId::new(1).unwrap();
    let answer = stage.douyin.send(one, one, "hi").await;
    assert!(matches!(answer, Err(Error::SelfMessage)), "{answer:?}");
    let answer = stage.douyin.chat(one, one, ChatQuery::default()).await;
    assert!(matches!(answer, Err(Error::SelfMessage)), "{answer:?}");
    let answer = stage.douyin.send(one, nobody, "hi").await;
    assert!(
        matches!(answer, Err(Error::NotFound(Entity::User))),
        "{answer:?}"
    );
    let answer = stage.douyin.chat(one, nobody, ChatQuery::default()).await;
    assert!(
        matches!(answer, Err(Error::NotFound(Entity::User))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn the_first_look_has_both_directions_and_a_poll_only_what_is_new() {
    let stage = Stage::new();
    let [one, other] = stage.users().await;
    let mut sent = Vec::new();
    for (from, to, text) in [
        (one, other, "a"),
        (other, one, "b"),
        (one, other, "c"),
        (other, one, "d"),
    ] {
        sent.push(stage.douyin.send(from, to, text).await.unwrap().at);
        stage.clock.advance_millis(10);
    }
    for first_look in [
        ChatQuery::default(),
        since(Timestamp::from_millis(0), true),
        since(Timestamp::from_millis(-1), true),
    ] {
        assert_eq!(
            chat(&stage, one, other, first_look).await,
            ["a", "b", "c", "d"]
        );
    }
    assert_eq!(
        chat(&stage, one, other, since(sent[0], false)).await,
        ["b", "c", "d"]
    );
    assert_eq!(
        chat(&stage, one, other, since(sent[0], true)).await,
        ["b", "d"]
    );
    assert_eq!(chat(&stage, other, one, since(sent[0], true)).await, ["c"]);
    assert_eq!(chat(&stage, one, other, since(sent[1], true)).await, ["d"]);
    assert_eq!(
        chat(&stage, one, other, since(sent[3], true)).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn messages_of_one_millisecond_get_instants_of_their_own() {
    let stage = Stage::new();
    let [one, other] = stage.users().await;
    for number in 0..3 {
        let (from, to) = if number % 2 == 0 {
            (one, other)
        } else {
            (other, one)
        };
        let sent = stage.douyin.send(from, to, "text").await.unwrap();
        assert_eq!(sent.at, NOW.plus_millis(number));
    }
}

#[tokio::test]
async fn a_long_history_is_read_in_pages_back_from_the_newest() {
    let mut limits = Limits::default();
    limits.chat = 3;
    let stage = Stage::with(|builder| builder.limits(limits));
    let [one, other] = stage.users().await;
    for number in 0..7 {
        stage
            .douyin
            .send(one, other, &number.to_string())
            .await
            .unwrap();
    }
    let mut query = ChatQuery {
        limit: Some(1_000),
        ..ChatQuery::default()
    };
    for (expected, more) in [
        (vec!["4", "5", "6"], true),
        (vec!["1", "2", "3"], true),
        (vec!["0"], false),
    ] {
        let page = stage.douyin.chat(one, other, query).await.unwrap();
        assert_eq!(texts(&page.items), expected);
        assert_eq!(page.next.is_some(), more);
        query.cursor = page.next;
    }
}

#[tokio::test]
async fn what_came_in_during_a_long_absence_is_read_in_pages_forth_from_the_last_one_seen() {
    let stage = Stage::new();
    let [one, other] = stage.users().await;
    let seen = stage.douyin.send(one, other, "seen").await.unwrap().at;
    for number in 0..5 {
        stage
            .douyin
            .send(one, other, &number.to_string())
            .await
            .unwrap();
    }
    let mut query = ChatQuery {
        limit: Some(2),
        ..since(seen, true)
    };
    for expected in [vec!["0", "1"], vec!["2", "3"], vec!["4"]] {
        let page = stage.douyin.chat(other, one, query).await.unwrap();
        assert_eq!(texts(&page.items), expected);
        query.cursor = page.next;
    }
    assert_eq!(query.cursor, None);
}
