//! `/publish/…`

mod form;
mod from_upload;

use std::sync::Arc;

use axum::extract::{Request, State};
use douyin_core::{Entity, Error, StoreError, Upload, UserId, VideoId};
use douyin_media::Stored;
use tracing::Instrument as _;
use utoipa::ToSchema;

use self::form::{CompleteForm, UploadForm, Wanting};
use self::from_upload::Wanted;
use super::form::{FormBody, Terms, boundary};
use super::lists::VideoList;
use super::{Service, parameters};
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::limits::Action;
use crate::api::params::Params;
use crate::api::reply::{Answer, Done, Envelope, reply};
use crate::api::slots::{Slot, Uploader};
use crate::api::status::Status;
use crate::api::urls::Urls;
use crate::api::viewer::{CurrentSession, Network, Viewer};

/// How the document describes the form.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "its fields are read by the derive that describes them"
)]
pub(crate) struct PublishForm {
    /// The video; its name and media type do not matter.
    #[schema(value_type = Option<String>, format = Binary)]
    data: Option<Vec<u8>>,
    /// An upload that came in by `/upload/`, in place of the file. Asked once more after it was published, that is a success.
    #[schema(value_type = Option<i64>)]
    upload: Option<VideoId>,
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
    uploader: Uploader,
    params: Params,
    request: Request,
) -> Answer {
    let (parts, mut body) = request.into_parts();
    let most = api.media.options().max_upload_bytes;
    let Some(boundary) = boundary(&parts.headers) else {
        let named = async {
            let wanted = Wanted::read(&api, &parts, &mut body).await?;
            let user = wanted.publisher.0.user;
            let limits = &api.limits;
            let admitted = limits.admit(Action::Publishing, network.0, Some(user));
            admitted.await?;
            Ok((api.slots.take(uploader, Some(user))?.settle()?, wanted))
        };
        return match named.await {
            Ok((slot, wanted)) => publish(api, slot, Wanting::Upload(wanted)).await,
            Err(refused) => {
                let body = FormBody::of(&parts.headers, body);
                Err(body.refuse(refused, most).await)
            }
        };
    };
    let mut body = FormBody::of(&parts.headers, body);
    let received = async {
        let terms = Terms {
            network,
            uploader,
            action: Action::Publishing,
            slots: &api.slots,
            texts: form::TEXTS,
            always_keeps_pace: false,
        };
        let form = UploadForm::open(&api, &params, terms, boundary, &mut body).await?;
        form.receive().await
    };
    let receiving = received.instrument(tracing::trace_span!("receive"));
    match receiving.await {
        Ok((slot, wanting)) => publish(api, slot, wanting).await,
        Err(refused) => Err(body.refuse(refused, most).await),
    }
}

/// In a task of its own: dropped halfway, it would leave files that no row names, or a row that its client knows nothing of.
async fn publish(api: Arc<Api>, slot: Slot, wanting: Wanting) -> Answer {
    let publishing = async move {
        let published = match wanting {
            Wanting::File(upload) => {
                let CompleteForm {
                    publisher,
                    title,
                    file,
                } = upload;
                let stored = file.finish().await?;
                commit(&api, publisher, title, stored).await
            }
            Wanting::Upload(wanted) => wanted.publish(&api).await,
        };
        drop(slot);
        published
    };
    tokio::spawn(publishing.in_current_span())
        .await
        .map_err(|ended| Failure::new(Status::Internal).because(ended))??;
    reply(&())
}

/// Commits the row of a video whose files are stored.
async fn commit(
    api: &Api,
    publisher: CurrentSession,
    title: String,
    stored: Stored,
) -> Result<(), Failure> {
    let upload = Upload {
        id: stored.id(),
        title,
        play: stored.play().clone(),
        cover: stored.cover().clone(),
        bytes: stored.bytes(),
    };
    // All of it has come in: it waits for its place rather than to have come for nothing.
    let place = api.gates.writes.wait().await;
    let author = publisher.0.user;
    // Storing it and making its cover takes as long as somebody needs to sign out.
    if let Err(ended) = publisher.goes_on(api) {
        drop(place);
        settle_refused(api, author, stored).await?;
        return Err(ended);
    }
    let committing = api.douyin.publish(author, upload);
    let committed = committing.instrument(tracing::trace_span!("commit")).await;
    drop(place);
    let Err(error) = committed else {
        stored.keep().await;
        return Ok(());
    };
    let is_gone = stored.may_have_a_row() && matches!(error, Error::Store(StoreError::Taken));
    let is_refused = matches!(
        error,
        Error::NotFound(_) | Error::Text(_) | Error::OverQuota
    );
    // Whatever else failed may have written the row: the next sweep of the storage asks.
    if (is_gone || is_refused) && settle_refused(api, author, stored).await? {
        return Ok(());
    }
    Err(if is_gone {
        // There was such a video, which was deleted.
        Failure::new(Status::UploadNotFound)
    } else {
        error.into()
    })
}

/// Removes files that this attempt has no row for, unless another one has. Answers whether that is so; where it cannot be found out, the next
/// sweep of the storage asks.
async fn settle_refused(api: &Api, author: UserId, stored: Stored) -> Result<bool, Failure> {
    let is_published = stored.may_have_a_row() && is_published(api, author, stored.id()).await?;
    if is_published {
        stored.keep().await;
    } else {
        stored.discard().await;
    }
    Ok(is_published)
}

async fn is_published(api: &Api, author: UserId, video: VideoId) -> Result<bool, Failure> {
    match api.douyin.video(Some(author), video).await {
        Ok(video) => Ok(video.author.id == author),
        Err(Error::NotFound(Entity::Video)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Deletes a video of the caller. It is in no list any more from then on; doing it twice is a failure.
#[utoipa::path(
    post, path = "/douyin/publish/delete/", tag = "videos", operation_id = "publish_delete",
    params(("video_id" = i64, Query, description = "Which video."), parameters::Token),
    responses((status = OK, body = Done)),
)]
pub(crate) async fn delete(State(api): Service, viewer: Viewer, params: Params) -> Answer {
    let video = params.require("video_id")?;
    api.douyin.delete_video(viewer.0, video).await?;
    reply(&())
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
