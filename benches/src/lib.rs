//! What the benches measure on: every store by name, filled with the same data.
//!
//! `cargo bench` runs them all; `cargo bench --bench feed -- sqlite/100000` some of them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use criterion::Criterion;
use douyin_core::{
    Clock as _, PageRequest, PasswordHash, Store, SystemClock, TimeOrderedIds, Timestamp, UserId,
    VideoId,
};
use douyin_http::command::seed::{Counts, SeedArguments, Seeder, ThroughPorts};
use douyin_store_mem::MemStore;
use douyin_store_sql::SqlOptions;
use futures_util::future::LocalBoxFuture;
use tempfile::TempDir;

/// How long is measured: short enough that all benches together take a few minutes.
#[must_use]
pub fn criterion() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
}

/// A store that benches run on.
pub struct NamedStore {
    /// What it is called in the results.
    pub name: &'static str,
    /// Opens an empty one; a folder of its own is there for its files.
    pub open: fn(&Path) -> LocalBoxFuture<'_, Arc<dyn Store>>,
}

/// Every store. One more is one more line.
pub const STORES: &[NamedStore] = &[
    NamedStore {
        name: "memory",
        open: |_| Box::pin(async { Arc::new(MemStore::new()) as Arc<dyn Store> }),
    },
    NamedStore {
        name: "sqlite",
        open: |folder| {
            Box::pin(open_sql(format!(
                "sqlite:{}",
                folder.join("douyin.db").display()
            )))
        },
    },
];

async fn open_sql(url: String) -> Arc<dyn Store> {
    let opened = douyin_store_sql::open(&url, &SqlOptions::default()).await;
    opened.unwrap_or_else(|error| panic!("cannot open {url}: {error}"))
}

/// A store with demo data in it.
pub struct Filled {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Some of its users, at most a thousand.
    pub users: Vec<UserId>,
    /// Its newest videos, at most ten thousand, with the instants of their publication.
    pub videos: Vec<(VideoId, Timestamp)>,
    _folder: TempDir,
}

impl NamedStore {
    /// Opens a store and fills it with `videos` videos of a tenth as many users, at most 1,000, and three likes for each.
    ///
    /// # Panics
    /// Where the store fails: there is nothing to measure then.
    pub async fn filled_with(&self, videos: u64) -> Filled {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = (self.open)(folder.path()).await;
        let users = (videos / 10).clamp(2, 1_000);
        let seeder = Seeder {
            store: Arc::new(ThroughPorts(store.clone())),
            ids: Arc::new(TimeOrderedIds::default()),
            now: SystemClock.now(),
            password: PasswordHash::new("nobody logs in"),
        };
        let counts = Counts {
            users,
            videos,
            likes: 3 * videos,
            comments: videos,
            follows: 20 * users,
            star_followers: 0,
            messages: 0,
        };
        seeder
            .fill(SeedArguments { counts, seed: 1 })
            .await
            .expect("the store takes demo data");
        let newest = store.feed(None, PageRequest::newest(10_000)).await;
        let newest = newest.expect("the store answers its feed").items;
        let mut users: Vec<UserId> = newest.iter().map(|video| video.author.id).collect();
        users.sort_unstable();
        users.dedup();
        Filled {
            store,
            users,
            videos: newest
                .iter()
                .map(|video| (video.id, video.published_at))
                .collect(),
            _folder: folder,
        }
    }
}
