//! `/user/avatar/` and `/user/background/`

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::{BodyDataStream, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::header;
use bytes::Bytes;
use douyin_core::{Error, PictureKind, User, UserId};
use douyin_media::MediaError;
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::Service;
use super::profile::Profile;
use super::publish::form::{FORM_BYTES, boundary, discard, text_part};
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::limits::Action;
use crate::api::params::{MultipartError, Params, bounded, real_token};
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
        let account = match self.params.token_parameter() {
            // It wins over whatever the body says: one that is not valid is reason enough.
            Some(token) => Some(CurrentSession::of_token(api, Some(&token))?),
            None => CurrentSession::of_token(api, self.params.token().as_deref()).ok(),
        };
        let account = account.map(|session| session.0.user);
        let mut slot = api.picture_slots.take(uploader, account)?;
        let (parts, body) = request.into_parts();
        let limits = &api.limits;
        let most = api.media.options().picture.bytes;
        let declared_bytes = body.size_hint().lower();
        let begun = async {
            let boundary = boundary(&parts.headers).ok_or(Failure::new(Status::NotMultipart))?;
            let admitted = limits.admit(Action::Writing, self.network.0, account);
            admitted.await?;
            if declared_bytes > most.saturating_add(FORM_BYTES) {
                return Err(too_large(most));
            }
            Ok(boundary)
        };
        let begun = begun.await;
        // A client that asked first sends nothing that nobody wants.
        let sends_anyway = begun.is_ok() || !parts.headers.contains_key(header::EXPECT);
        let mut chunks = body.into_data_stream();
        let received = async {
            let received = self.parts(api, begun?, &mut chunks, &mut slot).await?;
            let user = received.session.0.user;
            if account != Some(user) {
                let admitted = limits.admit(Action::Writing, None, Some(user));
                admitted.await?;
            }
            Ok(received)
        };
        match received.await {
            Ok(received) => keep(api, slot, self.kind, received).await,
            Err(refused) => {
                drop(slot);
                if sends_anyway {
                    discard(chunks, most.saturating_mul(TIMES_TOO_LARGE)).await;
                }
                Err(refused)
            }
        }
    }

    /// Takes all parts of the body, in whatever order they come.
    async fn parts(
        &self,
        api: &Api,
        boundary: String,
        body: &mut BodyDataStream,
        slot: &mut Slot,
    ) -> Result<Received, Failure> {
        let most = api.media.options().picture.bytes;
        let refused = |error| match error {
            MultipartError::LongPart(_)
            | MultipartError::Broken(multer::Error::StreamSizeExceeded { .. }) => too_large(most),
            error => error.into(),
        };
        let mut token = self.params.token_parameter().map(Cow::into_owned);
        let mut picture = None;
        let mut parts = bounded(body, boundary, most.saturating_add(FORM_BYTES));
        let read = async {
            while let Some(mut part) = parts.next().await.map_err(refused)? {
                match part.name() {
                    Some("token") => {
                        let text = text_part(&mut parts, &mut part, "token").await?;
                        if token.is_none()
                            && let Some(text) = real_token(text.into())
                        {
                            let session = CurrentSession::of_token(api, Some(&text))?;
                            slot.belongs_to(session.0.user)?;
                            token = Some(text.into_owned());
                        }
                    }
                    name if name == Some("data") || part.file_name().is_some() => {
                        let most = usize::try_from(most).unwrap_or(usize::MAX);
                        let whole = parts.whole(&mut part, most).await.map_err(refused)?;
                        if !whole.is_empty() && picture.replace(whole).is_some() {
                            return Err(Failure::invalid("data"));
                        }
                    }
                    _ => while (parts.chunk(&mut part).await.map_err(refused)?).is_some() {},
                }
            }
            Ok(())
        };
        read.await?;
        let session = match &token {
            Some(token) => CurrentSession::of_token(api, Some(token))?,
            None => CurrentSession::of_token(api, self.params.token().as_deref())?,
        };
        let picture = picture.ok_or(Failure::new(Status::PictureMissing))?;
        Ok(Received { session, picture })
    }
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
