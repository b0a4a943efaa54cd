use std::ops::Range;

use axum::http::{HeaderMap, header};
use douyin_media::Extent;

/// Which part of a file a request wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it, or something that is not understood or not worth it, such as several parts at a time: a server may
    /// answer those with all of it (RFC 9110, 14.2).
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Only bytes that it does not have.
    Nothing,
}

/// Reads `Range`, before anything is known of the file.
pub(super) fn extent(request: &HeaderMap) -> Extent {
    let mut values = request.get_all(header::RANGE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Extent::Whole;
    };
    let spec = value.to_str().ok().and_then(|text| text.split_once('='));
    match spec {
        Some((unit, spec)) if unit.trim().eq_ignore_ascii_case("bytes") => one_part(spec.trim()),
        _ => Extent::Whole,
    }
}

/// What an extent comes to of a file of so many bytes.
pub(super) fn wanted(extent: &Extent, size: u64) -> Wanted {
    if *extent == Extent::Whole {
        return Wanted::Whole;
    }
    let part = extent.of(size);
    if part.is_empty() {
        return Wanted::Nothing;
    }
    Wanted::Part(part)
}

fn one_part(spec: &str) -> Extent {
    let Some((first, last)) = spec.split_once('-') else {
        return Extent::Whole;
    };
    match (position(first), position(last)) {
        (Some(first), _) if last.is_empty() => Extent::From(first),
        (Some(first), Some(last)) if first <= last => Extent::Within(first..=last),
        (None, Some(amount)) if first.is_empty() => Extent::Last(amount),
        _ => Extent::Whole,
    }
}

/// A number of any length; one beyond every file is as good as the largest there is.
fn position(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(range: &str, size: u64) -> Wanted {
        let headers =
            HeaderMap::from_iter([(header::RANGE, HeaderValue::from_str(range).unwrap())]);
        wanted(&extent(&headers), size)
    }

    #[test]
    fn one_range_is_cut_to_what_is_there() {
        for (range, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=0-99", 0..100),
            ("bytes=10-19", 10..20),
            ("bytes=90-1000", 90..100),
            ("bytes=99-", 99..100),
            ("bytes=0-", 0..100),
            ("bytes=-1", 99..100),
            ("bytes=-1000", 0..100),
            ("bytes=5-99999999999999999999999999", 5..100),
            ("bytes=5-18446744073709551615", 5..100),
            ("BYTES= 5-6 ", 5..7),
        ] {
            assert_eq!(of(range, 100), Wanted::Part(part), "{range}");
        }
    }

    #[test]
    fn a_range_behind_the_end_is_unsatisfiable() {
        for range in [
            "bytes=100-",
            "bytes=100-200",
            "bytes=-0",
            "bytes=99999999999999999999999999-",
        ] {
            assert_eq!(of(range, 100), Wanted::Nothing, "{range}");
        }
        for range in ["bytes=0-", "bytes=0-0", "bytes=-1"] {
            assert_eq!(of(range, 0), Wanted::Nothing, "{range} of nothing");
        }
    }

    #[test]
    fn what_is_not_one_range_of_bytes_is_ignored() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=2-1",
            "bytes=1",
            "bytes=+1-2",
            "bytes=--1",
            "bytes=1 - 2",
            "items=0-1",
            "bytes=0-0,5-6",
            "bytes=0-0,",
            "bytes=1-2-3",
            "bytes=0x1-2",
        ] {
            assert_eq!(of(range, 100), Wanted::Whole, "{range}");
        }
    }

    #[test]
    fn two_range_headers_are_ignored() {
        let range = |text| (header::RANGE, HeaderValue::from_static(text));
        let mut headers = HeaderMap::new();
        for (name, value) in [range("bytes=0-1"), range("bytes=2-3")] {
            headers.append(name, value);
        }
        assert_eq!(wanted(&extent(&headers), 100), Wanted::Whole);
    }
}
