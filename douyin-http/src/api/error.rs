//! The only place where an error becomes an answer.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use douyin_core::{Entity, Error, InvalidText, StoreError, TextKind};
use douyin_media::{MediaError, NotAVideo, ResumableError};

use super::language::Language;
use super::params::MultipartError;
use super::reply::{Payload, failed};
use super::status::{Kind, Status};
use super::throttle::TooOften;
use crate::error_chain::chain;

/// The error of a body that makes no progress. A server whose bodies end with it has endpoints answer 408.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body came too slowly")]
pub struct BodyTooSlow;

#[derive(Debug, thiserror::Error)]
#[error("a handler panicked: {0}")]
struct Panicked(String);

type Cause = Arc<dyn StdError + Send + Sync>;

/// Why a request was not done: a [`Status`], what its text is filled in with, and what caused it, which only the log learns.
#[derive(Debug, Clone)]
pub struct Failure {
    status: Status,
    words: Vec<(&'static str, String)>,
    retry_after_seconds: Option<u64>,
    cause: Option<Cause>,
}

impl Failure {
    /// A failure that needs no further words.
    #[must_use]
    pub const fn new(status: Status) -> Self {
        Self {
            status,
            words: Vec::new(),
            retry_after_seconds: None,
            cause: None,
        }
    }

    /// What the request came to.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// The answer beside which nothing else stands: for whatever goes wrong outside the endpoints, in layers and for
    /// unknown paths. The language is that of the request.
    #[must_use]
    pub fn answer(self, language: Language) -> Response {
        self.render(language, &())
    }

    /// With a word of the text filled in.
    #[must_use]
    pub(crate) fn with(mut self, place: &'static str, word: &dyn fmt::Display) -> Self {
        self.words.push((place, word.to_string()));
        self
    }

    /// With when to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// With what caused it, for the log.
    #[must_use]
    pub fn because(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }

    pub(crate) fn missing(name: &'static str) -> Self {
        Self::new(Status::MissingParameter).with("name", &name)
    }

    pub(crate) fn invalid(name: &'static str) -> Self {
        Self::new(Status::InvalidParameter).with("name", &name)
    }

    pub(crate) fn file_too_large(limit_bytes: u64) -> Self {
        Self::new(Status::FileTooLarge).with("max", &(limit_bytes >> 20))
    }

    pub(crate) fn malformed(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Status::MalformedRequest).because(cause)
    }

    /// A body that could not be read: because it came too slowly, or with this status otherwise.
    pub(crate) fn unread(otherwise: Status, cause: impl StdError + Send + Sync + 'static) -> Self {
        let status = if is_too_slow(&cause) {
            Status::BodyTooSlow
        } else {
            otherwise
        };
        Self::new(status).because(cause)
    }

