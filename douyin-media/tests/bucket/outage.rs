use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;

use douyin_core::VideoId;
use douyin_media::{Claimed, DEMO_CLIP, Extent, MediaError};
use futures_util::TryStreamExt as _;

use crate::bytes::video;
use crate::own_server::OwnServer;
use crate::proxy::{Mode, Proxy};
use crate::s3::S3Server;
use crate::{Fixture, wait_until};

/// A storage that gets to its bucket through a proxy.
async fn through(proxy: &Proxy, server: &S3Server) -> Fixture {
    let bucket = server.make_bucket().await;
    let mut options = server.at(proxy.address).options();
    options.bucket.stall_time = Duration::from_millis(500);
    Fixture::on(bucket, options)
}

async fn nothing_is_named(_claimed: Claimed) -> Result<bool, Infallible> {
    Ok(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_cut_fails_and_all_of_it_goes_when_the_bucket_is_back() {
    let Some(own) = OwnServer::start("a cut upload") else {
        return;
    };
    let proxy = Proxy::before(&own.server().endpoint).await;
    let fixture = through(&proxy, own.server()).await;
    // Between the parts of a large one, in the middle of a small one, and before anything.
    for (id, mode) in [
        (1, Mode::CutAfter(10 << 20)),
        (2, Mode::StallAfter(10 << 20)),
        (3, Mode::CutAfter(0)),
        (4, Mode::StallAfter(2_000)),
    ] {
        proxy.set(mode);
        let failed = fixture.upload(id, &video(30 << 20)).await;
        assert!(
            matches!(failed, Err(MediaError::Storage(_) | MediaError::Away(_))),
            "{mode:?}: {failed:?}"
        );
        proxy.set(Mode::Forward);
        let left = async || fixture.unfinished() == 0 && fixture.bucket.names().await.is_empty();
        tokio::select! {
            _ = fixture.storage.tend(nothing_is_named) => unreachable!("it goes on for ever"),
            () = wait_until("nothing is left", left) => {}
        }
        assert_eq!(own.parts(), Vec::<PathBuf>::new(), "{mode:?}");
    }
    fixture.upload(9, DEMO_CLIP).await.unwrap().keep().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_bucket_is_away_everything_fails_without_asking_it() {
    let Some(own) = OwnServer::start("a bucket that is away") else {
        return;
    };
    let fixture = Fixture::new(own.server()).await;
    let key = fixture.upload(1, DEMO_CLIP).await.unwrap().play().clone();
    own.kill();
    while !fixture.storage.is_away() {
        let failed = fixture.storage.file(&key, Extent::Whole).await;
        assert!(failed.is_err());
    }
    // One at a time finds out now and then. Of a thousand at once nobody else asks.
    let before = fixture.storage.stats().bucket.unwrap();
    for _ in 0..1000 {
        let failed = fixture.storage.file(&key, Extent::Whole).await;
        assert!(failed.is_err());
    }
    let after = fixture.storage.stats().bucket.unwrap();
    assert!(
        after.requests - before.requests <= 10,
        "{before:?} {after:?}"
    );
    assert!(
        after.refused - before.refused >= 900,
        "{before:?} {after:?}"
    );
    wait_until("an upload is refused before it comes in", async || {
        let refused = fixture.storage.begin(VideoId::new(2).unwrap()).await;
        matches!(refused, Err(MediaError::Away(_)))
    })
    .await;
    fixture.storage.ping().await.unwrap();

    own.restart();
    wait_until("it is found out that it is back", async || {
        fixture.read(&key, Extent::Whole).await.is_ok()
    })
    .await;
    assert!(!fixture.storage.is_away());
    fixture.upload(2, DEMO_CLIP).await.unwrap().keep().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_is_cut_goes_on_where_it_was() {
    let Some(server) = S3Server::of_the_tests("a cut download") else {
        return;
    };
    let proxy = Proxy::before(&server.endpoint).await;
    let fixture = through(&proxy, &server).await;
    let video = video(20 << 20);
    let key = fixture.upload(1, &video).await.unwrap().play().clone();
    for stop in [Mode::CutAfter(5 << 20), Mode::StallAfter(5 << 20)] {
        proxy.set(stop);
        let connections = proxy.connections();
        let file = fixture.storage.file(&key, Extent::Whole).await.unwrap();
        let mut chunks = file.unwrap().read(0..20 << 20).await.unwrap();
        let mut read = Vec::new();
        while read.len() < 3 << 20 {
            read.extend(chunks.try_next().await.unwrap().unwrap());
        }
        wait_until("it stops", async || proxy.passed() >= 5 << 20).await;
        // Only new connections get through.
        proxy.set(Mode::Forward);
        while let Some(chunk) = chunks.try_next().await.unwrap() {
            read.extend(chunk);
        }
        assert!(read == video, "{stop:?}");
        assert!(proxy.connections() >= connections, "{stop:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_whose_server_is_killed_ends_with_an_error() {
    let Some(own) = OwnServer::start("a killed server") else {
        return;
    };
    let fixture = Fixture::new(own.server()).await;
    let stored = fixture.upload(1, &video(60 << 20)).await.unwrap();
    let file = fixture.storage.file(stored.play(), Extent::Whole).await;
    let size = 60 << 20;
    let mut chunks = file.unwrap().unwrap().read(0..size).await.unwrap();
    let first = chunks.try_next().await.unwrap().unwrap();
    own.kill();
    let mut read = first.len() as u64;
    let ended = loop {
        match chunks.try_next().await {
            Ok(Some(chunk)) => read += chunk.len() as u64,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    assert!(ended.is_err() && read < size, "{read} {ended:?}");
}
