//! Publishing an upload of which another attempt has written the row, though nobody was told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use douyin_core::port::MockStore;
use douyin_core::{Entity, Limits, MediaKey, StoreError, Upload, UserId, Video, VideoId};
use douyin_media::DEMO_CLIP;

use super::publishing::{ids, videos_in};
use super::{Tus, id};
use crate::app::App;

#[tokio::test]
async fn a_video_that_was_deleted_does_not_come_back_where_its_upload_was_left() {
    let app = App::new();
    let alice = app.register("alice").await;
    let tus = Tus::new(&app, &alice);
    let place = tus.complete(DEMO_CLIP).await;
    // What a server committed before it was killed.
    let video = VideoId::new(id(&place).parse().unwrap()).unwrap();
    let upload = Upload {
        id: video,
        title: String::new(),
        play: MediaKey::new(format!("videos/{video}.mp4")),
        cover: MediaKey::new(format!("covers/{video}.jpg")),
        bytes: 0,
    };
    let published = app.douyin.publish(UserId::new(alice.id).unwrap(), upload);
    published.await.unwrap();
    let token = &alice.token;
    let delete = format!("/publish/delete/?video_id={video}&token={token}");
    app.post(&delete).await.assert_success();

    let publish = format!("/publish/action/?upload={video}&token={token}");
    for _ in 0..2 {
        app.post(&publish).await.assert_failure(4005);
    }
    assert!(ids(&app, &alice).await.is_empty());
    app.left_nothing_behind().await;
}

/// A video of somebody.
async fn some_video() -> Video {
    let app = App::new();
    let alice = app.register("alice").await;
    let id = app.publish(&alice, "").await;
    let video = app.douyin.video(None, VideoId::new(id).unwrap()).await;
    video.unwrap()
}

/// A service whose store refuses to publish, and has a row by then.
fn refusing(video: Video, why: fn() -> StoreError) -> App {
    let mut store = MockStore::default();
    let is_there = Arc::new(AtomicBool::new(false));
    let becomes_there = Arc::clone(&is_there);
    let videos = &mut store.videos;
    videos.expect_publish().returning(move |_| {
        becomes_there.store(true, Ordering::Relaxed);
        Err(why())
    });
    videos
        .expect_video()
        .returning(move |_, _| Ok(is_there.load(Ordering::Relaxed).then(|| video.clone())));
    App::over(store, Limits::default(), |api| api)
}

#[tokio::test]
async fn an_upload_that_has_a_row_is_published_whatever_this_attempt_is_told() {
    let video = some_video().await;
    let refusals: [fn() -> StoreError; 3] = [
        || StoreError::Taken,
        || StoreError::OverQuota,
        || StoreError::NotFound(Entity::User),
    ];
    for why in refusals {
        let app = refusing(video.clone(), why);
        let token = app.token_of(video.author.id.get());
        let tus = Tus {
            app: &app,
            token: &token,
        };
        let place = tus.complete(DEMO_CLIP).await;
        let path = format!("/publish/action/?upload={}&token={token}", id(&place));
        for _ in 0..2 {
            app.post(&path).await.assert_success();
            assert_eq!(videos_in(&app), 1, "{:?}", why());
        }
    }
}
