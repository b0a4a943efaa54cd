//! From bytes to stored files, and nothing left where that fails.

use std::time::Duration;

use douyin_core::MediaKey;
use douyin_media::{DEMO_CLIP, Extent, MediaError, NotAVideo};

use crate::support::{Fixture, go_away_unheard, id, kinds, wait_until, without_ffmpeg};

#[tokio::test]
async fn an_upload_becomes_a_video_and_a_cover_that_can_be_read_at_once() {
    for kind in kinds("an_upload_becomes_a_video_and_a_cover_that_can_be_read_at_once") {
        let fixture = Fixture::of_kind(kind).await;
        let stored = fixture.upload(id(7), DEMO_CLIP).await.unwrap();
        assert_eq!(stored.play().as_str(), "videos/7.mp4");
        assert_eq!(stored.cover().as_str(), "covers/7.jpg");
        assert_eq!((stored.info().width, stored.info().height), (360, 640));
        assert_eq!(stored.info().duration, Some(Duration::from_secs(2)));
        assert_eq!(fixture.read(stored.play()).await, DEMO_CLIP);
        let cover = image::load_from_memory(&fixture.read(stored.cover()).await).unwrap();
        assert_eq!((cover.width(), cover.height()), (360, 640));
        stored.keep().await;
        assert_eq!(fixture.unfinished(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_upload_in_pieces_of_any_size_is_stored_byte_by_byte() {
    let fixture = Fixture::without_ffmpeg("file");
    let mut video = DEMO_CLIP.to_vec();
    // A box that players skip, larger than the buffers.
    let filler = 1_500_000_u32;
    video.extend(filler.to_be_bytes());
    video.extend(b"free");
    video.extend((8..filler).map(|index| index.to_le_bytes()[0]));
    for (number, piece) in (1..).zip([1000, 262_144, 262_145, 700_001, 5_000_000]) {
        let video_id = id(number);
        let mut incoming = fixture.storage.begin(video_id).await.unwrap();
        for bytes in video.chunks(piece) {
            incoming.write(bytes).await.unwrap();
        }
        let stored = incoming.finish().await.unwrap();
        assert!(
            fixture.read(stored.play()).await == video,
            "in pieces of {piece}"
        );
        stored.keep().await;
    }
}

#[tokio::test]
async fn a_storage_tells_what_came_in_what_became_of_it_and_what_was_sent() {
    let fixture = Fixture::without_ffmpeg("file");
    let stored = fixture.upload(id(1), DEMO_CLIP).await.unwrap();
    assert!(fixture.upload(id(2), b"hello").await.is_err());
    let stats = fixture.storage.stats();
    assert_eq!(stats.received_bytes, DEMO_CLIP.len() as u64 + 5);
    assert_eq!((stats.storing, stats.storing_micros.count()), (0, 2));
    assert_eq!((stats.covers_generated, stats.covers_of_frames), (1, 0));
    assert_eq!(stats.sent_bytes, 0);
    fixture.read(stored.play()).await;
    assert_eq!(fixture.storage.stats().sent_bytes, DEMO_CLIP.len() as u64);
}

#[tokio::test]
async fn what_is_not_a_video_is_refused_and_nothing_of_it_stays() {
    for kind in kinds("what_is_not_a_video_is_refused_and_nothing_of_it_stays") {
        let fixture = Fixture::of_kind(kind).await;
        for bytes in [
            &b""[..],
            b"hello",
            b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n",
            &DEMO_CLIP[..4000],
        ] {
            let refused = fixture.upload(id(1), bytes).await;
            assert!(
                matches!(refused, Err(MediaError::NotAVideo(_))),
                "{refused:?}"
            );
            assert_eq!(fixture.unfinished(), Vec::<String>::new());
            assert_eq!(fixture.stored().await, Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn an_upload_beyond_the_limit_is_refused_with_the_byte_that_is_too_much() {
    let limit = DEMO_CLIP.len() as u64;
    let mut options = without_ffmpeg();
    options.max_upload_bytes = limit;
    let fixture = Fixture::new("file", options);
    fixture
        .upload(id(1), DEMO_CLIP)
        .await
        .unwrap()
        .discard()
        .await;
    let mut incoming = fixture.storage.begin(id(1)).await.unwrap();
    incoming.write(DEMO_CLIP).await.unwrap();
    let refused = incoming.write(b"x").await;
    assert!(
        matches!(refused, Err(MediaError::TooLarge { limit: l }) if l == limit),
        "{refused:?}"
    );
    drop(incoming);
    wait_until(|| fixture.unfinished().is_empty()).await;
    assert_eq!(fixture.stored().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_cut_upload_leaves_nothing() {
    let fixture = Fixture::without_ffmpeg("file");
    let mut incoming = fixture.storage.begin(id(1)).await.unwrap();
    incoming.write(DEMO_CLIP).await.unwrap();
    assert_eq!(fixture.unfinished(), ["1"]);
    drop(incoming);
    wait_until(|| fixture.unfinished().is_empty()).await;
}

#[tokio::test]
async fn a_caller_who_goes_away_while_the_upload_is_finished_leaves_nothing() {
    for kind in kinds("a_caller_who_goes_away_while_the_upload_is_finished_leaves_nothing") {
        let fixture = Fixture::of_kind(kind).await;
        for number in 1..20 {
            let mut incoming = fixture.storage.begin(id(number)).await.unwrap();
            incoming.write(DEMO_CLIP).await.unwrap();
            let finishing = tokio::spawn(incoming.finish());
            for _ in 0..number {
                tokio::task::yield_now().await;
            }
            finishing.abort();
            if let Ok(Ok(stored)) = finishing.await {
                stored.discard().await;
            }
        }
        wait_until(|| fixture.unfinished().is_empty()).await;
        assert_eq!(fixture.stored().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_upload_that_is_finished_for_nobody_leaves_nothing() {
    let fixture = Fixture::without_ffmpeg("file");
    let mut incoming = fixture.storage.begin(id(1)).await.unwrap();
    incoming.write(DEMO_CLIP).await.unwrap();
    go_away_unheard(incoming.finish()).await;
    wait_until(|| fixture.unfinished().is_empty()).await;
    assert_eq!(fixture.stored().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_discarded_upload_leaves_nothing() {
    for kind in kinds("a_discarded_upload_leaves_nothing") {
        let fixture = Fixture::of_kind(kind).await;
        let stored = fixture.upload(id(1), DEMO_CLIP).await.unwrap();
        let play = stored.play().clone();
        stored.discard().await;
        assert!(
            fixture
                .storage
                .file(&play, Extent::Nothing)
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(fixture.unfinished(), Vec::<String>::new());
        assert_eq!(fixture.stored().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn two_uploads_of_one_id_at_a_time_do_not_mix() {
    let fixture = Fixture::without_ffmpeg("file");
    let mut first = fixture.storage.begin(id(1)).await.unwrap();
    assert!(matches!(
        fixture.storage.begin(id(1)).await,
        Err(MediaError::Io(_))
    ));
    first.write(DEMO_CLIP).await.unwrap();
    let stored = first.finish().await.unwrap();
    assert_eq!(fixture.read(stored.play()).await, DEMO_CLIP);
}

#[tokio::test]
async fn an_id_that_was_used_before_is_refused_and_its_files_stay() {
    let webm = include_bytes!("../recognise/seeds/vp8.webm");
    for kind in kinds("an_id_that_was_used_before_is_refused_and_its_files_stay") {
        let fixture = Fixture::of_kind(kind).await;
        let first = fixture.upload(id(1), DEMO_CLIP).await.unwrap();
        let (play, cover) = (first.play().clone(), first.cover().clone());
        let picture = fixture.read(&cover).await;
        first.keep().await;
        let mut clip = DEMO_CLIP.to_vec();
        clip.extend(b"\0\0\0\x08free");
        // Of the same name, and of another one beside the same cover.
        for again in [&clip[..], webm] {
            let refused = fixture.upload(id(1), again).await;
            assert!(
                matches!(&refused, Err(MediaError::Exists(key)) if *key == cover),
                "{refused:?}"
            );
            assert_eq!(fixture.read(&play).await, DEMO_CLIP);
            assert_eq!(fixture.read(&cover).await, picture);
            let other = MediaKey::new("videos/1.webm");
            assert!(
                fixture
                    .storage
                    .file(&other, Extent::Nothing)
                    .await
                    .unwrap()
                    .is_none()
            );
            assert_eq!(fixture.unfinished(), Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn a_refusal_says_why() {
    let fixture = Fixture::without_ffmpeg("file");
    let refused = fixture
        .upload(id(1), b"just some text, whatever its name")
        .await;
    let Err(MediaError::NotAVideo(reason)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(reason, NotAVideo::Unrecognised);
}
