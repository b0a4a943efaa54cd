//! `/feed/`

use axum::extract::State;
use douyin_core::{FeedQuery, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Service, parameters};
use crate::api::params::Params;
use crate::api::reply::{Answer, Envelope, FailureContext, Payload, reply};
use crate::api::urls::Urls;
use crate::api::view::{VIDEO_BYTES, VideoView};
use crate::api::viewer::Viewer;

/// A page of the feed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Feed<'a> {
    video_list: Vec<VideoView<'a>>,
    /// What to pass as `latest_time` for the next page, in milliseconds; now where this one is empty.
    next_time: i64,
    /// Where to go on; empty at the end. Only where the request has `limit` or `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl Payload for Feed<'_> {
    fn of_failure(context: FailureContext) -> Self {
        Self {
            video_list: Vec::new(),
            next_time: context.now.as_millis(),
            next_cursor: context.next_cursor(),
        }
    }

    fn typical_bytes(&self) -> usize {
        self.video_list.len() * VIDEO_BYTES
    }
}

/// All videos, newest first.
#[utoipa::path(
    get, path = "/douyin/feed/", tag = "videos",
    params(
        ("latest_time" = Option<i64>, Query, description = "Only videos strictly older, in seconds or milliseconds; now where \
            absent, not positive, or not a number."),
        parameters::Paging, parameters::Streams, parameters::Token,
    ),
    responses((status = OK, body = Envelope<Feed>)),
)]
pub(crate) async fn feed(
    State(api): Service,
    viewer: Option<Viewer>,
    params: Params,
    urls: Urls,
) -> Answer {
    let (paging, with_streams) = (params.paging()?, params.with_streams()?);
    let query = FeedQuery {
        // Whatever is not an instant means now: the app sends what it finds.
        latest: params.get::<Timestamp>("latest_time").unwrap_or_default(),
        limit: paging.query.limit,
        cursor: paging.query.cursor,
    };
    let page = api.douyin.feed(Viewer::id(viewer), query).await?;
    reply(&Feed {
        video_list: VideoView::all(&page.videos, &urls, with_streams),
        next_time: page.next_time.as_millis(),
        next_cursor: paging.next(&page.videos),
    })
}
