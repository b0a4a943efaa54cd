//! The headers of the protocol.

use std::collections::HashSet;
use std::time::{Duration, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use douyin_core::Timestamp;

use crate::api::error::Failure;
use crate::api::status::Status;

/// The media type of an upload's bytes.
pub(super) const BYTES: &str = "application/offset+octet-stream";

/// The most bytes of an upload's metadata.
const MOST_METADATA: usize = 4 << 10;

pub(crate) const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(crate) const VERSIONS: HeaderName = HeaderName::from_static("tus-version");
pub(crate) const EXTENSIONS: HeaderName = HeaderName::from_static("tus-extension");
pub(crate) const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
pub(crate) const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(crate) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(crate) const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub(crate) const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// A header that is a number of bytes: digits and nothing else.
pub(super) fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Failure> {
    let wrong = |status| Failure::new(status).with("name", name);
    let value = headers.get(name);
    let value = value.ok_or_else(|| wrong(Status::MissingParameter))?;
    let text = value.to_str().unwrap_or_default();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.ok_or_else(|| wrong(Status::InvalidParameter))
}

/// When an upload is removed that does not get any further.
pub(super) fn date(at: Timestamp) -> HeaderValue {
    let seconds = at.as_millis().max(0).unsigned_abs() / 1_000;
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
    HeaderValue::try_from(date).expect("a date is ASCII")
}

/// `Upload-Metadata`: names with values in Base64, which is told again and used for nothing else.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Metadata(pub(super) String);

impl Metadata {
    /// That of a request; empty where it has none.
    ///
    /// # Errors
    /// Where it is none, names something twice, or is long.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Failure> {
        let Some(value) = headers.get(METADATA) else {
            return Ok(Self(String::new()));
        };
        let text = value.to_str().ok().map(str::trim);
        text.filter(|text| text.len() <= MOST_METADATA && is_metadata(text))
            .map(|text| Self(text.to_owned()))
            .ok_or_else(|| Failure::new(Status::InvalidParameter).with("name", &METADATA))
    }
}

fn is_metadata(text: &str) -> bool {
    let mut names = HashSet::new();
    text.is_empty()
        || text.split(',').all(|pair| {
            let pair = pair.trim();
            // A value may be empty, with or without its space.
            let (name, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
            is_name && STANDARD.decode(value).is_ok() && names.insert(name)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(text: &'static str) -> Option<String> {
        let headers = HeaderMap::from_iter([(METADATA, HeaderValue::from_static(text))]);
        Metadata::of(&headers).ok().map(|metadata| metadata.0)
    }

    #[test]
    fn metadata_are_names_with_values_in_base64() {
        for text in [
            "",
            "a",
            "a ",
            "a YQ==",
            "filename Li4vLi4vYS5tcDQ=,is_private",
        ] {
            assert_eq!(metadata(text).as_deref(), Some(text.trim()), "{text}");
        }
        for text in [
            ",",
            "a YQ==,",
            " ,a",
            "a YQ",
            "a ?",
            "a b c",
            "a YQ==,a YQ==",
        ] {
            assert_eq!(metadata(text), None, "{text}");
        }
    }

    #[test]
    fn metadata_is_bounded() {
        let of_length = |length: usize| {
            let value = HeaderValue::try_from("a".repeat(length)).unwrap();
            Metadata::of(&HeaderMap::from_iter([(METADATA, value)])).is_ok()
        };
        assert!(of_length(MOST_METADATA) && !of_length(MOST_METADATA + 1));
    }

    #[test]
    fn a_number_is_digits() {
        let number = |text: &'static str| {
            let headers = HeaderMap::from_iter([(LENGTH, HeaderValue::from_static(text))]);
            number(&headers, &LENGTH).ok()
        };
        assert_eq!((number("0"), number("007")), (Some(0), Some(7)));
        assert_eq!(number("18446744073709551615"), Some(u64::MAX));
        for text in [
            "",
            "-1",
            "+1",
            "1.0",
            "1e3",
            "18446744073709551616",
            "0x1",
            "1 1",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
