//! Conditions of requests for files (RFC 9110, section 13).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use douyin_media::MediaFile;

use crate::api::{Failure, Language};

/// What tells one version of a file from another (RFC 9110, 8.8).
#[derive(Debug, Clone)]
pub(crate) struct Validators {
    etag: String,
    /// In whole seconds: HTTP knows no others.
    modified: Option<SystemTime>,
}

/// What the conditions of a request come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Proceed,
    NotModified,
    /// Because of the condition in this field.
    PreconditionFailed(&'static str),
}

/// Whether a request has a condition that only the file can decide.
pub(crate) fn is_in(request: &HeaderMap) -> bool {
    [
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        header::IF_MODIFIED_SINCE,
        header::IF_UNMODIFIED_SINCE,
        header::IF_RANGE,
    ]
    .iter()
    .any(|name| request.contains_key(name))
}

/// There is a file, but not for this request, because of one of its fields.
pub(crate) fn refuse(status: StatusCode, field: &'static str, language: Language) -> Response {
    let mut response = Failure::invalid(field).answer(language);
    *response.status_mut() = status;
    response
}

impl Validators {
    pub(crate) fn of(file: &MediaFile) -> Self {
        let seconds = file.modified().map(|at| at.as_millis() / 1000);
        Self {
            etag: file.etag().to_owned(),
            modified: seconds
                .and_then(|seconds| u64::try_from(seconds).ok())
                .map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds)),
        }
    }

    /// Those of a file that has no date.
    pub(crate) fn of_etag(etag: &str) -> Self {
        Self {
            etag: etag.to_owned(),
            modified: None,
        }
    }

    pub(crate) fn describe(&self, headers: &mut HeaderMap) {
        if let Ok(etag) = HeaderValue::from_str(&self.etag) {
            headers.insert(header::ETAG, etag);
        }
        let modified = self.modified.map(httpdate::fmt_http_date);
        if let Some(Ok(modified)) = modified.map(HeaderValue::try_from) {
            headers.insert(header::LAST_MODIFIED, modified);
        }
    }

    /// Evaluates the conditions in the order of RFC 9110, 13.2.2.
    pub(crate) fn evaluate(&self, request: &HeaderMap) -> Outcome {
        let is_later_than = |date| self.modified.is_some_and(|modified| modified > date);
        if request.contains_key(header::IF_MATCH) {
            if !self.is_listed(request, &header::IF_MATCH, strong) {
                return Outcome::PreconditionFailed("If-Match");
            }
        } else if date(request, &header::IF_UNMODIFIED_SINCE).is_some_and(is_later_than) {
            return Outcome::PreconditionFailed("If-Unmodified-Since");
        }
        if request.contains_key(header::IF_NONE_MATCH) {
            if self.is_listed(request, &header::IF_NONE_MATCH, weak) {
                return Outcome::NotModified;
            }
        } else if let (Some(date), Some(_)) =
            (date(request, &header::IF_MODIFIED_SINCE), self.modified)
            && !is_later_than(date)
        {
            return Outcome::NotModified;
        }
        Outcome::Proceed
    }

    /// Whether `Range` is to be looked at: not where `If-Range` names another version (RFC 9110, 13.1.5).
    pub(crate) fn range_counts(&self, request: &HeaderMap) -> bool {
        let Some(value) = request.get(header::IF_RANGE) else {
            return true;
        };
        let same_etag = value
            .to_str()
            .is_ok_and(|tag| strong(tag.trim(), &self.etag));
        same_etag
            || date(request, &header::IF_RANGE).is_some_and(|date| self.modified == Some(date))
    }

    fn is_listed(
        &self,
        request: &HeaderMap,
        name: &HeaderName,
        same: fn(&str, &str) -> bool,
    ) -> bool {
        // None of our tags has a comma in it.
        request
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .any(|tag| tag == "*" || same(tag, &self.etag))
    }
}

fn strong(one: &str, other: &str) -> bool {
    one == other && !one.starts_with("W/")
}

fn weak(one: &str, other: &str) -> bool {
    let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    opaque(one) == opaque(other)
}

fn date(request: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    let text = request.get(name)?.to_str().ok()?;
    httpdate::parse_http_date(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Wed, 21 Oct 2026 07:28:00 GMT";
    const BEFORE: &str = "Wed, 21 Oct 2026 07:27:59 GMT";
    const AFTER: &str = "Wed, 21 Oct 2026 07:28:01 GMT";

    fn file() -> Validators {
        Validators {
            etag: "\"a\"".to_owned(),
            modified: Some(httpdate::parse_http_date(DATE).unwrap()),
        }
    }

    fn request(headers: &[(HeaderName, &str)]) -> HeaderMap {
        headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn conditions_come_to_what_the_standard_says() {
        use Outcome::{NotModified, PreconditionFailed, Proceed};
        let (none_match, matches) = (header::IF_NONE_MATCH, header::IF_MATCH);
        let (modified, unmodified) = (header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE);
        for (headers, outcome) in [
            (vec![], Proceed),
            (vec![(none_match.clone(), "\"a\"")], NotModified),
            (vec![(none_match.clone(), "W/\"a\"")], NotModified),
            (vec![(none_match.clone(), "\"b\", \"a\"")], NotModified),
            (vec![(none_match.clone(), "*")], NotModified),
            (vec![(none_match.clone(), "\"b\"")], Proceed),
            (vec![(none_match.clone(), "a")], Proceed),
            (
                vec![(none_match, "\"b\""), (modified.clone(), AFTER)],
                Proceed,
            ),
            (vec![(modified.clone(), DATE)], NotModified),
            (vec![(modified.clone(), AFTER)], NotModified),
            (vec![(modified.clone(), BEFORE)], Proceed),
            (vec![(modified, "yesterday")], Proceed),
            (vec![(matches.clone(), "\"a\"")], Proceed),
            (vec![(matches.clone(), "*")], Proceed),
            (
                vec![(matches.clone(), "W/\"a\"")],
                PreconditionFailed("If-Match"),
            ),
            (
                vec![(matches.clone(), "\"b\"")],
                PreconditionFailed("If-Match"),
            ),
            (
                vec![(matches, "\"a\""), (unmodified.clone(), BEFORE)],
                Proceed,
            ),
            (
                vec![(unmodified.clone(), BEFORE)],
                PreconditionFailed("If-Unmodified-Since"),
            ),
            (vec![(unmodified, DATE)], Proceed),
        ] {
            assert_eq!(file().evaluate(&request(&headers)), outcome, "{headers:?}");
        }
    }

    #[test]
    fn a_range_counts_only_for_the_version_that_if_range_names() {
        for (value, counts) in [
            ("\"a\"", true),
            ("\"b\"", false),
            ("W/\"a\"", false),
            (DATE, true),
            (BEFORE, false),
            (AFTER, false),
            ("x", false),
        ] {
            assert_eq!(
                file().range_counts(&request(&[(header::IF_RANGE, value)])),
                counts,
                "{value}"
            );
        }
        assert!(file().range_counts(&HeaderMap::new()));
    }

    #[test]
    fn a_file_without_a_date_is_compared_by_its_tag_alone() {
        let file = Validators {
            modified: None,
            ..file()
        };
        assert_eq!(
            file.evaluate(&request(&[(header::IF_MODIFIED_SINCE, AFTER)])),
            Outcome::Proceed
        );
        assert!(!file.range_counts(&request(&[(header::IF_RANGE, DATE)])));
    }
}
