//! The envelope: `status_code`, `status_msg`, and the payload's keys beside them.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use douyin_core::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::Failure;
use super::status::Status;

/// What stands beside the envelope in an endpoint's answer.
pub(crate) trait Payload: Serialize {
    /// What stands there when it failed: every field that clients rely on, with nothing in it.
    fn of_failure(context: FailureContext) -> Self;

    /// About how many bytes it is sent as, so that they are put where they stay.
    fn typical_bytes(&self) -> usize {
        256
    }
}

/// What the payload of a failure may depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FailureContext {
    /// The present instant.
    pub(crate) now: Timestamp,
    /// Whether the request asked for a page, so that the answer has a `next_cursor`.
    pub(crate) paged: bool,
}

impl FailureContext {
    /// The `next_cursor` of a failure.
    pub(crate) fn next_cursor(self) -> Option<String> {
        self.paged.then(String::new)
    }
}

/// Nothing beside the envelope.
impl Payload for () {
    fn of_failure(_: FailureContext) -> Self {}
}

/// An answer as it is sent.
#[derive(Serialize, ToSchema)]
pub(crate) struct Envelope<'a, T> {
    /// 0 is success; the other numbers are in the table of statuses.
    #[schema(value_type = u32, example = 0)]
    status_code: Status,
    /// What to tell people.
    #[schema(example = "success")]
    status_msg: &'a str,
    #[serde(flatten)]
    payload: &'a T,
}

/// The envelope of an endpoint without a payload.
#[derive(ToSchema)]
#[schema(as = Done)]
#[expect(
    dead_code,
    reason = "describes in the document what `Envelope<()>` is sent as"
)]
pub(crate) struct Done {
    /// 0 is success; the other numbers are in the table of statuses.
    #[schema(example = 0)]
    status_code: u32,
    /// What to tell people.
    #[schema(example = "success")]
    status_msg: String,
}

/// A success, ready to be sent.
#[derive(Debug)]
pub(crate) struct Reply(Response);

/// What every handler answers.
pub(crate) type Answer = Result<Reply, Failure>;

/// A success with its payload.
pub(crate) fn reply<T: Payload>(payload: &T) -> Answer {
    Ok(Reply(write(Status::Success, SUCCESS, payload)?))
}

const SUCCESS: &str = Status::Success.text(super::language::Language::English);

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        self.0
    }
}

/// A failure with the payload that it keeps the shape of.
pub(crate) fn failed<T: Payload>(status: Status, text: &str, payload: &T) -> Response {
    write(status, text, payload).unwrap_or_else(IntoResponse::into_response)
}

const ENVELOPE_BYTES: usize = 128;

/// Answers are for one caller, whose token may be in the URL, and for this moment.
const OF_EVERY_ANSWER: [(HeaderName, &str); 3] = [
    (header::CONTENT_TYPE, "application/json"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

fn write<T: Payload>(status: Status, text: &str, payload: &T) -> Result<Response, Failure> {
    let mut body = Vec::with_capacity(ENVELOPE_BYTES + payload.typical_bytes());
    let envelope = Envelope {
        status_code: status,
        status_msg: text,
        payload,
    };
    serde_json::to_writer(&mut body, &envelope)
        .map_err(|error| Failure::new(Status::Internal).because(error))?;
    let mut response = Response::new(Body::from(body));
    let always = OF_EVERY_ANSWER.map(|(name, value)| (name, HeaderValue::from_static(value)));
    response.headers_mut().extend(always);
    response.extensions_mut().insert(status);
    Ok(response)
}
