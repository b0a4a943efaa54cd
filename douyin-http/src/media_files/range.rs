use std::ops::Range;

use axum::http::{HeaderMap, header};
use douyin_media::Extent;

/// The most ranges that a request is understood to ask for. Players ask for one and readers of documents for a few; who asks for more gets the
/// whole file, which costs less than its parts (RFC 9110, 14.2 and 17.15).
const MOST: usize = 16;

/// What stands between two parts of an answer takes about so many bytes. Parts that lie no further apart are sent as one (15.3.7.2).
const BETWEEN: u64 = 80;

/// Which part of a file a request wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    Whole,
    /// These bytes, at least one of them: in the order that they were asked for, none twice.
    Parts(Vec<Range<u64>>),
    /// Only bytes that it does not have.
    Nothing,
}

/// Reads `Range`, before anything is known of the file; `None` where there is none that is understood: such a request is for all of it (14.2).
pub(super) fn extents(request: &HeaderMap) -> Option<Vec<Extent>> {
    let mut values = request.get_all(header::RANGE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (unit, set) = value.to_str().ok()?.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    // A list may have empty members (5.6.1.2).
    let specs = set.split(',').map(str::trim).filter(|one| !one.is_empty());
    let extents: Vec<Extent> = specs.take(MOST + 1).map(extent).collect::<Option<_>>()?;
    (1..=MOST).contains(&extents.len()).then_some(extents)
}

/// What extents come to of a file of so many bytes.
pub(super) fn wanted(extents: Option<&[Extent]>, size: u64) -> Wanted {
    let Some(extents) = extents else {
        return Wanted::Whole;
    };
    let parts = extents.iter().map(|extent| extent.of(size));
    let parts = coalesced(parts.filter(|part| !part.is_empty()));
    if parts.is_empty() {
        return Wanted::Nothing;
    }
    Wanted::Parts(parts)
}

/// Joins what overlaps or nearly touches, at the place of the first of them.
fn coalesced(parts: impl Iterator<Item = Range<u64>>) -> Vec<Range<u64>> {
    let mut apart: Vec<Range<u64>> = Vec::new();
    for mut part in parts {
        let mut place = apart.len();
        while let Some(near) = apart.iter().position(|other| {
            other.start <= part.end.saturating_add(BETWEEN)
                && part.start <= other.end.saturating_add(BETWEEN)
        }) {
            let other = apart.remove(near);
            part = part.start.min(other.start)..part.end.max(other.end);
            place = near.min(place);
        }
        apart.insert(place, part);
    }
    apart
}

fn extent(spec: &str) -> Option<Extent> {
    let (first, last) = spec.split_once('-')?;
    match (position(first), position(last)) {
        (Some(first), _) if last.is_empty() => Some(Extent::From(first)),
        (Some(first), Some(last)) if first <= last => Some(Extent::Within(first..=last)),
        (None, Some(amount)) if first.is_empty() => Some(Extent::Last(amount)),
        _ => None,
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
        wanted(extents(&headers).as_deref(), size)
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
            ("bytes=,5-6 ,,", 5..7),
        ] {
            assert_eq!(of(range, 100), Wanted::Parts(vec![part]), "{range}");
        }
    }

    #[test]
    fn several_ranges_come_in_the_order_of_the_request_and_none_twice() {
        for (range, parts) in [
            ("bytes=0-9,500-509", "0..10 500..510"),
            ("bytes=500-509, 0-9", "500..510 0..10"),
            ("bytes=900-,-10,0-0", "900..1000 0..1"),
            // Overlapping, adjacent, or with less between them than what it takes to say that.
            ("bytes=0-9,5-14", "0..15"),
            ("bytes=0-9,10-19", "0..20"),
            ("bytes=0-9,90-99", "0..100"),
            ("bytes=0-9,91-99", "0..10 91..100"),
            // The last one joins the others, at the place of the first of them.
            ("bytes=500-509,0-9,300-309,0-450", "0..510"),
            ("bytes=900-909,0-9,300-309,0-350", "900..910 0..351"),
            // What is not there is left out.
            ("bytes=0-9,1000-,-0", "0..10"),
            ("bytes=0-9,500-5000", "0..10 500..1000"),
        ] {
            let Wanted::Parts(wanted) = of(range, 1000) else {
                panic!("{range} is not understood");
            };
            let wanted: Vec<_> = wanted.iter().map(|part| format!("{part:?}")).collect();
            assert_eq!(wanted.join(" "), parts, "{range}");
        }
    }

    #[test]
    fn a_flood_of_ranges_is_answered_with_the_whole() {
        let ranges = |amount: usize| {
            let ranges: Vec<_> = (0..amount).map(|at| format!("{0}-{0}", at * 100)).collect();
            of(&format!("bytes={}", ranges.join(",")), 1_000_000)
        };
        assert!(matches!(ranges(MOST), Wanted::Parts(parts) if parts.len() == MOST));
        assert_eq!(ranges(MOST + 1), Wanted::Whole);
        assert_eq!(ranges(1000), Wanted::Whole);
        assert_eq!(
            of(&format!("bytes=0-{}", ",0-".repeat(1000)), 10),
            Wanted::Whole
        );
    }

    #[test]
    fn a_range_behind_the_end_is_unsatisfiable() {
        for range in [
            "bytes=100-",
            "bytes=100-200",
            "bytes=-0",
            "bytes=99999999999999999999999999-",
            "bytes=100-,-0,200-300",
        ] {
            assert_eq!(of(range, 100), Wanted::Nothing, "{range}");
        }
        for range in ["bytes=0-", "bytes=0-0", "bytes=-1"] {
            assert_eq!(of(range, 0), Wanted::Nothing, "{range} of nothing");
        }
    }

    #[test]
    fn what_is_no_set_of_ranges_of_bytes_is_ignored() {
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
            "bytes=,",
            "bytes=0-0,6-5",
            "bytes=0-0;5-6",
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
        assert_eq!(extents(&headers), None);
    }
}
