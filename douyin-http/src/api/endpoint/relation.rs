//! `/relation/…`

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::lists::UserList;
use super::{Service, parameters};
use crate::api::params::Params;
use crate::api::reply::{Answer, Done, Envelope, FailureContext, Payload, reply};
use crate::api::urls::Urls;
use crate::api::view::FriendView;
use crate::api::viewer::Viewer;

/// Friends.
#[derive(Serialize, ToSchema)]
pub(crate) struct FriendList<'a> {
    user_list: Vec<FriendView<'a>>,
    /// Where to go on; empty at the end. Only where the request has `limit` or `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl Payload for FriendList<'_> {
    fn of_failure(context: FailureContext) -> Self {
        Self {
            user_list: Vec::new(),
            next_cursor: context.next_cursor(),
        }
    }
}

/// Follows a user, or ends it. Repeating it changes nothing.
#[utoipa::path(
    post, path = "/douyin/relation/action/", tag = "follows", operation_id = "relation_action",
    params(
        ("to_user_id" = i64, Query, description = "Whom."),
        ("action_type" = u8, Query, description = "1 follows, 2 ends it."),
        parameters::Token,
    ),
    responses((status = OK, body = Done)),
)]
pub(crate) async fn action(State(api): Service, viewer: Viewer, params: Params) -> Answer {
    let (whom, mark) = (
        params.require("to_user_id")?,
        params.require("action_type")?,
    );
    let _changed = api.douyin.follow(viewer.0, whom, mark).await?;
    reply(&())
}

/// Whom a user follows, latest follow first.
#[utoipa::path(
    get, path = "/douyin/relation/follow/list/", tag = "follows",
    params(parameters::Owner, parameters::Paging, parameters::Token),
    responses((status = OK, body = Envelope<UserList>)),
)]
pub(crate) async fn follows(
    State(api): Service,
    viewer: Option<Viewer>,
    params: Params,
    urls: Urls,
) -> Answer {
    let (owner, paging) = (params.owner(viewer)?, params.paging()?);
    let page = api
        .douyin
        .follows(Viewer::id(viewer), owner, paging.query)
        .await?;
    reply(&UserList::of(&page, &paging, &urls))
}

/// Who follows a user, latest follow first.
#[utoipa::path(
    get, path = "/douyin/relation/follower/list/", tag = "follows",
    params(parameters::Owner, parameters::Paging, parameters::Token),
    responses((status = OK, body = Envelope<UserList>)),
)]
pub(crate) async fn followers(
    State(api): Service,
    viewer: Option<Viewer>,
    params: Params,
    urls: Urls,
) -> Answer {
    let (owner, paging) = (params.owner(viewer)?, params.paging()?);
    let page = api
        .douyin
        .followers(Viewer::id(viewer), owner, paging.query)
        .await?;
    reply(&UserList::of(&page, &paging, &urls))
}

/// The friends of a user, who follow them and are followed by them, each with the newest message between them and the caller.
#[utoipa::path(
    get, path = "/douyin/relation/friend/list/", tag = "follows",
    params(parameters::Owner, parameters::Paging, parameters::Token),
    responses((status = OK, body = Envelope<FriendList>)),
)]
pub(crate) async fn friends(
    State(api): Service,
    viewer: Viewer,
    params: Params,
    urls: Urls,
) -> Answer {
    let (owner, paging) = (params.owner(Some(viewer))?, params.paging()?);
    let page = api.douyin.friends(viewer.0, owner, paging.query).await?;
    reply(&FriendList {
        user_list: FriendView::all(&page, &urls),
        next_cursor: paging.next(&page),
    })
}
