use axum::body::BodyDataStream;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use douyin_core::{UserId, VideoId};
use douyin_media::Incoming;
use futures_util::StreamExt as _;
use multer::Field;

use super::from_upload::Wanted;
use crate::api::Api;
use crate::api::error::Failure;
use crate::api::limits::Action;
use crate::api::params::{
    FormParts, MultipartError, Parameter as _, Params, boundary_of, bounded, real_token,
};
use crate::api::slots::Slot;
use crate::api::status::Status;
use crate::api::viewer::{CurrentSession, Network};

/// What a form may have besides its file, in bytes.
pub(crate) const FORM_BYTES: u64 = 1 << 20;

/// What a text part may have, in bytes.
const TEXT_BYTES: usize = 64 << 10;

/// An upload as it comes in: its parts may be in any order, and what the query string says wins over them.
///
/// Dropping it removes what was stored of the file.
pub(super) struct UploadForm<'a> {
    api: &'a Api,
    params: &'a Params,
    slot: &'a mut Slot,
    boundary: String,
    token: Option<String>,
    title: Option<String>,
    file: Option<Incoming>,
    upload: Option<VideoId>,
    has_empty_file: bool,
    /// Whom it counted for.
    counted: Option<UserId>,
    /// How large the file is at least, by what the request declares.
    declared_bytes: u64,
    /// How many bytes counted for that one.
    counted_bytes: u64,
    /// How many that one may store; `None` for any number.
    room: Option<u64>,
}

/// What a form wants to be published.
pub(super) enum Wanting {
    File(CompleteForm),
    Upload(Wanted),
}

/// A form with a file, of which everything came in.
pub(super) struct CompleteForm {
    pub(super) publisher: CurrentSession,
    pub(super) title: String,
    pub(super) file: Incoming,
}

/// What separates the parts of a form; `None` for what is none.
pub(crate) fn boundary(headers: &HeaderMap) -> Option<String> {
    let media_type = headers.get(header::CONTENT_TYPE)?;
    boundary_of(media_type.to_str().ok()?)
}

impl<'a> UploadForm<'a> {
    /// Looks at what is known before the body.
    ///
    /// # Errors
    /// Where that is enough to refuse it.
    pub(super) fn open(
        api: &'a Api,
        params: &'a Params,
        boundary: String,
        declared_bytes: u64,
        slot: &'a mut Slot,
    ) -> Result<Self, Failure> {
        let most = api.media.options().max_upload_bytes;
        if declared_bytes > most.saturating_add(FORM_BYTES) {
            return Err(Failure::file_too_large(most));
        }
        let mut form = Self {
            api,
            params,
            slot,
            boundary,
            token: None,
            title: None,
            file: None,
            upload: params.get("upload")?,
            has_empty_file: false,
            counted: None,
            // The rest of a form is small.
            declared_bytes: declared_bytes.saturating_sub(FORM_BYTES),
            counted_bytes: 0,
            room: None,
        };
        if let Some(token) = params.token_parameter() {
            form.take_token(&token)?;
        }
        if let Some(title) = params.text("title")? {
            form.take_title(&title)?;
        }
        Ok(form)
    }

    /// Takes all parts of the body.
    ///
    /// # Errors
    /// As soon as one of them is reason to refuse it.
    pub(super) async fn receive(mut self, body: &mut BodyDataStream) -> Result<Self, Failure> {
        let most = self
            .api
            .media
            .options()
            .max_upload_bytes
            .saturating_add(FORM_BYTES);
        let mut parts = bounded(body, std::mem::take(&mut self.boundary), most);
        while let Some(mut part) = parts.next().await? {
            match part.name() {
                Some("token") => {
                    let text = text_part(&mut parts, &mut part, "token").await?;
                    self.take_token(&text)?;
                }
                Some("title") => {
                    let text = text_part(&mut parts, &mut part, "title").await?;
                    self.take_title(&text)?;
                }
                Some("upload") => {
                    let text = text_part(&mut parts, &mut part, "upload").await?;
                    self.take_upload(&text)?;
                }
                name if name == Some("data") || part.file_name().is_some() => {
                    self.take_file(&mut parts, &mut part).await?;
                }
                _ => while parts.chunk(&mut part).await?.is_some() {},
            }
        }
        Ok(self)
    }

    /// What the upload consists of.
    ///
    /// # Errors
    /// Where something is missing.
    pub(super) async fn complete(mut self) -> Result<Wanting, Failure> {
        let publisher = self.publisher().await?;
        self.count_bytes(self.file.as_ref().map_or(0, Incoming::bytes))?;
        let title = self.title.unwrap_or_default();
        match (self.upload, &self.file) {
            (None, _) => {}
            (Some(_), Some(_)) => return Err(Failure::new(Status::TooManyFiles)),
            (Some(upload), None) => {
                return Ok(Wanting::Upload(Wanted {
                    publisher,
                    title,
                    upload,
                }));
            }
        }
        let missing = if self.has_empty_file {
            Status::FileEmpty
        } else {
            Status::FileMissing
        };
        let file = self.file.ok_or(Failure::new(missing))?;
        Ok(Wanting::File(CompleteForm {
            publisher,
            title,
            file,
        }))
    }