    /// A handler panicked; `payload` is what it panicked with.
    pub(crate) fn of_panic(payload: &(dyn Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = message.unwrap_or("without a message").to_owned();
        Self::new(Status::Internal).because(Panicked(message))
    }

    /// The answer, in the shape that the endpoint's payload has. It is logged here, once.
    pub(crate) fn render<T: Payload>(&self, language: Language, payload: &T) -> Response {
        self.log();
        let mut text = self.status.text(language).to_owned();
        for (place, word) in &self.words {
            text = text.replace(&format!("{{{place}}}"), word);
        }
        let mut response = failed(self.status, &text, payload);
        *response.status_mut() = self.status.http();
        if let Some(seconds) = self.retry_after_seconds {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn log(&self) {
        let code = self.status.code();
        let cause = self.cause.as_deref().map(|cause| chain(cause));
        let cause = cause.unwrap_or_default();
        match self.status.kind() {
            // One line for each would be one more load; who counts them says so.
            _ if matches!(self.status, Status::Busy | Status::UploadsFull) => {
                tracing::debug!(code, cause, "a request was refused");
            }
            Kind::Internal => tracing::error!(code, cause, "a request failed"),
            Kind::Unavailable => tracing::warn!(code, cause, "a request could not be served"),
            _ => tracing::debug!(code, cause, "a request was refused"),
        }
    }
}

fn is_too_slow(error: &(dyn StdError + 'static)) -> bool {
    error.is::<BodyTooSlow>() || error.source().is_some_and(is_too_slow)
}

/// A failure on its way to the endpoint's layer, which knows the language and the payload's shape.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status.http();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match &error {
            Error::Text(text) => return text_failure(text),
            Error::NameTaken => Status::NameTaken,
            Error::WrongCredentials => Status::WrongCredentials,
            Error::WrongPassword => Status::WrongPassword,
            Error::NotFound(Entity::User) => Status::UserNotFound,
            Error::NotFound(Entity::Video) => Status::VideoNotFound,
            Error::NotFound(Entity::Comment) => Status::CommentNotFound,
            Error::SelfFollow => Status::SelfFollow,
            Error::SelfMessage => Status::SelfMessage,
            Error::NotYourComment => Status::NotYourComment,
            Error::NotYourVideo => Status::NotYourVideo,
            Error::NotFriends => Status::NotFriends,
            Error::OverQuota => Status::OverQuota,
            Error::Busy => return Self::new(Status::Busy).retry_after(1),
            Error::Store(StoreError::Unavailable(_)) => {
                return Self::new(Status::Unavailable).retry_after(1).because(error);
            }
            _ => return Self::new(Status::Internal).because(error),
        };
        Self::new(status)
    }
}

impl From<TooOften> for Failure {
    fn from(often: TooOften) -> Self {
        Self::new(Status::TooManyRequests).retry_after(often.retry_after_seconds)
    }
}

impl From<MediaError> for Failure {
    fn from(error: MediaError) -> Self {
        let failure = match error {
            MediaError::TooLarge { limit } => return Self::file_too_large(limit),
            MediaError::NotAVideo(reason) => Self::new(refusal(reason)),
            MediaError::NotAPicture(_) => Self::new(Status::NotAPicture),
            // The longest that nobody asks whether it is back.
            MediaError::Away(_) => Self::new(Status::Unavailable).retry_after(5),
            _ => Self::new(Status::Unavailable).retry_after(1),
        };
        failure.because(error)
    }
}

/// What people can do something about is told apart.
fn refusal(reason: NotAVideo) -> Status {
    match reason {
        NotAVideo::Excessive("duration") => Status::VideoTooLong,
        NotAVideo::Excessive("pixels") => Status::FrameTooLarge,
        NotAVideo::NotEverywhere => Status::NotEverywhere,
        _ => Status::NotAVideo,
    }
}

impl From<ResumableError> for Failure {
    fn from(error: ResumableError) -> Self {
        match error {
            ResumableError::NotFound => Self::new(Status::UploadNotFound),
            ResumableError::InUse => Self::new(Status::UploadInUse).retry_after(1),
            ResumableError::WrongOffset { offset } => {
                Self::new(Status::WrongOffset).with("offset", &offset)
            }
            ResumableError::BeyondLength => Self::new(Status::BeyondLength),
            ResumableError::Incomplete => Self::new(Status::UploadIncomplete),
            ResumableError::TooMany => Self::new(Status::TooManyUploads).retry_after(60),
            ResumableError::Full => Self::new(Status::UploadsFull).retry_after(60),
            ResumableError::OverQuota => Self::new(Status::OverQuota),
            ResumableError::Media(error) => error.into(),
            error => Self::new(Status::Internal).because(error),
        }
    }
}

impl From<MultipartError> for Failure {
    fn from(error: MultipartError) -> Self {
        use multer::Error::{
            IncompleteFieldData, IncompleteHeaders, IncompleteStream, StreamReadFailed,
        };
        let status = match &error {
            MultipartError::Broken(
                IncompleteFieldData { .. }
                | IncompleteHeaders
                | IncompleteStream
                | StreamReadFailed(_),
            ) => Status::UploadCut,
            MultipartError::TooManyParts => Status::TooManyParts,
            _ => Status::MalformedRequest,
        };
        Self::unread(status, error)
    }
}

fn text_failure(text: &InvalidText) -> Failure {
    match text {
        InvalidText::Length { kind, min, max } => {
            let status = match kind {
                TextKind::Username => Status::UsernameLength,
                TextKind::Password => Status::PasswordLength,
                TextKind::Title => Status::TitleLength,
                TextKind::Comment => Status::CommentLength,
                TextKind::Message => Status::MessageLength,
                TextKind::Signature => Status::SignatureLength,
                _ => return Failure::new(Status::Internal).because(*text),
            };
            Failure::new(status).with("min", min).with("max", max)
        }
        InvalidText::Character { .. } => Failure::new(Status::ControlCharacter),
        _ => Failure::new(Status::Internal).because(*text),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use douyin_core::Error;
    use std::io::Cursor;
    use std::time::Duration;

    use douyin_media::{DEMO_CLIP, ProbeError, VideoLimits, recognise};

    use super::*;

    fn answer(error: Error) -> Response {
        Failure::from(error).answer(Language::English)
    }

    #[test]
    fn a_store_that_is_not_there_is_503_and_says_when_to_try_again() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        for error in [
            Error::Store(StoreError::Unavailable(refused.into())),
            Error::Busy,
        ] {
            let answer = answer(error);
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.headers()[header::RETRY_AFTER], "1");
        }
    }

    #[test]
    fn a_full_disk_is_503_and_says_when_to_try_again() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let answer = Failure::from(MediaError::from(full)).answer(Language::default());
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()[header::RETRY_AFTER], "1");
    }

    #[test]
    fn what_only_the_log_may_know_is_not_in_the_answer() {
        let corrupt = "column user.password of /var/lib/douyin.db";
        let error = Error::Store(StoreError::Corrupt(corrupt.to_owned()));
        let failure = Failure::from(error);
        assert_eq!(failure.status(), Status::Internal);
        assert!(chain(failure.cause.as_deref().unwrap()).contains(corrupt));
        let text = failure.status().text(Language::English);
        assert_eq!(text, "Something went wrong. Please try again later.");
    }

    #[test]
    fn people_are_told_what_they_can_do_about_a_video() {
        let status = |limits: &VideoLimits| match recognise(Cursor::new(DEMO_CLIP), limits) {
            Err(ProbeError::Refused(reason)) => Failure::from(MediaError::from(reason)).status(),
            recognised => panic!("{recognised:?}"),
        };
        let mut limits = VideoLimits::default();
        limits.duration = Duration::from_millis(1);
        assert_eq!(status(&limits), Status::VideoTooLong);
        let mut limits = VideoLimits::default();
        limits.pixels = 1;
        assert_eq!(status(&limits), Status::FrameTooLarge);
        let mut limits = VideoLimits::default();
        limits.tracks = 0;
        assert_eq!(status(&limits), Status::NotAVideo);
        let everywhere = Failure::from(MediaError::NotAVideo(NotAVideo::NotEverywhere));
        assert_eq!(everywhere.status(), Status::NotEverywhere);
    }

    #[test]
    fn a_refused_video_is_no_fault_of_the_service() {
        let refused = Failure::from(MediaError::NotAVideo(NotAVideo::Unrecognised));
        assert_eq!(refused.status(), Status::NotAVideo);
        assert_eq!(refused.retry_after_seconds, None);
        let large = Failure::from(MediaError::TooLarge { limit: 512 << 20 });
        assert_eq!(large.status(), Status::FileTooLarge);
        assert_eq!(large.words, [("max", "512".to_owned())]);
    }
}
