//! Instants that many want at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::scene::{ALL, Scene, at, scrambled, together};
use crate::{Cursor, Direction, PageRequest, Span, Timestamp, UserId, VideoId};

pub(super) async fn videos_published_at_one_instant_get_instants_of_their_own(scene: Scene) {
    let users: [UserId; 64] = scene.users().await;
    let published = together(users.into_iter().map(|author| {
        let scene = scene.clone();
        async move {
            scene
                .publish(author, at(5))
                .await
                .expect("the author exists")
        }
    }))
    .await;
    let instants: BTreeSet<Timestamp> = published.iter().map(|(_, instant)| *instant).collect();
    let expected: BTreeSet<Timestamp> = (5..69).map(at).collect();
    assert_eq!(instants, expected, "each the first that was free");
    for (video, instant) in published {
        assert_eq!(scene.seen(None, video).await.published_at, instant);
    }
}

pub(super) async fn paging_by_instant_over_videos_published_at_once_meets_each_once(scene: Scene) {
    let users: [UserId; 20] = scene.users().await;
    // 500 videos at 100 instants, in disorder.
    let published = together(users.into_iter().map(|author| {
        let scene = scene.clone();
        async move {
            let mut videos = Vec::new();
            for round in 0..25 {
                let millis = i64::try_from(scrambled((author, round)) % 100).expect("below 100");
                let (video, _) = scene
                    .publish(author, at(millis))
                    .await
                    .expect("the author exists");
                videos.push(video);
            }
            videos
        }
    }))
    .await;
    let expected: BTreeSet<VideoId> = published.into_iter().flatten().collect();

    let (mut met, mut latest) = (Vec::new(), Timestamp::MAX);
    loop {
        // As a client pages that knows the instant of the last video and nothing else.
        let page = PageRequest {
            after: Some(Cursor::strictly_before(latest)),
            limit: 30,
        };
        let feed = scene
            .store
            .feed(None, page)
            .await
            .expect("the feed can be read");
        let Some(oldest) = feed.items.last() else {
            break;
        };
        assert!(oldest.published_at < latest, "the walk goes back in time");
        latest = oldest.published_at;
        met.extend(feed.items.iter().map(|video| video.id));
        assert_eq!(feed.next.is_none(), met.len() >= 500, "{} met", met.len());
    }
    assert_eq!(met.len(), 500, "none is met twice");
    assert_eq!(met.into_iter().collect::<BTreeSet<_>>(), expected);
}

pub(super) async fn messages_sent_at_once_get_instants_of_their_own(scene: Scene) {
    let [one, other] = scene.users().await;
    let sent = together((0..40).map(|task| {
        let scene = scene.clone();
        async move {
            let (from, to) = if task % 2 == 0 {
                (one, other)
            } else {
                (other, one)
            };
            let mut sent = Vec::new();
            for round in 0..5 {
                let text = format!("{task} {round}");
                sent.push((scene.send(from, to, &text, at(round % 3)).await, text));
            }
            assert!(sent.is_sorted(), "what one sends stays in order");
            sent
        }
    }))
    .await;
    let mut expected: Vec<(Timestamp, String)> = sent.into_iter().flatten().collect();
    expected.sort_unstable();
    assert!(
        expected.windows(2).all(|pair| pair[0].0 < pair[1].0),
        "instants are unique"
    );
    let page = scene
        .store
        .conversation(other, one, Span::Newest, Direction::Both, 1_000)
        .await;
    let page = page.expect("conversations can be read");
    let found: Vec<_> = page
        .items
        .into_iter()
        .map(|message| (message.at, message.text))
        .collect();
    assert_eq!(found, expected);
}

pub(super) async fn a_reader_who_goes_on_from_the_newest_message_misses_none(scene: Scene) {
    let [one, other] = scene.users().await;
    let done = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn({
        let (scene, done) = (scene.clone(), Arc::clone(&done));
        async move {
            let (mut met, mut since) = (Vec::new(), at(-1));
            loop {
                let last_look = done.load(Ordering::SeqCst);
                let page = scene
                    .store
                    .conversation(other, one, Span::After(since), Direction::Both, 7)
                    .await;
                let page = page.expect("conversations can be read");
                since = page.items.last().map_or(since, |message| message.at);
                let nothing_new = page.items.is_empty();
                met.extend(page.items.into_iter().map(|message| message.id));
                if last_look && nothing_new {
                    return met;
                }
                tokio::task::yield_now().await;
            }
        }
    });
    together((0..16).map(|task| {
        let scene = scene.clone();
        async move {
            let (from, to) = if task % 2 == 0 {
                (one, other)
            } else {
                (other, one)
            };
            for round in 0..15 {
                scene.send(from, to, "text", at(round)).await;
            }
        }
    }))
    .await;
    done.store(true, Ordering::SeqCst);
    let met = reader.await.expect("the reader does not panic");
    let all = scene
        .store
        .conversation(one, other, Span::Newest, Direction::Both, ALL.limit)
        .await;
    let all: Vec<_> = all
        .expect("conversations can be read")
        .items
        .into_iter()
        .map(|message| message.id)
        .collect();
    assert_eq!(all.len(), 240);
    assert_eq!(met, all);
}
