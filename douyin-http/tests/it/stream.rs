//! What streams a video, in every list of videos.

use douyin_core::port::MockStore;
use douyin_core::{Limits, MediaKey, Page, Video, VideoId};

use crate::app::{App, keys};
use crate::feed::VIDEO_KEYS;

const LISTS: [&str; 3] = [
    "/feed/?",
    "/publish/list/?user_id=7&",
    "/favorite/list/?user_id=7&",
];

/// A video that was prepared for streaming, and one that was not.
async fn two_videos() -> Page<Video> {
    let app = App::new();
    let alice = app.register("alice").await;
    let mut items = Vec::new();
    for stream in [Some("streams/1/5-1/main.m3u8"), None] {
        let id = app.publish(&alice, "").await;
        let video = app.douyin.video(None, VideoId::new(id).unwrap()).await;
        items.push(Video {
            stream: stream.map(MediaKey::new),
            ..video.unwrap()
        });
    }
    Page { items, next: None }
}

/// A service whose every list is this page.
fn listing(page: &Page<Video>) -> App {
    let mut store = MockStore::default();
    let [feed, published, favorites] = [page.clone(), page.clone(), page.clone()];
    let (videos, likes) = (&mut store.videos, &mut store.favorites);
    videos.expect_feed().returning(move |_, _| Ok(feed.clone()));
    videos
        .expect_published()
        .returning(move |_, _, _| Ok(published.clone()));
    likes
        .expect_favorites()
        .returning(move |_, _, _| Ok(favorites.clone()));
    App::over(store, Limits::default(), |api| api)
}

#[tokio::test]
async fn a_stream_is_named_to_those_who_ask_and_only_where_there_is_one() {
    let app = listing(&two_videos().await);
    for list in LISTS {
        let asked = app.get(&format!("{list}hls=1")).await;
        asked.assert_success();
        let [streamed, other] = [0, 1].map(|index| &asked.body["video_list"][index]);
        assert_eq!(
            streamed["hls_url"],
            "http://video.example.com/media/streams/1/5-1/main.m3u8"
        );
        let mut with_stream = VIDEO_KEYS.to_vec();
        with_stream.push("hls_url");
        with_stream.sort_unstable();
        assert_eq!(keys(streamed), with_stream, "{list}");
        assert_eq!(keys(other), VIDEO_KEYS, "{list}");
    }
}

#[tokio::test]
async fn who_does_not_ask_is_answered_as_ever() {
    let app = listing(&two_videos().await);
    for list in LISTS {
        for parameter in ["", "hls=", "hls=0"] {
            let answer = app.get(&format!("{list}{parameter}")).await;
            answer.assert_success();
            for video in answer.body["video_list"].as_array().unwrap() {
                assert_eq!(keys(video), VIDEO_KEYS, "{list}{parameter}");
            }
        }
        app.get(&format!("{list}hls=yes"))
            .await
            .assert_failure(1003);
    }
}
