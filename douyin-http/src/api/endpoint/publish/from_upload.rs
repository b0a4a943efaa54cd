//! Publishing an upload that came in over several requests.

use axum::body::Body;
use axum::http::request::Parts;
use douyin_core::VideoId;
use douyin_media::{MediaError, ResumableError};

use super::{commit, is_published};
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::params::Params;
use crate::api::status::Status;
use crate::api::viewer::CurrentSession;

/// What is to be published of what came in before.
pub(super) struct Wanted {
    pub(super) publisher: CurrentSession,
    pub(super) title: String,
    pub(super) upload: VideoId,
}

impl Wanted {
    /// By a request that is no form with a file.
    ///
    /// # Errors
    /// [`Status::NotMultipart`] where it names no upload either.
    pub(super) async fn read(api: &Api, parts: &Parts, body: &mut Body) -> Result<Self, Failure> {
        let params = Params::read(parts, body, api.max_body_bytes).await;
        let params = params.map_err(|failure| match failure.status() {
            // A file, sent as it is.
            Status::BodyTooLarge => Failure::new(Status::NotMultipart),
            _ => failure,
        })?;
        let Some(upload) = params.get("upload")? else {
            return Err(Failure::new(Status::NotMultipart));
        };
        Ok(Self {
            publisher: CurrentSession::of_token(api, params.token().as_deref())?,
            title: params.text("title")?.unwrap_or_default().into_owned(),
            upload,
        })
    }

    /// Publishes it. Done before, by a request whose answer was lost, that is a success too.
    pub(super) async fn publish(self, api: &Api) -> Result<(), Failure> {
        let Self {
            publisher,
            title,
            upload,
        } = self;
        api.douyin.title(&title)?;
        let owner = publisher.0.user;
        let now = api.douyin.now();
        let complete = match api.media.complete_resumable(upload, owner, now).await {
            Ok(complete) => complete,
            Err(ResumableError::NotFound) if is_published(api, owner, upload).await? => {
                return Ok(());
            }
            // Mostly the same request, sent twice, is publishing it: a client that knows nothing of locks is to ask again.
            Err(ResumableError::InUse) => return Err(Failure::new(Status::Busy).retry_after(1)),
            Err(error) => return Err(error.into()),
        };
        // From here on nobody else publishes it.
        if !is_published(api, owner, upload).await? {
            let stored = match complete.finish().await {
                Ok(stored) => stored,
                Err(error) => {
                    // It will be the same the next time.
                    if matches!(
                        error,
                        MediaError::NotAVideo(_) | MediaError::TooLarge { .. }
                    ) {
                        complete.remove().await;
                    }
                    return Err(error.into());
                }
            };
            match commit(api, publisher, title, stored).await {
                // It was published, and deleted since.
                Err(gone) if gone.status() == Status::UploadNotFound => {
                    complete.remove().await;
                    return Err(gone);
                }
                committed => committed?,
            }
        }
        complete.remove().await;
        Ok(())
    }
}
