//! Media files over HTTP (RFC 9110): whole or in part, and only where the client does not have them already.

mod byteranges;
mod picture;
mod range;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use douyin_core::MediaKey;
use douyin_media::{Extent, MediaError, MediaFile, MediaStorage};
use futures_util::{Stream, TryStreamExt as _};
use tracing::Span;

use self::range::Wanted;
use crate::api::{Failure, Language, MEDIA_PATH, Status, method_not_allowed};
use crate::condition::{self, Outcome, Validators};

/// Files keep their contents for as long as they have their name, which has the video's id in it.
pub(crate) const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Pictures that are part of the program may change with its next version.
const A_DAY: &str = "public, max-age=86400";

/// What every answer about a file has.
const ALWAYS: [(HeaderName, &str); 2] = [
    (header::ACCEPT_RANGES, "bytes"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// How clients get stored media. Pictures that are part of the program are always answered by it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Delivery {
    /// Through this process.
    #[default]
    Proxy,
    /// From the bucket, which this process sends them to with a signed URL that is valid for so long.
    Redirect {
        /// How long.
        valid: Duration,
    },
    /// From a URL of a CDN or a bucket that everybody may read, which the keys are appended to; without a slash at its end. It stands in the API's answers already;
    /// who asks this process for a file all the same is sent there.
    Public {
        /// The URL.
        url: String,
    },
}

#[derive(Debug, Clone)]
struct Files {
    storage: MediaStorage,
    delivery: Delivery,
}

/// `GET` and `HEAD` of every media file, at [`MEDIA_PATH`] and its key.
pub fn router(storage: MediaStorage, delivery: Delivery) -> Router {
    Router::new()
        .route(&format!("{MEDIA_PATH}/{{*key}}"), get(media_file))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Files { storage, delivery })
}

async fn media_file(
    State(files): State<Files>,
    key: Result<Path<String>, PathRejection>,
    method: Method,
    headers: HeaderMap,
    language: Language,
) -> Response {
    let answered = match key {
        Ok(Path(key)) => answer(&files, &MediaKey::new(key), &method, &headers, language).await,
        Err(_) => Err(Failure::new(Status::PathNotFound)),
    };
    answered.unwrap_or_else(|failure| failure.answer(language))
}

async fn answer(
    Files { storage, delivery }: &Files,
    key: &MediaKey,
    method: &Method,
    request: &HeaderMap,
    language: Language,
) -> Result<Response, Failure> {
    if let Some(elsewhere) = redirect(storage, delivery, key, method).await? {
        return Ok(elsewhere);
    }
    let extents = match *method {
        Method::GET => range::extents(request),
        // Ranges are defined for GET only (14.2).
        _ => None,
    };
    // Where it depends on the file what is sent, it is described first.
    let depends = method == Method::HEAD || condition::is_in(request);
    let likely = match extents.as_deref() {
        _ if depends => Extent::Nothing,
        None => Extent::Whole,
        Some([extent]) => extent.clone(),
        Some(_) => Extent::Nothing,
    };
    let file = picture::find(storage, key, likely, request).await?;
    let file = file.ok_or(Failure::new(Status::PathNotFound))?;
    let answer = serve(file, method, extents.as_deref(), request, language).await?;
    Ok(picture::vary(answer, key))
}

/// Sends clients of stored files elsewhere, where that is how they get them. Of the bucket nothing is asked for it.
async fn redirect(
    storage: &MediaStorage,
    delivery: &Delivery,
    key: &MediaKey,
    method: &Method,
) -> Result<Option<Response>, Failure> {
    if !MediaStorage::stores(key) {
        return Ok(None);
    }
    let (url, kept) = match delivery {
        Delivery::Proxy => return Ok(None),
        Delivery::Public { url } => (Some(format!("{url}/{key}")), A_DAY.to_owned()),
        Delivery::Redirect { valid } => {
            let is_head = method == Method::HEAD;
            let url = storage.signed_url(key, is_head, *valid).await?;
            // Who keeps it for so long can still begin with what it names for as long again.
            let kept = format!("public, max-age={}", valid.as_secs() / 2);
            (url, kept)
        }
    };
    Ok(url.map(|url| {
        let headers = [(header::LOCATION, url), (header::CACHE_CONTROL, kept)];
        (StatusCode::FOUND, headers).into_response()
    }))
}

async fn serve(
    file: MediaFile,
    method: &Method,
    extents: Option<&[Extent]>,
    request: &HeaderMap,
    language: Language,
) -> Result<Response, Failure> {
    let validators = Validators::of(&file);
    let size = file.size();
    let wanted = match validators.evaluate(request) {
        Outcome::NotModified => {
            let response = StatusCode::NOT_MODIFIED.into_response();
            return Ok(describe(response, &file, &validators));
        }
        Outcome::PreconditionFailed(field) => {
            return Ok(refuse(StatusCode::PRECONDITION_FAILED, field, language));
        }
        Outcome::Proceed if validators.range_counts(request) => range::wanted(extents, size),
        Outcome::Proceed => Wanted::Whole,
    };
    let mut response = describe(StatusCode::OK.into_response(), &file, &validators);
    match wanted {
        Wanted::Whole => send(response, file, 0..size, method).await,
        Wanted::Parts(parts) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let [part] = &parts[..] else {
                return Ok(byteranges::send(response, file, parts));
            };
            let place = content_range(part, size);
            response
                .headers_mut()
                .insert(header::CONTENT_RANGE, ascii(place));
            send(response, file, part.clone(), method).await
        }
        Wanted::Nothing => {
            let mut response = refuse(StatusCode::RANGE_NOT_SATISFIABLE, "Range", language);
            let size = ascii(format!("bytes */{size}"));
            response.headers_mut().insert(header::CONTENT_RANGE, size);
            Ok(response)
        }
    }
}

/// Sends one part of a file, or only says what would be sent.
async fn send(
    mut response: Response,
    mut file: MediaFile,
    part: Range<u64>,
    method: &Method,
) -> Result<Response, Failure> {
    let (content_type, length) = (file.content_type(), part.end - part.start);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if method != Method::HEAD {
        *response.body_mut() = body(file.read(part).await?);
    }
    Ok(response)
}

/// A body that tells of its failure: it is sent when the request has been answered, and still belongs to it.
fn body(bytes: impl Stream<Item = Result<Bytes, MediaError>> + Send + 'static) -> Body {
    let request = Span::current();
    Body::from_stream(bytes.inspect_err(move |error| {
        request.in_scope(|| tracing::warn!(%error, "a media file could not be sent to its end"));
    }))
}

/// Which part of a file something is, as `Content-Range` says it.
fn content_range(part: &Range<u64>, size: u64) -> String {
    format!("bytes {}-{}/{size}", part.start, part.end - 1)
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

fn refuse(status: StatusCode, field: &'static str, language: Language) -> Response {
    with_what_all_have(condition::refuse(status, field, language))
}

fn with_what_all_have(mut response: Response) -> Response {
    let always = ALWAYS.map(|(name, value)| (name, HeaderValue::from_static(value)));
    response.headers_mut().extend(always);
    response
}

fn ascii(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("digits, letters and punctuation are a header value")
}
