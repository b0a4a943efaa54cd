//! `/comment/…`

use axum::extract::State;
use douyin_core::Mark;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Service, parameters};
use crate::api::params::Params;
use crate::api::reply::{Answer, Envelope, FailureContext, Payload, reply};
use crate::api::urls::Urls;
use crate::api::view::CommentView;
use crate::api::viewer::Viewer;

/// The comment that was added, and nothing for one that was deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct CommentAction<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    comment: Option<CommentView<'a>>,
}

/// Comments.
#[derive(Serialize, ToSchema)]
pub(crate) struct CommentList<'a> {
    comment_list: Vec<CommentView<'a>>,
    /// Where to go on; empty at the end. Only where the request has `limit` or `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl Payload for CommentAction<'_> {
    fn of_failure(_: FailureContext) -> Self {
        Self { comment: None }
    }
}

impl Payload for CommentList<'_> {
    fn of_failure(context: FailureContext) -> Self {
        Self {
            comment_list: Vec::new(),
            next_cursor: context.next_cursor(),
        }
    }
}

/// Comments on a video, or deletes a comment: one's own, or one below one's own video.
#[utoipa::path(
    post, path = "/douyin/comment/action/", tag = "comments", operation_id = "comment_action",
    params(
        ("video_id" = i64, Query, description = "Which video."),
        ("action_type" = u8, Query, description = "1 adds `comment_text`, 2 deletes `comment_id`."),
        ("comment_text" = Option<String>, Query, description = "What to say: 1 to 1024 characters."),
        ("comment_id" = Option<i64>, Query, description = "Which comment to delete."),
        parameters::Token,
    ),
    responses((status = OK, body = Envelope<CommentAction>)),
)]
pub(crate) async fn action(
    State(api): Service,
    viewer: Viewer,
    params: Params,
    urls: Urls,
) -> Answer {
    let video = params.require("video_id")?;
    match params.require("action_type")? {
        Mark::On => {
            let text = params.require_text("comment_text")?;
            let comment = api.douyin.comment(viewer.0, video, &text).await?;
            let comment = Some(CommentView::new(&comment, &urls, &api.time_zone));
            reply(&CommentAction { comment })
        }
        Mark::Off => {
            let comment = params.require("comment_id")?;
            api.douyin.delete_comment(viewer.0, video, comment).await?;
            reply(&CommentAction { comment: None })
        }
    }
}

/// The comments below a video, newest first.
#[utoipa::path(
    get, path = "/douyin/comment/list/", tag = "comments", operation_id = "comment_list",
    params(("video_id" = i64, Query, description = "Which video."), parameters::Paging, parameters::Token),
    responses((status = OK, body = Envelope<CommentList>)),
)]
pub(crate) async fn list(
    State(api): Service,
    viewer: Option<Viewer>,
    params: Params,
    urls: Urls,
) -> Answer {
    let (video, paging) = (params.require("video_id")?, params.paging()?);
    let page = api
        .douyin
        .comments(Viewer::id(viewer), video, paging.query)
        .await?;
    reply(&CommentList {
        comment_list: CommentView::all(&page, &urls, &api.time_zone),
        next_cursor: paging.next(&page),
    })
}
