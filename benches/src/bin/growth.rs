//! How the time of a request grows with what is stored; `scripts/growth` makes a table of it.
//!
//! `growth DATABASE_URL VIDEOS` fills an empty database with that many videos, ten likes for each and a user for every ten,
//! `growth DATABASE_URL followers N` with a user who has N followers. It prints a line per request: what, p50 in µs.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use douyin_core::{
    Clock as _, Cursor, Mark, MediaKey, NewVideo, NodeNumber, PageRequest, PasswordHash, Store,
    SystemClock, TimeOrderedIds, Timestamp, Title, UserId, Username, VideoId,
};
use douyin_http::command::seed::{Counts, SeedArguments, Seeder};
use douyin_store_sql::{ClosableStore, SqlOptions};

/// So many of each request are timed, after a tenth of that to warm up.
const REQUESTS: u32 = 2_000;

/// Demo videos were published over the past 120 days.
const SEEDED: Duration = Duration::from_hours(120 * 24);

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |text: &str| text.parse::<u64>().expect("a number");
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [url, "followers", count] => followers(url, number(count)).await,
        [url, videos] => requests(url, number(videos)).await,
        _ => panic!("say DATABASE_URL VIDEOS, or DATABASE_URL followers N"),
    }
}

async fn requests(url: &str, videos: u64) {
    let filled = Filled::fill(
        url,
        Counts {
            users: videos / 10,
            videos,
            likes: 10 * videos,
            comments: videos,
            follows: 2 * videos,
            star_followers: 0,
            messages: 0,
        },
    )
    .await;
    let store: &dyn Store = &*filled.store;
    let sample = filled.sample().await;
    let mut random = fastrand::Rng::with_seed(2);
    let mut any = || sample[random.usize(..sample.len())];

    measure("feed, newest page", REQUESTS, || {
        let viewer = any().1;
        async move { store.feed(Some(viewer), PageRequest::newest(30)).await }
    })
    .await;
    let mut random = fastrand::Rng::with_seed(3);
    measure("feed, any page", REQUESTS, || {
        let (viewer, page) = (any().1, filled.any_page(30, &mut random));
        async move { store.feed(Some(viewer), page).await }
    })
    .await;
    measure("profile", REQUESTS, || {
        let (viewer, user) = (any().1, any().1);
        async move { store.profile(Some(viewer), user).await }
    })
    .await;
    measure("followers, first page", REQUESTS, || {
        let (viewer, user) = (any().1, any().1);
        async move {
            store
                .followers(Some(viewer), user, PageRequest::newest(20))
                .await
        }
    })
    .await;
    measure("like", REQUESTS, || {
        let (video, user) = (any().0, any().1);
        async move { store.mark_favorite(user, video, Mark::On, filled.now).await }
    })
    .await;
    filled.store.close().await.expect("the store closes");
}

async fn followers(url: &str, count: u64) {
    let filled = Filled::fill(
        url,
        Counts {
            users: count + 1,
            videos: 100,
            likes: 0,
            comments: 0,
            follows: 0,
            star_followers: count,
            messages: 0,
        },
    )
    .await;
    let store: &dyn Store = &*filled.store;
    let star = filled.somebody;
    measure("followers, first page", REQUESTS, || async move {
        let page = store.followers(None, star, PageRequest::newest(20)).await;
        assert_eq!(
            page.as_ref().map_or(0, |page| page.items.len()),
            20,
            "a whole page"
        );
        page
    })
    .await;
    let ids = TimeOrderedIds::new(NodeNumber::new(1).expect("a node number"));
    measure("publish", REQUESTS / 4, || {
        let id = douyin_core::IdSource::next_id(&ids, filled.now).expect("an id");
        let video = NewVideo {
            id: VideoId::new(id).expect("an id"),
            author: star,
            title: Title::parse("a video").expect("a title"),
            play: MediaKey::new("videos/a.mp4"),
            cover: MediaKey::new("covers/a.jpg"),
            at: filled.now,
            bytes: 0,
            quota: None,
            job: None,
        };
        async move { store.publish(video).await }
    })
    .await;
    filled.store.close().await.expect("the store closes");
}

/// A database with demo data in it.
struct Filled {
    store: Arc<dyn ClosableStore>,
    now: Timestamp,
    /// The first user.
    somebody: UserId,
}

impl Filled {
    async fn fill(url: &str, counts: Counts) -> Self {
        let store = douyin_store_sql::open(url, &SqlOptions::default()).await;
        let store = store.expect("the database opens");
        let now = SystemClock.now();
        let seeder = Seeder {
            store: store.clone(),
            ids: Arc::new(TimeOrderedIds::default()),
            now,
            password: PasswordHash::new("nobody logs in"),
        };
        let summary = seeder.fill(SeedArguments { counts, seed: 1 }).await;
        let summary = summary.expect("the store takes demo data");
        eprintln!("{summary}");
        let name = Username::parse(&summary.somebody.expect("users")).expect("a name");
        let first = store
            .credentials(name.key())
            .await
            .expect("the store reads");
        Self {
            store,
            now,
            somebody: first.expect("the first user").user,
        }
    }

    fn any_page(&self, limit: u32, random: &mut fastrand::Rng) -> PageRequest {
        let span = i64::try_from(SEEDED.as_millis()).expect("days");
        PageRequest {
            after: Some(Cursor {
                at: self.now.plus_millis(-random.i64(0..span)),
                id: i64::MAX,
            }),
            limit,
        }
    }

    /// Videos and their authors from all over the feed.
    async fn sample(&self) -> Vec<(VideoId, UserId)> {
        let mut random = fastrand::Rng::with_seed(1);
        let mut sample = Vec::new();
        for _ in 0..2 * REQUESTS {
            let page = self.store.feed(None, self.any_page(1, &mut random)).await;
            let page = page.expect("the store answers its feed");
            sample.extend(page.items.first().map(|video| (video.id, video.author.id)));
        }
        sample
    }
}

/// Runs a request again and again and prints its median.
async fn measure<F, T, E>(what: &str, times: u32, mut request: impl FnMut() -> F)
where
    F: Future<Output = Result<T, E>>,
    E: std::fmt::Debug,
{
    let mut took = Vec::new();
    for number in 0..times / 10 + times {
        let begun = Instant::now();
        black_box(request().await.expect("the store answers"));
        if number >= times / 10 {
            took.push(begun.elapsed());
        }
    }
    took.sort_unstable();
    let median = took[took.len() / 2];
    println!("{what}\t{:.1}", median.as_secs_f64() * 1e6);
}
