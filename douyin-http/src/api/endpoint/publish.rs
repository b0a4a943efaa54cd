//! `/publish/…`

mod form;

use axum::body::{Body, HttpBody as _};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use douyin_core::{Error, StoreError, Upload};
use utoipa::ToSchema;

use self::form::{UploadForm, discard};
use super::lists::VideoList;
use super::{Service, parameters};
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::params::Params;
use crate::api::reply::{Answer, Done, Envelope, reply};
use crate::api::status::Status;
use crate::api::urls::Urls;
use crate::api::view::VideoView;
use crate::api::viewer::Viewer;

/// How the document describes the form.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "its fields are read by the derive that describes them"
)]
pub(crate) struct PublishForm {
    /// The video; its name and media type do not matter.
    #[schema(value_type = String, format = Binary)]
    data: Vec<u8>,
    /// At most 1024 characters.
    title: Option<String>,
    /// The caller's token; the query string and the `Authorization` header do as well.
    token: Option<String>,
}

/// Publishes a video. From then on it is in every list, with its cover.
#[utoipa::path(
    post, path = "/douyin/publish/action/", tag = "videos", operation_id = "publish_action",
    request_body(content = PublishForm, content_type = "multipart/form-data"),
    responses((status = OK, body = Done)),
)]
pub(crate) async fn action(
    State(api): Service,
    params: Params,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let Ok(_slot) = api.uploads.try_acquire() else {
        return Err(Failure::new(Status::Busy).retry_after(1));
    };
    let declared_bytes = body.size_hint().lower();
    let mut chunks = body.into_data_stream();
    let form = match UploadForm::open(&api, &params, &headers, declared_bytes) {
        Ok(form) => form.receive(&mut chunks).await,
        // A client that asked first will not send what nobody wants.
        Err(refused) if headers.contains_key(header::EXPECT) => return Err(refused),
        Err(refused) => Err(refused),
    };
    match form {
        Ok(form) => publish(&api, form).await,
        Err(refused) => {
            discard(&api, chunks).await;
            Err(refused)
        }
    }
}

async fn publish(api: &Api, form: UploadForm<'_>) -> Answer {
    let (viewer, title, file) = form.complete()?;
    let stored = file.finish().await?;
    let upload = Upload {
        id: stored.id(),
        title,
        play: stored.play().clone(),
        cover: stored.cover().clone(),
    };
    match api.douyin.publish(viewer.0, upload).await {
        Ok(_) => stored.keep().await,
        // It may have been published: the next sweep of the storage asks.
        Err(error @ Error::Store(StoreError::Unavailable(_))) => return Err(error.into()),
        Err(error) => {
            stored.discard().await;
            return Err(error.into());
        }
    }
    reply(&())
}

/// The videos of a user, newest first.
#[utoipa::path(
    get, path = "/douyin/publish/list/", tag = "videos", operation_id = "publish_list",
    params(parameters::Owner, parameters::Paging, parameters::Token),
    responses((status = OK, body = Envelope<VideoList>)),
)]
pub(crate) async fn list(
    State(api): Service,
    viewer: Option<Viewer>,
    params: Params,
    urls: Urls,
) -> Answer {
    let (owner, paging) = (params.owner(viewer)?, params.paging()?);
    let page = api
        .douyin
        .published(Viewer::id(viewer), owner, paging.query)
        .await?;
    reply(&VideoList {
        video_list: VideoView::all(&page, &urls),
        next_cursor: paging.next(&page),
    })
}
