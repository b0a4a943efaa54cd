use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::PathBuf;

use douyin_core::VideoId;
use douyin_media::{Claimed, DEMO_CLIP, MediaStorage, Swept};
use tokio::runtime::Runtime;

use crate::bytes::video;
use crate::own_server::OwnServer;
use crate::proxy::{Mode, Proxy};
use crate::{Fixture, wait_until};

async fn sweep(storage: &MediaStorage, published: &[i64]) -> Swept {
    let rows = async |claimed| {
        let is_published = |id: &i64| claimed == Claimed::Video(VideoId::new(*id).unwrap());
        Ok::<_, Infallible>(published.iter().any(is_published))
    };
    storage.sweep(rows).await.unwrap()
}

#[test]
fn a_process_that_ends_anywhere_leaves_what_the_next_one_finds() {
    let Some(own) = OwnServer::start("a crash") else {
        return;
    };
    let (first, second) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let proxy = second.block_on(Proxy::before(&own.server().endpoint));
    let bucket = second.block_on(own.server().make_bucket());
    let options = own.server().at(proxy.address).options();
    let fixture = first.block_on(async { Fixture::on(bucket, options.clone()) });
    first.block_on(async {
        // Stored, and whether the row was committed nobody has heard.
        drop(fixture.upload(1, DEMO_CLIP).await.unwrap());
        drop(fixture.upload(2, &video(20 << 20)).await.unwrap());
        // On its way.
        proxy.set(Mode::StallAfter(12 << 20));
        let storage = fixture.storage.clone();
        tokio::spawn(async move {
            let mut incoming = storage.begin(VideoId::new(3).unwrap()).await.unwrap();
            incoming.write(&video(40 << 20)).await.unwrap();
            let never = incoming.finish().await;
            unreachable!("{never:?}");
        });
        wait_until("it is on its way", async || proxy.passed() >= 12 << 20).await;
    });
    let Fixture {
        storage,
        bucket,
        folder,
    } = fixture;
    drop(storage);
    // With everything that runs in it, as a process ends.
    first.shutdown_background();
    proxy.set(Mode::Forward);

    second.block_on(async {
        assert!(!own.uploads().is_empty(), "there is something to find");
        let swept = wait_for_the_dead(&bucket.url(), folder.path(), &options).await;
        assert_eq!((swept.removed, swept.kept), (2, 1));
        let names = BTreeSet::from_iter(bucket.names().await);
        let expected = ["covers/1.jpg", "covers/1.webp", "videos/1.mp4"].map(str::to_owned);
        assert_eq!(names, BTreeSet::from(expected));
        assert_eq!(own.uploads(), Vec::<PathBuf>::new());
    });
}

/// Sweeps until the other process is gone.
async fn wait_for_the_dead(
    url: &str,
    staging: &std::path::Path,
    options: &douyin_media::MediaOptions,
) -> Swept {
    let storage = MediaStorage::open(url, staging, options.clone()).unwrap();
    let mut swept = Swept::default();
    wait_until("it has ended", async || {
        swept = sweep(&storage, &[1]).await;
        swept.running == 0 && swept.removed + swept.kept > 0
    })
    .await;
    swept
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_that_the_bucket_is_away_for_is_done_when_it_is_back() {
    let Some(own) = OwnServer::start("a deferred sweep") else {
        return;
    };
    let fixture = Fixture::new(own.server()).await;
    drop(fixture.upload(1, DEMO_CLIP).await.unwrap());
    let Fixture {
        storage,
        bucket,
        folder,
    } = fixture;
    drop(storage);
    own.kill();

    let options = own.server().options();
    let storage = MediaStorage::open(&bucket.url(), folder.path(), options).unwrap();
    let rows = async |_: Claimed| Ok::<_, Infallible>(false);
    assert!(storage.check().await.is_err());
    assert!(storage.sweep(rows).await.is_err());
    own.restart();
    tokio::select! {
        _ = storage.tend(rows) => unreachable!("it goes on for ever"),
        () = wait_until("it is swept", async || bucket.names().await.is_empty()) => {}
    }
}
