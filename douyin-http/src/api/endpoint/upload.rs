//! `/upload/…`: uploads that go on where they broke off, by the [tus protocol](https://tus.io/protocols/resumable-upload) in version 1.0.0 with the
//! extensions creation, termination and expiration.

mod headers;
pub(crate) mod protocol;

use axum::body::{Body, HttpBody as _};
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use douyin_core::{UserId, VideoId};
use douyin_media::{
    ResumableBounds, ResumableError, ResumableProgress, ResumableUpload, ResumableWriter,
};
use futures_util::StreamExt as _;

use self::headers::{BYTES, Metadata, number};
use super::form::FormBody;
use super::{Service, parameters};
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::limits::Action;
use crate::api::params::{Parameter as _, Params};
use crate::api::slots::{Slot, Uploader};
use crate::api::status::Status;
use crate::api::urls::mount;
use crate::api::viewer::{CurrentSession, Network};

type Answer = Result<Response, Failure>;

/// What the server can do of the protocol.
#[utoipa::path(
    options, path = "/douyin/upload/", tag = "uploads", operation_id = "upload_options",
    responses((status = NO_CONTENT, headers(
        ("Tus-Version" = String), ("Tus-Extension" = String), ("Tus-Max-Size" = u64),
    ))),
)]
pub(crate) async fn options(State(api): Service) -> Response {
    let headers = [
        (
            headers::VERSIONS,
            HeaderValue::from_static(protocol::VERSION),
        ),
        (
            headers::EXTENSIONS,
            HeaderValue::from_static(protocol::EXTENSIONS),
        ),
        (
            headers::MAX_SIZE,
            api.media.options().max_upload_bytes.into(),
        ),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Begins an upload. `Location` says where its bytes are sent; the last part of it is the `upload` that publishes it.
#[utoipa::path(
    post, path = "/douyin/upload/", tag = "uploads", operation_id = "upload_create",
    params(
        parameters::Token,
        ("Tus-Resumable" = String, Header, description = "`1.0.0`."),
        ("Upload-Length" = u64, Header, description = "How many bytes it will have."),
        ("Upload-Metadata" = Option<String>, Header, description = "Told again with `HEAD`; at most 4 KiB."),
    ),
    responses((status = CREATED, headers(("Location" = String), ("Upload-Expires" = String)))),
)]
pub(crate) async fn create(
    State(api): Service,
    network: Network,
    params: Params,
    OriginalUri(original): OriginalUri,
    uri: Uri,
    headers: HeaderMap,
) -> Answer {
    let owner = caller(&api, &params)?;
    let length = number(&headers, &headers::LENGTH)?;
    let metadata = Metadata::of(&headers)?;
    let limit = api.media.options().max_upload_bytes;
    if length > limit {
        return Err(Failure::file_too_large(limit));
    }
    if length == 0 {
        return Err(Failure::new(Status::FileEmpty));
    }
    let limits = &api.limits;
    limits
        .admit(Action::Publishing, network.0, Some(owner))
        .await?;
    let room = api.douyin.room_of(owner).await?;
    if room.is_some_and(|room| length > room) {
        return Err(Failure::new(Status::OverQuota));
    }
    let (id, now) = (api.douyin.new_video_id()?, api.douyin.now());
    let upload = ResumableUpload {
        id,
        owner,
        // Everybody's come from a proxy that is trusted.
        network: network.0.filter(|it| !api.trusted_proxies.trusts(*it)),
        length,
        kept_millis: api.resumable.kept_millis(),
        metadata: metadata.0,
    };
    let bounds = ResumableBounds {
        of_one: api.resumable.of_account,
        of_network: api.resumable.of_address,
        in_all: api.resumable.in_all,
        bytes_of_one: room,
    };
    let expires = headers::date(now.plus_millis(upload.kept_millis));
    api.media.begin_resumable(upload, bounds, now).await?;
    let place = format!("{}/douyin/upload/{id}", mount(&original, &uri));
    let place = HeaderValue::try_from(place)
        .map_err(|error| Failure::new(Status::Internal).because(error))?;
    let headers = [(header::LOCATION, place), (headers::EXPIRES, expires)];
    Ok((StatusCode::CREATED, headers).into_response())
}

