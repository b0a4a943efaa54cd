//! `/user/avatar/` and `/user/background/`

use std::sync::Arc;

use axum::extract::{Request, State};
use bytes::{Bytes, BytesMut};
use douyin_core::{Error, PictureKind, User, UserId};
use douyin_media::MediaError;
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::Service;
use super::form::{FormBody, IncomingForm, Piece, Terms, boundary};
use super::profile::Profile;
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::limits::Action;
use crate::api::params::Params;
use crate::api::reply::{Answer, Envelope, reply};
use crate::api::slots::{Slot, Uploader};
use crate::api::status::Status;
use crate::api::urls::Urls;
use crate::api::viewer::{CurrentSession, Network};

/// Whoever sends a photograph that is so many times too large is still told so.
const TIMES_TOO_LARGE: u64 = 4;

/// How the document describes the form.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "its fields are read by the derive that describes them"
)]
pub(crate) struct PictureForm {
    /// A JPEG, PNG, WebP or GIF, of at most 8 MB; its name and media type do not matter.
    #[schema(value_type = String, format = Binary)]
    data: Vec<u8>,
    /// The caller's token; the query string and the `Authorization` header do as well.
    token: Option<String>,
}

/// Changes the caller's picture, and answers the user as they are from then on. It is cut to a square and made anew: nothing of the file is
/// left but what it shows. `clear=avatar` of `/user/profile/` brings the default one back.
#[utoipa::path(
    post, path = "/douyin/user/avatar/", tag = "users",
    request_body(content = PictureForm, content_type = "multipart/form-data"),
    responses((status = OK, body = Envelope<Profile>)),
)]
pub(crate) async fn avatar(
    State(api): Service,
    network: Network,
    uploader: Uploader,
    params: Params,
    urls: Urls,
    request: Request,
) -> Answer {
    let change = Change {
        kind: PictureKind::Avatar,
        network,
        params,
    };
    let user = change.receive(&api, uploader, request).await?;
    reply(&Profile::of(&user, &urls))
}

/// Changes the picture behind the caller's profile, and answers the user as they are from then on. It is made anew, as an avatar is.
/// `clear=background` of `/user/profile/` brings the default one back.
#[utoipa::path(
    post, path = "/douyin/user/background/", tag = "users",
    request_body(content = PictureForm, content_type = "multipart/form-data"),
    responses((status = OK, body = Envelope<Profile>)),
)]
pub(crate) async fn background(
    State(api): Service,
    network: Network,
    uploader: Uploader,
    params: Params,
    urls: Urls,
    request: Request,
) -> Answer {
    let change = Change {
        kind: PictureKind::Background,
        network,
        params,
    };
    let user = change.receive(&api, uploader, request).await?;
    reply(&Profile::of(&user, &urls))
}

/// A picture that somebody wants to change, as far as it is known before its body.
struct Change {
    kind: PictureKind,
    network: Network,
    params: Params,
}

/// A picture that came in, and whose it is to be.
struct Received {
    session: CurrentSession,
    picture: Bytes,
}

impl Change {
    async fn receive(
        self,
        api: &Arc<Api>,
        uploader: Uploader,
        request: Request,
    ) -> Result<User, Failure> {
        let (parts, body) = request.into_parts();
        let most = api.media.options().picture.bytes;
        let mut body = FormBody::of(&parts.headers, body);
        let received = async {
            let boundary = boundary(&parts.headers).ok_or(Failure::new(Status::NotMultipart))?;
            if body.declared_file_bytes() > most {
                return Err(too_large(most));
            }
            let terms = Terms {
                network: self.network,
                uploader,
                action: Action::Writing,
                slots: &api.picture_slots,
                texts: &[],
                // It is small, and held in memory.
                always_keeps_pace: true,
            };
            let opened = IncomingForm::open(api, &self.params, terms, boundary, &mut body);
            picture(opened.await?, most).await
        };
        match received.await {
            Ok((slot, received)) => keep(api, slot, self.kind, received).await,
            Err(refused) => {
                let listened_to = most.saturating_mul(TIMES_TOO_LARGE);
                Err(body.refuse(refused, listened_to).await)
            }
        }
    }
}

/// Takes all of a form with a picture of at most `most` bytes.
async fn picture(mut form: IncomingForm<'_>, most: u64) -> Result<(Slot, Received), Failure> {
    let mut picture = BytesMut::new();
    while let Some(piece) = form.next().await? {
        if let Piece::File(bytes) = piece {
            if (picture.len() + bytes.len()) as u64 > most {
                return Err(too_large(most));
            }
            picture.extend_from_slice(&bytes);
        }
    }
    let session = form.owner().await?;
    if picture.is_empty() {
        return Err(Failure::new(Status::PictureMissing));
    }
    let slot = form.into_slot(session.0.user)?;
    let picture = picture.freeze();
    Ok((slot, Received { session, picture }))
}

/// In a task of its own: dropped halfway, it would leave files that no row names.
async fn keep(
    api: &Arc<Api>,
    slot: Slot,
    kind: PictureKind,
    received: Received,
) -> Result<User, Failure> {
    let api = Arc::clone(api);
    let keeping = async move {
        let kept = store(&api, kind, received).await;
        drop(slot);
        kept
    };
    tokio::spawn(keeping.in_current_span())
        .await
        .map_err(|ended| Failure::new(Status::Internal).because(ended))?
}

async fn store(api: &Api, kind: PictureKind, received: Received) -> Result<User, Failure> {
    let Received { session, picture } = received;
    let user: UserId = session.0.user;
    let id = api.douyin.new_picture_id()?;
    let stored = api.media.store_picture(id, user, kind, picture).await;
    let stored = stored.map_err(|error| match error {
        MediaError::TooLarge { limit } => too_large(limit),
        error => error.into(),
    })?;
    // All of it has come in: it waits for its place rather than to have come for nothing.
    let place = api.gates.writes.wait().await;
    // Storing it takes as long as somebody needs to sign out.
    if let Err(ended) = session.goes_on(api) {
        stored.discard().await;
        return Err(ended);
    }
    let changed = api
        .douyin
        .set_picture(user, kind, Some(stored.key().clone()))
        .await;
    drop(place);
    match changed {
        Ok(user) => {
            stored.keep().await;
            Ok(user)
        }
        Err(error) => {
            // Whatever else failed may have written the row: the next sweep of the storage asks.
            if matches!(error, Error::NotFound(_)) {
                stored.discard().await;
            }
            Err(error.into())
        }
    }
}

fn too_large(limit_bytes: u64) -> Failure {
    Failure::new(Status::PictureTooLarge).with("max", &(limit_bytes >> 20))
}
