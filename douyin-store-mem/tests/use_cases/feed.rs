use std::sync::Arc;

use douyin_core::{
    Entity, Error, Event, FeedPage, FeedQuery, ListQuery, MediaKey, Timestamp, Upload, UserId,
    VideoId, WordFilter,
};

use crate::stage::{NOW, Stage};

fn ids(page: &FeedPage) -> Vec<VideoId> {
    page.videos.items.iter().map(|video| video.id).collect()
}

fn before(latest: Timestamp) -> FeedQuery {
    FeedQuery {
        latest: Some(latest),
        ..FeedQuery::default()
    }
}

async fn feed(stage: &Stage, query: FeedQuery) -> FeedPage {
    stage.douyin.feed(None, query).await.unwrap()
}

#[tokio::test]
async fn no_instant_zero_a_negative_one_and_the_future_all_mean_now() {
    let stage = Stage::new();
    let [author] = stage.users().await;
    stage.clock.advance_millis(-1_000);
    let (older, _) = stage.publish(author).await;
    stage.clock.advance_millis(999);
    let (newer, _) = stage.publish(author).await;
    stage.clock.advance_millis(1);
    for query in [
        FeedQuery::default(),
        before(Timestamp::from_millis(0)),
        before(Timestamp::from_millis(-5)),
        before(NOW),
        before(NOW.plus_millis(1)),
        before(Timestamp::MAX),
    ] {
        assert_eq!(ids(&feed(&stage, query).await), [newer, older], "{query:?}");
    }
    assert_eq!(
        ids(&feed(&stage, before(NOW.plus_millis(-1))).await),
        [older]
    );
    assert_eq!(
        ids(&feed(&stage, before(NOW.plus_millis(-1_000))).await),
        []
    );
}

#[tokio::test]
async fn videos_moved_into_the_future_by_a_crowded_millisecond_are_seen_at_once() {
    let stage = Stage::new();
    let [author] = stage.users().await;
    let mut published = Vec::new();
    for number in 0..5 {
        let (video, at) = stage.publish(author).await;
        assert_eq!(at, NOW.plus_millis(number));
        published.insert(0, video);
    }
    assert_eq!(ids(&feed(&stage, FeedQuery::default()).await), published);
}

#[tokio::test]
async fn walking_by_next_time_meets_every_video_once_also_those_ahead_of_the_clock_and_begins_anew()
{
    let stage = Stage::new();
    let [author] = stage.users().await;
    let mut published = Vec::new();
    for number in 0..500 {
        published.insert(0, stage.publish(author).await.0);
        // Several in one millisecond, so that the instants run ahead of the clock.
        stage.clock.advance_millis(i64::from(number % 3 == 0));
    }
    let (mut met, mut query, mut lengths) = (Vec::new(), FeedQuery::default(), Vec::new());
    loop {
        let page = feed(&stage, query).await;
        lengths.push(page.videos.items.len());
        met.extend(ids(&page));
        query = before(page.next_time);
        if page.videos.items.is_empty() {
            break;
        }
    }
    assert_eq!(met, published);
    let pages: Vec<usize> = [30; 16].into_iter().chain([20, 0]).collect();
    assert_eq!(lengths, pages, "a page has 30 videos by default");
    let now = before(stage.douyin.now());
    assert_eq!(query, now, "an empty page leads back to now");
    stage.clock.advance_millis(1_000);
    let newest = feed(&stage, before(stage.douyin.now())).await;
    assert_eq!(ids(&newest), published[..30]);
}

#[tokio::test]
async fn a_page_by_cursor_goes_on_where_the_last_one_ended() {
    let stage = Stage::new();
    let [author] = stage.users().await;
    let mut published = Vec::new();
    for _ in 0..7 {
        published.insert(0, stage.publish(author).await.0);
    }
    let (mut met, mut query) = (Vec::new(), FeedQuery::default());
    query.limit = Some(3);
    loop {
        let page = feed(&stage, query).await;
        met.extend(ids(&page));
        query.cursor = page.videos.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(met, published);
}

#[tokio::test]
async fn nobody_gets_more_than_a_page_at_once() {
    let stage = Stage::new();
    let [author] = stage.users().await;
    for _ in 0..40 {
        stage.publish(author).await;
    }
    for (asked, given) in [
        (None, 30),
        (Some(0), 1),
        (Some(1), 1),
        (Some(31), 30),
        (Some(u32::MAX), 30),
    ] {
        let query = FeedQuery {
            limit: asked,
            ..FeedQuery::default()
        };
        assert_eq!(
            feed(&stage, query).await.videos.items.len(),
            given,
            "{asked:?}"
        );
    }
}

#[tokio::test]
async fn a_title_may_be_empty_and_is_filtered() {
    let filter = Arc::new(WordFilter::new("secret").unwrap());
    let stage = Stage::with(|builder| builder.filter(filter));
    let [author] = stage.users().await;
    for (title, shown) in [("", ""), (" my SECRET cat ", "my ****** cat")] {
        let id = stage.douyin.new_video_id().unwrap();
        let upload = Upload {
            id,
            title: title.to_owned(),
            play: MediaKey::new("videos/1.mp4"),
            cover: MediaKey::new("covers/1.jpg"),
            bytes: 0,
        };
        stage.douyin.publish(author, upload).await.unwrap();
        assert_eq!(stage.douyin.video(None, id).await.unwrap().title, shown);
    }
}

#[tokio::test]
async fn publishing_is_told_of_with_the_instant_that_orders_it() {
    let stage = Stage::new();
    let [author] = stage.users().await;
    stage.publish(author).await;
    stage.told();
    let (video, at) = stage.publish(author).await;
    assert_eq!(at, NOW.plus_millis(1));
    assert_eq!(stage.told(), [Event::Published { video, author, at }]);
}

#[tokio::test]
async fn the_list_of_somebody_idle_is_empty_and_the_list_of_nobody_not_found() {
    let Stage { douyin, .. } = &Stage::new();
    let idle = douyin.register("idle", "secret").await.unwrap();
    let nobody = UserId::new(99).unwrap();
    let all = ListQuery::default();
    assert_eq!(douyin.published(None, idle, all).await.unwrap().items, []);
    assert_eq!(douyin.favorites(None, idle, all).await.unwrap().items, []);
    assert_eq!(douyin.follows(None, idle, all).await.unwrap().items, []);
    assert_eq!(douyin.followers(None, idle, all).await.unwrap().items, []);
    assert_eq!(douyin.friends(idle, idle, all).await.unwrap().items, []);
    for error in [
        douyin.published(None, nobody, all).await.unwrap_err(),
        douyin.favorites(None, nobody, all).await.unwrap_err(),
        douyin.follows(None, nobody, all).await.unwrap_err(),
        douyin.followers(None, nobody, all).await.unwrap_err(),
        douyin.friends(idle, nobody, all).await.unwrap_err(),
        douyin.profile(None, nobody).await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::NotFound(Entity::User)), "{error:?}");
    }
}
