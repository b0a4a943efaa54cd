use std::io::Write as _;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::quality::weighted;

/// Whether a request would rather have gzip than nothing (RFC 9110, section 12.5.3). Who says nothing gets files as they are.
pub(super) fn is_gzip_wanted(request: &HeaderMap) -> bool {
    let (mut gzip, mut identity, mut others) = (None, 0, 0);
    let lists = request.get_all(header::ACCEPT_ENCODING).iter();
    let lists = lists.filter_map(|list| list.to_str().ok());
    for (coding, quality) in lists.flat_map(weighted) {
        // Names are case-insensitive; the other one is an alias (8.4.1.3).
        if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
            gzip = Some(quality);
        } else if coding.eq_ignore_ascii_case("identity") {
            identity = quality;
        } else if coding == "*" {
            others = quality;
        }
    }
    let gzip = gzip.unwrap_or(others);
    gzip > 0 && gzip >= identity
}

/// The bytes as gzip, where that is shorter.
pub(super) fn gzip(bytes: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to a vector cannot fail; if it did, the file would be sent as it is.
    encoder.write_all(bytes).ok()?;
    let compressed = encoder.finish().ok()?;
    (compressed.len() < bytes.len()).then(|| compressed.into())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use axum::http::HeaderValue;
    use flate2::read::GzDecoder;

    use super::*;

    fn wants(lists: &[&'static str]) -> bool {
        let mut request = HeaderMap::new();
        for list in lists {
            request.append(header::ACCEPT_ENCODING, HeaderValue::from_static(list));
        }
        is_gzip_wanted(&request)
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it_and_would_not_rather_have_the_file_as_it_is() {
        for lists in [
            &["gzip"][..],
            &["gzip, deflate, br, zstd"],
            &["GZIP;q=0.1"],
            &["x-gzip"],
            &["*"],
            &["br;q=1, *;q=0.1"],
            &["identity;q=0, gzip;q=0.001"],
            &["identity, gzip"],
            &["br", "gzip"],
        ] {
            assert!(wants(lists), "{lists:?}");
        }
        for lists in [
            &[][..],
            &[""],
            &["br"],
            &["gzip;q=0"],
            &["gzip;q=0, *"],
            &["*;q=0"],
            &["identity"],
            &["identity;q=0.5, gzip;q=0.4"],
            &["gzipped"],
            &["gzip;q=x"],
        ] {
            assert!(!wants(lists), "{lists:?}");
        }
    }

    #[test]
    fn what_is_compressed_is_shorter_and_comes_out_the_same() {
        let text = b"let it be, ".repeat(40);
        let compressed = gzip(&text).unwrap();
        assert!(compressed.len() < 60, "{}", compressed.len());
        let mut again = Vec::new();
        GzDecoder::new(&*compressed)
            .read_to_end(&mut again)
            .unwrap();
        assert_eq!(again, text);
        assert_eq!(gzip(b"short"), None);
    }
}
