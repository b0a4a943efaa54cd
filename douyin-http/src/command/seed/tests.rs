use std::sync::Arc;

use douyin_core::{
    BcryptHasher, Douyin, FeedQuery, PageRequest, Password, PasswordHasher as _, Store,
    TimeOrderedIds, Timestamp, drift_of_all,
};
use douyin_store_mem::MemStore;

use super::{Counts, DEMO_PASSWORD, SeedArguments, SeedError, Seeder, Summary, ThroughPorts};

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

const SMALL: Counts = Counts {
    users: 20,
    videos: 50,
    likes: 300,
    comments: 90,
    follows: 60,
    star_followers: 0,
    messages: 40,
};

async fn seed(
    store: &Arc<dyn Store>,
    counts: Counts,
    ids: &Arc<TimeOrderedIds>,
) -> Result<Summary, SeedError> {
    let hasher = BcryptHasher::new(4).unwrap();
    let seeder = Seeder {
        store: Arc::new(ThroughPorts(Arc::clone(store))),
        ids: ids.clone(),
        now: NOW,
        password: hasher
            .hash(Password::presented(DEMO_PASSWORD))
            .await
            .unwrap(),
    };
    seeder.fill(SeedArguments { counts, seed: 1 }).await
}

#[tokio::test]
async fn a_seeded_store_has_what_was_asked_for_and_a_second_run_adds_as_much() {
    let store: Arc<dyn Store> = Arc::new(MemStore::new());
    let ids = Arc::new(TimeOrderedIds::default());
    for run in 1..=2 {
        let summary = seed(&store, SMALL, &ids).await.unwrap();
        let written: Vec<_> = summary
            .phases
            .iter()
            .map(|phase| (phase.what, phase.count))
            .collect();
        assert_eq!(
            written,
            [
                ("users", 20),
                ("videos", 50),
                ("follows", 60),
                ("likes", 300),
                ("comments", 90),
                ("messages", 40)
            ]
        );
        let videos = store
            .feed(None, PageRequest::newest(1_000))
            .await
            .unwrap()
            .items;
        assert_eq!(i64::try_from(videos.len()), Ok(50 * run));
        assert_eq!(
            videos.iter().map(|video| video.favorite_count).sum::<i64>(),
            300 * run
        );
        assert_eq!(
            videos.iter().map(|video| video.comment_count).sum::<i64>(),
            90 * run
        );
        assert_eq!(drift_of_all(&*store).await.unwrap(), []);
    }
}

#[tokio::test]
async fn somebody_of_the_summary_can_log_in_and_sees_a_feed() {
    let store: Arc<dyn Store> = Arc::new(MemStore::new());
    let ids = Arc::new(TimeOrderedIds::default());
    let summary = seed(&store, SMALL, &ids).await.unwrap();
    let name = summary.somebody.unwrap();
    let hasher = Arc::new(BcryptHasher::new(4).unwrap());
    let douyin = Douyin::builder_with_hasher(store, hasher).build();
    let viewer = douyin.login(&name, DEMO_PASSWORD).await.unwrap().user;
    let page = douyin
        .feed(Some(viewer), FeedQuery::default())
        .await
        .unwrap();
    assert_eq!(page.videos.items.len(), 30);
}

#[tokio::test]
async fn more_than_there_can_be_is_refused_before_anything_is_written() {
    let store: Arc<dyn Store> = Arc::new(MemStore::new());
    let ids = Arc::new(TimeOrderedIds::default());
    for (counts, complaint) in [
        (Counts { users: 0, ..SMALL }, "50 videos"),
        (
            Counts {
                likes: 1_001,
                ..SMALL
            },
            "1001 likes",
        ),
        (
            Counts {
                follows: 381,
                ..SMALL
            },
            "381 follows",
        ),
        (
            Counts {
                star_followers: 20,
                ..SMALL
            },
            "20 star followers",
        ),
        (
            Counts {
                follows: 343,
                star_followers: 1,
                ..SMALL
            },
            "343 follows",
        ),
        (
            Counts {
                videos: 0,
                likes: 0,
                ..SMALL
            },
            "90 comments",
        ),
        (
            Counts {
                users: 1,
                likes: 0,
                follows: 0,
                ..SMALL
            },
            "40 messages",
        ),
    ] {
        let refused = seed(&store, counts, &ids).await.unwrap_err();
        assert!(refused.to_string().starts_with(complaint), "{refused}");
    }
    let videos = store.feed(None, PageRequest::newest(1)).await.unwrap();
    assert!(videos.items.is_empty());
}

#[test]
fn more_writes_than_can_be_counted_are_counted_as_the_most_that_can() {
    let endless = Counts {
        comments: u64::MAX,
        messages: u64::MAX,
        ..SMALL
    };
    assert_eq!(endless.writes(), u64::MAX);
    assert_eq!(SMALL.writes(), 560);
}

#[tokio::test]
async fn nothing_can_be_asked_for() {
    let store: Arc<dyn Store> = Arc::new(MemStore::new());
    let ids = Arc::new(TimeOrderedIds::default());
    let nothing = Counts {
        users: 0,
        videos: 0,
        likes: 0,
        comments: 0,
        follows: 0,
        star_followers: 0,
        messages: 0,
    };
    let summary = seed(&store, nothing, &ids).await.unwrap();
    assert_eq!(summary.somebody, None);
    assert!(summary.phases.iter().all(|phase| phase.count == 0));
}