    /// The first token counts; one that is not valid ends it at once.
    fn take_token(&mut self, text: &str) -> Result<(), Failure> {
        if self.token.is_none()
            && let Some(token) = real_token(text.into())
        {
            let session = CurrentSession::of_token(self.api, Some(&token))?;
            self.slot.belongs_to(session.0.user)?;
            self.token = Some(token.into_owned());
        }
        Ok(())
    }

    /// The first title that is not empty counts.
    fn take_title(&mut self, text: &str) -> Result<(), Failure> {
        if self.title.is_none() && !text.is_empty() {
            self.api.douyin.title(text)?;
            self.title = Some(text.to_owned());
        }
        Ok(())
    }

    /// The first upload that is named counts.
    fn take_upload(&mut self, text: &str) -> Result<(), Failure> {
        if self.upload.is_none() && !text.is_empty() {
            let upload = VideoId::parse(text).ok_or(Failure::invalid("upload"))?;
            self.upload = Some(upload);
        }
        Ok(())
    }

    async fn take_file<'r>(
        &mut self,
        parts: &mut FormParts<'r>,
        part: &mut Field<'r>,
    ) -> Result<(), Failure> {
        let mut is_empty = true;
        while let Some(chunk) = parts.chunk(part).await? {
            if chunk.is_empty() {
                continue;
            }
            if std::mem::take(&mut is_empty) {
                self.begin_file().await?;
            }
            let before = self.file.as_ref().map_or(0, Incoming::bytes);
            self.count_bytes(before.saturating_add(chunk.len() as u64))?;
            if let Some(file) = &mut self.file {
                file.write(&chunk).await?;
            }
        }
        self.has_empty_file |= is_empty;
        Ok(())
    }

    async fn begin_file(&mut self) -> Result<(), Failure> {
        if self.file.is_some() {
            return Err(Failure::new(Status::TooManyFiles));
        }
        // Without any token so far, one may still come behind the file.
        if self.token.is_some() || self.params.token().is_some() {
            self.publisher().await?;
        }
        let id = self.api.douyin.new_video_id()?;
        self.file = Some(self.api.media.begin(id).await?);
        Ok(())
    }

    /// Counts it for its address and, where that is known before the body, for whoever publishes.
    pub(super) async fn count(&mut self, network: Network) -> Result<(), Failure> {
        self.counted = self.session().ok().map(|session| session.0.user);
        let limits = &self.api.limits;
        limits
            .admit(Action::Publishing, network.0, self.counted)
            .await?;
        match self.counted {
            Some(user) => self.has_room(user).await,
            None => Ok(()),
        }
    }

    /// Refuses what is too much for an account, as far as that is known before it has come in.
    async fn has_room(&mut self, user: UserId) -> Result<(), Failure> {
        self.counted = Some(user);
        self.counted_bytes = 0;
        self.room = self.api.douyin.room_of(user).await?;
        self.count_bytes(self.declared_bytes)
    }

    /// Refuses a file that has so many bytes so far, where that is too much for whom it counts. What broke off has counted.
    fn count_bytes(&mut self, bytes: u64) -> Result<(), Failure> {
        let Some(user) = self.counted else {
            return Ok(());
        };
        if self.room.is_some_and(|room| bytes > room) {
            return Err(Failure::new(Status::OverQuota));
        }
        if bytes > self.counted_bytes {
            let limits = &self.api.limits;
            limits.admit_bytes(user, bytes, self.counted_bytes)?;
            self.counted_bytes = bytes;
        }
        Ok(())
    }

    /// Who publishes, and may do so once more.
    async fn publisher(&mut self) -> Result<CurrentSession, Failure> {
        let session = self.session()?;
        let user = Some(session.0.user);
        if self.counted != user {
            let limits = &self.api.limits;
            limits.admit(Action::Publishing, None, user).await?;
            self.has_room(session.0.user).await?;
        }
        Ok(session)
    }

    fn session(&self) -> Result<CurrentSession, Failure> {
        let header = || self.params.token();
        match &self.token {
            Some(token) => CurrentSession::of_token(self.api, Some(token)),
            None => CurrentSession::of_token(self.api, header().as_deref()),
        }
    }
}

/// A text part.
///
/// # Errors
/// Where it is none, or too long.
pub(crate) async fn text_part<'r>(
    parts: &mut FormParts<'r>,
    part: &mut Field<'r>,
    name: &'static str,
) -> Result<String, Failure> {
    match parts.whole(part, TEXT_BYTES).await {
        Ok(bytes) => String::from_utf8(bytes.into()).map_err(|_| Failure::invalid(name)),
        Err(MultipartError::LongPart(_)) => Err(Failure::invalid(name)),
        Err(error) => Err(error.into()),
    }
}

/// Reads what is left of a refused form with a file of at most `most` bytes and throws it away: most clients read the answer only
/// after they have sent everything, and lose it if the connection is closed before.
pub(crate) async fn discard(mut body: BodyDataStream, most: u64) {
    let mut left = most.saturating_add(FORM_BYTES);
    while let Some(Ok(chunk)) = body.next().await {
        let chunk: Bytes = chunk;
        match left.checked_sub(chunk.len() as u64) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}
