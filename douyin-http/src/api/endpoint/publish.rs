//! `/publish/…`

mod form;

use std::sync::Arc;

use axum::body::{Body, HttpBody as _};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use douyin_core::{Error, Upload};
use tracing::Instrument as _;
use utoipa::ToSchema;

use self::form::{CompleteUpload, UploadForm, discard};
use super::lists::VideoList;
use super::{Service, parameters};
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::params::Params;
use crate::api::reply::{Answer, Done, Envelope, reply};
use crate::api::status::Status;
use crate::api::urls::Urls;
use crate::api::viewer::{Network, Viewer};

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
    network: Network,
    params: Params,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let Ok(slot) = Arc::clone(&api.uploads).try_acquire_owned() else {
        return Err(Failure::new(Status::Busy).retry_after(1));
    };
    let declared_bytes = body.size_hint().lower();
    let mut chunks = body.into_data_stream();
    let form = UploadForm::open(&api, &params, &headers, declared_bytes);
    // A client that asked first sends nothing that nobody wants.
    let sends_anyway = form.is_ok() || !headers.contains_key(header::EXPECT);
    let received = async {
        let mut form = form?;
        form.count(network).await?;
        form.receive(&mut chunks).await?.complete().await
    };
    let receiving = received.instrument(tracing::trace_span!("receive"));
    let upload = match receiving.await {
        Ok(upload) => upload,
        Err(refused) => {
            drop(slot);
            if sends_anyway {
                discard(&api, chunks).await;
            }
            return Err(refused);
        }
    };
    // A task of its own: dropped halfway, it would leave files that no row names, or a row that its client knows nothing of.
    let publishing = async move {
        let published = publish(&api, upload).await;
        drop(slot);
        published
    };
    tokio::spawn(publishing.in_current_span())
        .await
        .map_err(|ended| Failure::new(Status::Internal).because(ended))??;
    reply(&())
}

async fn publish(api: &Api, upload: CompleteUpload) -> Result<(), Failure> {
    let CompleteUpload {
        publisher,
        title,
        file,
    } = upload;
    let stored = file.finish().await?;
    let upload = Upload {
        id: stored.id(),
        title,
        play: stored.play().clone(),
        cover: stored.cover().clone(),
        bytes: stored.bytes(),
    };
    // All of it has come in: it waits for its place rather than to have come for nothing.
    let place = api.gates.writes.wait().await;
    // Storing it and making its cover takes as long as somebody needs to sign out.
    if let Err(ended) = publisher.goes_on(api) {
        stored.discard().await;
        return Err(ended);
    }
    let committing = api.douyin.publish(publisher.0.user, upload);
    let published = committing.instrument(tracing::trace_span!("commit")).await;
    drop(place);
    match published {
        Ok(_) => stored.keep().await,
        Err(error) => {
            // Whatever else failed may have written the row: the next sweep of the storage asks.
            if matches!(error, Error::NotFound(_) | Error::Text(_)) {
                stored.discard().await;
            }
            return Err(error.into());
        }
    }
    Ok(())
}

/// The videos of a user, newest first.
#[utoipa::path(
    get, path = "/douyin/publish/list/", tag = "videos", operation_id = "publish_list",
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
        .published(Viewer::id(viewer), owner, paging.query)
        .await?;
    reply(&VideoList::of(&page, &paging, &urls, with_streams))
}
