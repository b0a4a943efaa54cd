use std::borrow::Cow;

use axum::body::{Body, HttpBody as _};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::json::JsonObject;
use super::{Value, encoded, multipart};
use crate::api::error::Failure;
use crate::api::status::Status;

/// The parameters of a body.
#[derive(Debug)]
pub(super) enum Fields {
    None,
    Form(Bytes),
    Json(JsonObject),
    Multipart(Vec<(String, Bytes)>),
}

impl Fields {
    /// Reads a body of at most `most` bytes, whatever its media type says: a JSON object is one under any of them.
    pub(super) async fn read(
        headers: &HeaderMap,
        body: &mut Body,
        most: usize,
    ) -> Result<Self, Failure> {
        if body.is_end_stream() {
            return Ok(Self::None);
        }
        let bytes = collect(body, most).await?;
        let media_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if let Some(boundary) = multipart::boundary_of(media_type) {
            let fields = multipart::fields(bytes, boundary).await;
            return fields.map(Self::Multipart).map_err(Failure::malformed);
        }
        // Some editors and clients put a byte order mark before what they write.
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let text = text.trim_ascii();
        if text.is_empty() {
            return Ok(Self::None);
        }
        if text.starts_with(b"{") || is_json(media_type) {
            return JsonObject::parse(text)
                .map(Self::Json)
                .map_err(|error| Failure::malformed(MalformedJson::from(&error)));
        }
        Ok(Self::Form(bytes.slice_ref(text)))
    }

    /// The first value of this name that is not empty.
    pub(super) fn first(&self, name: &str) -> Option<Value<'_>> {
        match self {
            Self::None => None,
            Self::Form(text) => encoded::first(text, name),
            Self::Json(object) => object.first(name),
            Self::Multipart(parts) => parts
                .iter()
                .find(|(key, value)| key == name && !value.is_empty())
                .map(|(_, value)| match std::str::from_utf8(value) {
                    Ok(text) => Value::Text(Cow::Borrowed(text)),
                    Err(_) => Value::NotText,
                }),
        }
    }
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let subtype = essence.split_once('/').map_or("", |(_, subtype)| subtype);
    subtype.eq_ignore_ascii_case("json") || subtype.to_ascii_lowercase().ends_with("+json")
}

async fn collect(body: &mut Body, most: usize) -> Result<Bytes, Failure> {
    // What declares too much is refused before it is waited for.
    if body.size_hint().lower() > most as u64 {
        return Err(Failure::new(Status::BodyTooLarge));
    }
    match Limited::new(body, most).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Failure::new(Status::BodyTooLarge)),
        Err(error) => Err(Failure::unread(Status::MalformedRequest, Unreadable(error))),
    }
}

/// Says where, and not what: the library quotes what it found.
#[derive(Debug, thiserror::Error)]
#[error("malformed JSON at line {line}, column {column}")]
struct MalformedJson {
    line: usize,
    column: usize,
}

impl From<&serde_json::Error> for MalformedJson {
    fn from(error: &serde_json::Error) -> Self {
        Self {
            line: error.line(),
            column: error.column(),
        }
    }
}

/// A body that ended before it was whole.
#[derive(Debug, thiserror::Error)]
#[error("the body could not be read")]
struct Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>);
