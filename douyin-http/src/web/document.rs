use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::coding::{gzip, is_gzip_wanted};
use crate::api::Language;
use crate::condition::{Outcome, Validators, refuse};

/// What is sent, as it is or compressed.
#[derive(Debug)]
pub(super) struct Document {
    content_type: HeaderValue,
    /// What tells its contents from others.
    digest: String,
    bytes: Bytes,
    /// As gzip, from the first time that somebody takes it; `None` where that is not shorter.
    compressed: OnceLock<Option<Bytes>>,
}

impl Document {
    pub(super) fn new(content_type: HeaderValue, digest: &[u8], bytes: Bytes) -> Self {
        Self {
            content_type,
            digest: hex(digest),
            bytes,
            compressed: OnceLock::new(),
        }
    }

    /// It, or that the client has it already.
    pub(super) fn answer(
        &self,
        request: &HeaderMap,
        caching: &'static str,
        language: Language,
    ) -> Response {
        let compressed = is_gzip_wanted(request).then(|| self.compressed());
        let compressed = compressed.flatten();
        let digest = &self.digest;
        // They are different bytes, so they have different tags (RFC 9110, section 8.8.3.3).
        let validators = Validators::of_etag(&match compressed {
            Some(_) => format!("\"{digest}-gzip\""),
            None => format!("\"{digest}\""),
        });
        let mut response = match validators.evaluate(request) {
            Outcome::Proceed => {
                let body = compressed.unwrap_or(&self.bytes).clone();
                let mut response = Body::from(body).into_response();
                let headers = response.headers_mut();
                headers.insert(header::CONTENT_TYPE, self.content_type.clone());
                if compressed.is_some() {
                    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                }
                response
            }
            Outcome::NotModified => StatusCode::NOT_MODIFIED.into_response(),
            Outcome::PreconditionFailed(field) => {
                return refuse(StatusCode::PRECONDITION_FAILED, field, language);
            }
        };
        let headers = response.headers_mut();
        validators.describe(headers);
        for (name, value) in [
            (header::CACHE_CONTROL, caching),
            (header::VARY, "accept-encoding"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }

    fn compressed(&self) -> Option<&Bytes> {
        let compressed = self.compressed.get_or_init(|| gzip(&self.bytes));
        compressed.as_ref()
    }
}

/// The beginning of a digest, long enough that no two are the same.
pub(super) fn hex(digest: &[u8]) -> String {
    let digits = |byte: &u8| format!("{byte:02x}");
    digest.iter().take(16).map(digits).collect()
}
