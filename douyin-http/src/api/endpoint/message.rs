//! `/message/…`

use axum::extract::State;
use axum::http::{HeaderMap, header};
use douyin_core::{ChatQuery, Mark, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Service, parameters};
use crate::api::ChatIncremental;
use crate::api::error::Failure;
use crate::api::params::Params;
use crate::api::reply::{Answer, Done, Envelope, FailureContext, Payload, reply};
use crate::api::view::MessageView;
use crate::api::viewer::Viewer;

/// Messages.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageList<'a> {
    message_list: Vec<MessageView<'a>>,
    /// Where to go on; empty at the end. Only where the request has `limit` or `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl Payload for MessageList<'_> {
    fn of_failure(context: FailureContext) -> Self {
        Self {
            message_list: Vec::new(),
            next_cursor: context.next_cursor(),
        }
    }
}

/// Sends a message.
#[utoipa::path(
    post, path = "/douyin/message/action/", tag = "messages", operation_id = "message_action",
    params(
        ("to_user_id" = i64, Query, description = "To whom."),
        ("action_type" = u8, Query, description = "1 sends it."),
        ("content" = String, Query, description = "What to say: 1 to 1024 characters."),
        parameters::Token,
    ),
    responses((status = OK, body = Done)),
)]
pub(crate) async fn action(State(api): Service, viewer: Viewer, params: Params) -> Answer {
    let to: UserId = params.require("to_user_id")?;
    if params.require::<Mark>("action_type")? != Mark::On {
        return Err(Failure::invalid("action_type"));
    }
    let content = params.require_text("content")?;
    api.douyin.send(viewer.0, to, &content).await?;
    reply(&())
}

/// A conversation, oldest message first: the newest messages of both, or those after an instant.
#[utoipa::path(
    get, path = "/douyin/message/chat/", tag = "messages",
    params(
        ("to_user_id" = i64, Query, description = "With whom."),
        ("pre_msg_time" = Option<i64>, Query, description = "Only messages strictly after it, in seconds or milliseconds; the \
            newest where absent or 0."),
        ("include_self" = Option<u8>, Query, description = "1: also the caller's own messages after `pre_msg_time`."),
        parameters::Paging, parameters::Token,
    ),
    responses((status = OK, body = Envelope<MessageList>)),
)]
pub(crate) async fn chat(
    State(api): Service,
    viewer: Viewer,
    params: Params,
    headers: HeaderMap,
) -> Answer {
    let (peer, paging) = (params.require("to_user_id")?, params.paging()?);
    let query = ChatQuery {
        since: params.get("pre_msg_time")?,
        incoming_only: match api.chat_incremental {
            ChatIncremental::Auto => !(is_browser(&headers) || asks_for_its_own(&params)?),
            ChatIncremental::Incoming => true,
            ChatIncremental::Both => false,
        },
        limit: paging.query.limit,
        cursor: paging.query.cursor,
    };
    let page = api.douyin.chat(viewer.0, peer, query).await?;
    reply(&MessageList {
        message_list: MessageView::all(&page),
        next_cursor: paging.next(&page),
    })
}

/// Every browser says that it is compatible with Mozilla (RFC 9110, section 10.1.5 regrets it); no HTTP library does.
fn is_browser(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT);
    agent.is_some_and(|agent| agent.as_bytes().starts_with(b"Mozilla/"))
}

fn asks_for_its_own(params: &Params) -> Result<bool, Failure> {
    Ok(params
        .text("include_self")?
        .is_some_and(|value| value == "1"))
}