/// How much of an upload is there.
#[utoipa::path(
    head, path = "/douyin/upload/{id}/", tag = "uploads", operation_id = "upload_look",
    params(
        parameters::Token,
        ("id" = i64, Path, description = "The upload."),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`."),
    ),
    responses((status = OK, headers(
        ("Upload-Offset" = u64), ("Upload-Length" = u64), ("Upload-Expires" = String), ("Upload-Metadata" = String),
    ))),
)]
pub(crate) async fn look(
    State(api): Service,
    network: Network,
    params: Params,
    Path(id): Path<String>,
) -> Answer {
    let (owner, id) = (caller(&api, &params)?, upload_id(&id)?);
    let limits = &api.limits;
    limits
        .admit(Action::Reading, network.0, Some(owner))
        .await?;
    let now = api.douyin.now();
    let (upload, progress) = api.media.resumable(id, owner, now).await?;
    let mut response = answer(StatusCode::OK, &upload, progress);
    let headers = response.headers_mut();
    headers.insert(headers::LENGTH, upload.length.into());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(metadata) = HeaderValue::try_from(upload.metadata)
        && !metadata.is_empty()
    {
        headers.insert(headers::METADATA, metadata);
    }
    Ok(response)
}

/// Takes further bytes of an upload, from where it ended so far. Whatever comes in is kept, also where the connection breaks. Another
/// request that still brings bytes of it ends then, with 423.
#[utoipa::path(
    patch, path = "/douyin/upload/{id}/", tag = "uploads", operation_id = "upload_append",
    params(
        parameters::Token,
        ("id" = i64, Path, description = "The upload."),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`."),
        ("Upload-Offset" = u64, Header, description = "How many bytes are there: 409 where that is not so."),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = NO_CONTENT, headers(("Upload-Offset" = u64), ("Upload-Expires" = String)))),
)]
pub(crate) async fn append(
    State(api): Service,
    network: Network,
    uploader: Uploader,
    params: Params,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let declared_bytes = body.size_hint().lower();
    let mut body = FormBody::of(&headers, body);
    let received = async {
        let (owner, id) = (caller(&api, &params)?, upload_id(&id)?);
        let limits = &api.limits;
        limits
            .admit(Action::Writing, network.0, Some(owner))
            .await?;
        if headers
            .get(header::CONTENT_TYPE)
            .is_none_or(|value| value != BYTES)
        {
            return Err(Failure::new(Status::WrongMediaType).with("type", &BYTES));
        }
        let offset = number(&headers, &headers::OFFSET)?;
        // Who has the upload lets its slot go with it: there is one for this request then.
        let writer = api
            .media
            .resume(id, owner, offset, api.douyin.now())
            .await?;
        let slot = api.slots.take(uploader, Some(owner))?;
        receive(&api, slot, (writer, offset), declared_bytes, &mut body).await
    };
    match received.await {
        Ok(answer) => Ok(answer),
        Err(refused) => Err(body
            .refuse(refused, api.media.options().max_upload_bytes)
            .await),
    }
}

async fn receive(
    api: &Api,
    slot: Slot,
    (mut writer, offset): (ResumableWriter, u64),
    declared_bytes: u64,
    chunks: &mut FormBody,
) -> Answer {
    let upload = writer.upload().clone();
    if declared_bytes > upload.length - offset {
        return Err(ResumableError::BeyondLength.into());
    }
    let received = tokio::select! {
        biased;
        lost = slot.lost() => Err(lost),
        received = write_all(api, (upload.owner, offset), &mut writer, chunks) => received,
    };
    // Before the upload: whoever waits for that needs one too.
    drop(slot);
    // What came before something went wrong is kept.
    let kept = writer.finish().await;
    // Where both failed, the first failure is why.
    received?;
    Ok(answer(StatusCode::NO_CONTENT, &upload, kept?))
}

/// Writes what comes, until its end, or until another request needs the upload: this one may be of a connection that is gone. Bytes count for
/// their owner as they come: what was only announced costs nothing.
async fn write_all(
    api: &Api,
    (owner, offset): (UserId, u64),
    writer: &mut ResumableWriter,
    chunks: &mut FormBody,
) -> Result<(), Failure> {
    let mut end = offset;
    loop {
        let chunk = tokio::select! {
            () = writer.asked_for() => return Err(ResumableError::InUse.into()),
            chunk = chunks.next() => chunk,
        };
        let Some(chunk) = chunk else { return Ok(()) };
        let chunk = chunk.map_err(|error| Failure::unread(Status::UploadCut, error))?;
        let before = end;
        end = before.saturating_add(chunk.len() as u64);
        api.limits.admit_bytes(owner, end, before)?;
        writer.write(&chunk, api.douyin.now()).await?;
    }
}

/// Gives an upload up.
#[utoipa::path(
    delete, path = "/douyin/upload/{id}/", tag = "uploads", operation_id = "upload_terminate",
    params(
        parameters::Token,
        ("id" = i64, Path, description = "The upload."),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`."),
    ),
    responses((status = NO_CONTENT)),
)]
pub(crate) async fn terminate(
    State(api): Service,
    network: Network,
    params: Params,
    Path(id): Path<String>,
) -> Answer {
    let (owner, id) = (caller(&api, &params)?, upload_id(&id)?);
    let limits = &api.limits;
    limits
        .admit(Action::Writing, network.0, Some(owner))
        .await?;
    let now = api.douyin.now();
    api.media.remove_resumable(id, owner, now).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn caller(api: &Api, params: &Params) -> Result<UserId, Failure> {
    let session = CurrentSession::of_token(api, params.token().as_deref())?;
    Ok(session.0.user)
}

/// What is no number is no upload.
fn upload_id(text: &str) -> Result<VideoId, Failure> {
    VideoId::parse(text).ok_or(Failure::new(Status::UploadNotFound))
}

fn answer(status: StatusCode, upload: &ResumableUpload, progress: ResumableProgress) -> Response {
    let headers = [
        (headers::OFFSET, progress.offset.into()),
        (headers::EXPIRES, headers::date(upload.expires(progress))),
    ];
    (status, headers).into_response()
}
