//! Publishing an upload that came in over several requests.

use axum::body::Body;
use axum::http::request::Parts;
use douyin_core::{Entity, Error, UserId, VideoId};
use douyin_media::{MediaError, ResumableError};

use super::commit;
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
            Err(error) => return Err(error.into()),
        };
        // From here on nobody else publishes it.
        if !is_published(api, owner, upload).await? {
            match complete.finish().await {
                Ok(stored) => commit(api, publisher, title, stored).await?,
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
            }
        }
        complete.remove().await;
        Ok(())
    }
}

async fn is_published(api: &Api, author: UserId, video: VideoId) -> Result<bool, Failure> {
    match api.douyin.video(Some(author), video).await {
        Ok(video) => Ok(video.author.id == author),
        Err(Error::NotFound(Entity::Video)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
