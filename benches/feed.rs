//! A page of the feed: thirty videos with their authors, the viewer's likes and follows.
//!
//! `page` is what the server does: one call of the store. `page by row` is what grows out of a repository that finds rows and
//! leaves the rest to loops: the page, then each video and each author by its id.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use douyin_benches::{Filled, STORES};
use douyin_core::{Cursor, PageRequest, Store, StoreError, Timestamp, UserId, Video};
use fastrand::Rng;
use tokio::runtime::Runtime;

const PAGE: u32 = 30;

fn feed(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    for named in STORES {
        for videos in [1_000, 100_000] {
            let filled = runtime.block_on(named.filled_with(videos));
            let mut group = criterion.benchmark_group(format!("{}/{videos}", named.name));
            for viewer in [None, filled.users.first().copied()] {
                let who = if viewer.is_some() {
                    "signed in"
                } else {
                    "anonymous"
                };
                group.bench_function(BenchmarkId::new("page", who), |bencher| {
                    let mut place = places(&filled);
                    bencher
                        .to_async(&runtime)
                        .iter(|| page(&*filled.store, viewer, place()));
                });
                group.bench_function(BenchmarkId::new("page by row", who), |bencher| {
                    let mut place = places(&filled);
                    bencher
                        .to_async(&runtime)
                        .iter(|| page_by_row(&*filled.store, viewer, place()));
                });
            }
            group.finish();
        }
    }
}

/// Places in the feed at random, so that no two pages in a row are the same.
fn places(filled: &Filled) -> impl FnMut() -> Timestamp + use<'_> {
    let mut random = Rng::with_seed(1);
    move || {
        let (_, at) = filled.videos[random.usize(..filled.videos.len())];
        at
    }
}

const fn before(at: Timestamp) -> PageRequest {
    PageRequest {
        after: Some(Cursor::strictly_before(at)),
        limit: PAGE,
    }
}

async fn page(store: &dyn Store, viewer: Option<UserId>, at: Timestamp) {
    let page = store.feed(viewer, before(at)).await;
    black_box(page.expect("the store answers its feed"));
}

async fn page_by_row(store: &dyn Store, viewer: Option<UserId>, at: Timestamp) {
    let page = assemble_by_row(store, viewer, at).await;
    black_box(page.expect("the store answers its feed"));
}

async fn assemble_by_row(
    store: &dyn Store,
    viewer: Option<UserId>,
    at: Timestamp,
) -> Result<Vec<Video>, StoreError> {
    let mut videos = Vec::new();
    for listed in store.feed(None, before(at)).await?.items {
        let Some(mut video) = store.video(viewer, listed.id).await? else {
            continue;
        };
        if let Some(author) = store.profile(viewer, listed.author.id).await? {
            video.author = author;
        }
        videos.push(video);
    }
    Ok(videos)
}

criterion_group! {
    name = benches;
    config = douyin_benches::criterion();
    targets = feed
}
criterion_main!(benches);
