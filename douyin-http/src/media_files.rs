//! Media files over HTTP (RFC 9110): whole or in part, and only where the client does not have them already.

mod condition;
mod range;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use douyin_core::MediaKey;
use douyin_media::{MediaFile, MediaStorage};
use futures_util::TryStreamExt as _;
use tracing::Span;

use self::condition::{Outcome, Validators};
use self::range::Wanted;
use crate::api::{Failure, Language, MEDIA_PATH, Status, method_not_allowed};

/// Files keep their contents for as long as they have their name, which has the video's id in it.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Pictures that are part of the program may change with its next version.
const A_DAY: &str = "public, max-age=86400";

/// What every answer about a file has.
const ALWAYS: [(HeaderName, &str); 2] = [
    (header::ACCEPT_RANGES, "bytes"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// `GET` and `HEAD` of every media file, at [`MEDIA_PATH`] and its key.
pub fn router(storage: MediaStorage) -> Router {
    Router::new()
        .route(&format!("{MEDIA_PATH}/{{*key}}"), get(media_file))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(storage)
}

async fn media_file(
    State(storage): State<MediaStorage>,
    key: Result<Path<String>, PathRejection>,
    method: Method,
    headers: HeaderMap,
    language: Language,
) -> Response {
    let file = match key {
        Ok(Path(key)) => storage.file(&MediaKey::new(key)).await,
        Err(_) => Ok(None),
    };
    match file {
        Ok(Some(file)) => serve(file, &method, &headers, language),
        Ok(None) => Failure::new(Status::PathNotFound).answer(language),
        Err(error) => Failure::from(error).answer(language),
    }
}

fn serve(file: MediaFile, method: &Method, request: &HeaderMap, language: Language) -> Response {
    let validators = Validators::of(&file);
    let size = file.size();
    let wanted = match validators.evaluate(request) {
        Outcome::NotModified => {
            return describe(StatusCode::NOT_MODIFIED.into_response(), &file, &validators);
        }
        Outcome::PreconditionFailed(field) => {
            return refuse(StatusCode::PRECONDITION_FAILED, field, language);
        }
        // Ranges are defined for GET only (14.2).
        Outcome::Proceed if method == Method::GET && validators.range_counts(request) => {
            range::wanted(request, size)
        }
        Outcome::Proceed => Wanted::Whole,
    };
    let (status, part) = match wanted {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => {
            let mut response = refuse(StatusCode::RANGE_NOT_SATISFIABLE, "Range", language);
            let size = ascii(format!("bytes */{size}"));
            response.headers_mut().insert(header::CONTENT_RANGE, size);
            return response;
        }
    };
    let mut response = describe(status.into_response(), &file, &validators);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(file.content_type()),
    );
    headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(part.end - part.start),
    );
    if status == StatusCode::PARTIAL_CONTENT {
        let place = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        headers.insert(header::CONTENT_RANGE, ascii(place));
    }
    // It is sent when the request has been answered, and still belongs to it.
    let request = Span::current();
    let bytes = file.read(part).inspect_err(move |error| {
        request.in_scope(|| tracing::warn!(%error, "a media file could not be sent to its end"));
    });
    *response.body_mut() = Body::from_stream(bytes);
    response
}

/// Adds what is said of a file whether or not it is sent.
fn describe(response: Response, file: &MediaFile, validators: &Validators) -> Response {
    let mut response = with_what_all_have(response);
    let headers = response.headers_mut();
    let caching = if file.is_immutable() { FOR_EVER } else { A_DAY };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    validators.describe(headers);
    response
}

/// There is a file, but not for this request, because of one of its fields.
fn refuse(status: StatusCode, field: &'static str, language: Language) -> Response {
    let mut response = Failure::invalid(field).answer(language);
    *response.status_mut() = status;
    with_what_all_have(response)
}

fn with_what_all_have(mut response: Response) -> Response {
    let always = ALWAYS.map(|(name, value)| (name, HeaderValue::from_static(value)));
    response.headers_mut().extend(always);
    response
}

fn ascii(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("digits, letters and punctuation are a header value")
}
