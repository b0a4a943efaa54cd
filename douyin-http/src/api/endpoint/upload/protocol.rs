//! What every answer of the protocol has.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::headers::{RESUMABLE, VERSIONS};
use crate::api::error::Failure;
use crate::api::language::Language;
use crate::api::status::{Kind, Status};

/// The only version of the protocol that is spoken.
pub(super) const VERSION: &str = "1.0.0";

pub(super) const EXTENSIONS: &str = "creation,termination,expiration";

/// Refuses who speaks another version, and says by the status of HTTP what became of the request: clients of the protocol look at
/// nothing else, where those of the other endpoints look at the envelope alone.
pub(crate) async fn speak(request: Request, next: Next) -> Response {
    let spoken = request.headers().get(RESUMABLE);
    let understood = *request.method() == Method::OPTIONS || spoken.is_some_and(|it| it == VERSION);
    let version = HeaderValue::from_static(VERSION);
    let mut response = if understood {
        next.run(request).await
    } else {
        let language = Language::of(request.headers(), request.extensions());
        let mut refusal = Failure::new(Status::WrongTusVersion).answer(language);
        refusal.headers_mut().insert(VERSIONS, version.clone());
        refusal
    };
    if response.status() == StatusCode::OK
        && let Some(status) = response.extensions().get::<Status>()
    {
        *response.status_mut() = of_kind(status.kind());
    }
    response.headers_mut().insert(RESUMABLE, version);
    response
}

/// What the transport does not decide, as HTTP says it.
fn of_kind(kind: Kind) -> StatusCode {
    match kind {
        Kind::Success => StatusCode::OK,
        Kind::BadParameter | Kind::MediaRefused => StatusCode::BAD_REQUEST,
        Kind::NotSignedIn => StatusCode::UNAUTHORIZED,
        Kind::NotAllowed => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
