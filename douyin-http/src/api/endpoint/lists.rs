//! Payloads that more than one theme answers.

use douyin_core::{Page, User, Video};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::params::{Paging, WithStreams};
use crate::api::reply::{FailureContext, Payload};
use crate::api::urls::Urls;
use crate::api::view::{USER_BYTES, UserView, VIDEO_BYTES, VideoView};

/// Videos.
#[derive(Serialize, ToSchema)]
pub(crate) struct VideoList<'a> {
    video_list: Vec<VideoView<'a>>,
    /// Where to go on; empty at the end. Only where the request has `limit` or `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// Users.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserList<'a> {
    user_list: Vec<UserView<'a>>,
    /// Where to go on; empty at the end. Only where the request has `limit` or `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl<'a> VideoList<'a> {
    pub(super) fn of(
        page: &'a Page<Video>,
        paging: &Paging,
        urls: &'a Urls,
        with_streams: WithStreams,
    ) -> Self {
        Self {
            video_list: VideoView::all(page, urls, with_streams),
            next_cursor: paging.next(page),
        }
    }
}

impl<'a> UserList<'a> {
    pub(super) fn of(page: &'a Page<User>, paging: &Paging, urls: &'a Urls) -> Self {
        Self {
            user_list: UserView::all(page, urls),
            next_cursor: paging.next(page),
        }
    }
}

impl Payload for VideoList<'_> {
    fn of_failure(context: FailureContext) -> Self {
        Self {
            video_list: Vec::new(),
            next_cursor: context.next_cursor(),
        }
    }

    fn typical_bytes(&self) -> usize {
        self.video_list.len() * VIDEO_BYTES
    }
}

impl Payload for UserList<'_> {
    fn of_failure(context: FailureContext) -> Self {
        Self {
            user_list: Vec::new(),
            next_cursor: context.next_cursor(),
        }
    }

    fn typical_bytes(&self) -> usize {
        self.user_list.len() * USER_BYTES
    }
}
