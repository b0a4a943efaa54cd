use bytes::Bytes;
use douyin_core::{UserId, VideoId};
use douyin_media::Incoming;

use super::from_upload::Wanted;
use crate::api::Api;
use crate::api::endpoint::form::{FormBody, IncomingForm, Piece, Terms};
use crate::api::error::Failure;
use crate::api::params::{Parameter as _, Params};
use crate::api::slots::Slot;
use crate::api::status::Status;
use crate::api::viewer::CurrentSession;

/// The names of its texts.
pub(super) const TEXTS: &[&str] = &["title", "upload"];

/// A form that publishes something, as it comes in: what the query string says wins over its parts.
///
/// Dropping it removes what was stored of the file.
pub(super) struct UploadForm<'a> {
    api: &'a Api,
    form: IncomingForm<'a>,
    title: Option<String>,
    file: Option<Incoming>,
    upload: Option<VideoId>,
    /// How large the file is at least, by what the request declares.
    declared_bytes: u64,
    /// For whom its bytes count.
    counted: Option<UserId>,
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

impl<'a> UploadForm<'a> {
    /// Looks at what is known before the body.
    ///
    /// # Errors
    /// Where that is enough to refuse it.
    pub(super) async fn open(
        api: &'a Api,
        params: &'a Params,
        terms: Terms<'a>,
        boundary: String,
        body: &'a mut FormBody,
    ) -> Result<Self, Failure> {
        let most = api.media.options().max_upload_bytes;
        let declared_bytes = body.declared_file_bytes();
        if declared_bytes > most {
            return Err(Failure::file_too_large(most));
        }
        let form = IncomingForm::open(api, params, terms, boundary, body).await?;
        let mut upload = Self {
            api,
            form,
            title: None,
            file: None,
            upload: params.get("upload")?,
            declared_bytes,
            counted: None,
            counted_bytes: 0,
            room: None,
        };
        if let Some(title) = params.text("title")? {
            upload.take_title(&title)?;
        }
        upload.has_room().await?;
        Ok(upload)
    }

    /// Takes all of it.
    ///
    /// # Errors
    /// As soon as a part is reason to refuse it, or where something is missing.
    pub(super) async fn receive(mut self) -> Result<(Slot, Wanting), Failure> {
        while let Some(piece) = self.form.next().await? {
            match piece {
                Piece::Text("title", text) => self.take_title(&text)?,
                Piece::Text(_, text) => self.take_upload(&text)?,
                Piece::File(bytes) => self.take_bytes(&bytes).await?,
            }
        }
        self.complete().await
    }

    async fn complete(mut self) -> Result<(Slot, Wanting), Failure> {
        let publisher = self.form.owner().await?;
        self.has_room().await?;
        self.count_bytes(self.file.as_ref().map_or(0, Incoming::bytes))?;
        let title = self.title.unwrap_or_default();
        let wanting = match (self.upload, self.file) {
            (Some(_), Some(_)) => return Err(Failure::new(Status::TooManyFiles)),
            (Some(upload), None) => Wanting::Upload(Wanted {
                publisher,
                title,
                upload,
            }),
            (None, Some(file)) => Wanting::File(CompleteForm {
                publisher,
                title,
                file,
            }),
            (None, None) if self.form.has_empty_file() => {
                return Err(Failure::new(Status::FileEmpty));
            }
            (None, None) => return Err(Failure::new(Status::FileMissing)),
        };
        Ok((self.form.into_slot(publisher.0.user)?, wanting))
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

    async fn take_bytes(&mut self, bytes: &Bytes) -> Result<(), Failure> {
        let file = match self.file.take() {
            Some(file) => file,
            None => self.begin_file().await?,
        };
        self.count_bytes(file.bytes().saturating_add(bytes.len() as u64))?;
        Ok(self.file.insert(file).write(bytes).await?)
    }

    async fn begin_file(&mut self) -> Result<Incoming, Failure> {
        self.has_room().await?;
        let id = self.api.douyin.new_video_id()?;
        Ok(self.api.media.begin(id).await?)
    }

    /// Refuses what is too much for whom it counts, as far as that is known before it has come in.
    async fn has_room(&mut self) -> Result<(), Failure> {
        let counted = self.form.counted();
        if let Some(user) = counted
            && self.counted != counted
        {
            self.counted = counted;
            self.counted_bytes = 0;
            self.room = self.api.douyin.room_of(user).await?;
            self.count_bytes(self.declared_bytes)?;
        }
        Ok(())
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
}
