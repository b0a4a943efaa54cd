//! Likes by many callers at once: 256 are under way until all of them are acknowledged, that is, durable on a durable store.
//!
//! `hot`: one video, every caller another user. `spread`: any user and any video. Each round takes back what the one before
//! gave, so that every like changes something.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use douyin_benches::{Filled, STORES};
use douyin_core::{Clock as _, Mark, SystemClock, UserId, VideoId, drift_of_all};
use fastrand::Rng;
use futures_util::future::try_join_all;
use tokio::runtime::Runtime;

const CALLERS: usize = 256;

fn likes(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    for named in STORES {
        let filled = runtime.block_on(named.filled_with(10_000));
        let mut group = criterion.benchmark_group(format!("{}/likes", named.name));
        group.throughput(Throughput::Elements(CALLERS as u64));
        for (name, pairs) in [("hot", hot(&filled)), ("spread", spread(&filled))] {
            group.bench_function(name, |bencher| {
                let mut mark = Mark::On;
                bencher.to_async(&runtime).iter(|| {
                    mark = if mark == Mark::On {
                        Mark::Off
                    } else {
                        Mark::On
                    };
                    mark_all(&filled, &pairs, mark)
                });
            });
        }
        group.finish();
        let drift = runtime.block_on(drift_of_all(&*filled.store));
        assert_eq!(drift.expect("the store can be read"), []);
    }
}

fn hot(filled: &Filled) -> Vec<(UserId, VideoId)> {
    let (video, _) = filled.videos[0];
    filled
        .users
        .iter()
        .take(CALLERS)
        .map(|user| (*user, video))
        .collect()
}

fn spread(filled: &Filled) -> Vec<(UserId, VideoId)> {
    let mut random = Rng::with_seed(1);
    let mut pair = || {
        let (video, _) = filled.videos[random.usize(..filled.videos.len())];
        (filled.users[random.usize(..filled.users.len())], video)
    };
    (0..CALLERS).map(|_| pair()).collect()
}

async fn mark_all(filled: &Filled, pairs: &[(UserId, VideoId)], mark: Mark) {
    let at = SystemClock.now();
    let marks = pairs
        .iter()
        .map(|(user, video)| filled.store.mark_favorite(*user, *video, mark, at));
    black_box(
        try_join_all(marks)
            .await
            .expect("every like is acknowledged"),
    );
}

criterion_group! {
    name = benches;
    config = douyin_benches::criterion();
    targets = likes
}
criterion_main!(benches);
