//! `/favorite/…`

use axum::extract::State;

use super::lists::VideoList;
use super::{Service, parameters};
use crate::api::params::Params;
use crate::api::reply::{Answer, Done, Envelope, reply};
use crate::api::urls::Urls;
use crate::api::viewer::Viewer;

/// Likes a video, or takes the like back. Repeating it changes nothing.
#[utoipa::path(
    post, path = "/douyin/favorite/action/", tag = "likes", operation_id = "favorite_action",
    params(
        ("video_id" = i64, Query, description = "Which video."),
        ("action_type" = u8, Query, description = "1 likes it, 2 takes the like back."),
        parameters::Token,
    ),
    responses((status = OK, body = Done)),
)]
pub(crate) async fn action(State(api): Service, viewer: Viewer, params: Params) -> Answer {
    let (video, mark) = (params.require("video_id")?, params.require("action_type")?);
    let _changed = api.douyin.like(viewer.0, video, mark).await?;
    reply(&())
}

/// The videos that a user likes, latest like first.
#[utoipa::path(
    get, path = "/douyin/favorite/list/", tag = "likes", operation_id = "favorite_list",
    params(parameters::Owner, parameters::Paging, parameters::Streams, parameters::Token),
    responses((status = OK, body = Envelope<VideoList>)),
)]
pub(crate) async fn list(
    State(api): Service,
    viewer: Option<Viewer>,
    params: Params,
    urls: Urls,
) -> Answer {
    let (owner, paging) = (params.owner(viewer)?, params.paging()?);
    let with_streams = params.with_streams()?;
    let page = api
        .douyin
        .favorites(Viewer::id(viewer), owner, paging.query)
        .await?;
    reply(&VideoList::of(&page, &paging, &urls, with_streams))
}
