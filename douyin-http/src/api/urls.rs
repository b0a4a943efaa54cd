//! Absolute URLs of media.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use douyin_core::MediaKey;
use douyin_media::MediaStorage;
use serde::{Serialize, Serializer};

use super::Api;

/// Where media is served, beside the API.
pub const MEDIA_PATH: &str = "/media";

/// What every media URL of an answer begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Urls {
    /// This service.
    here: String,
    /// Where stored files are fetched from instead.
    elsewhere: Option<String>,
}

/// A URL that is put together while it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MediaUrl<'a> {
    base: &'a str,
    key: &'a MediaKey,
}

impl Urls {
    /// The URL of a media file.
    pub(crate) fn media<'a>(&'a self, key: &'a MediaKey) -> MediaUrl<'a> {
        let base = match &self.elsewhere {
            Some(elsewhere) if MediaStorage::stores(key) => elsewhere,
            _ => &self.here,
        };
        MediaUrl { base, key }
    }
}

impl fmt::Display for MediaUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base)?;
        f.write_str(self.key.as_str())
    }
}

impl Serialize for MediaUrl<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromRequestParts<Arc<Api>> for Urls {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Infallible> {
        let original = parts.extensions.get::<OriginalUri>();
        let mount = original.map_or("", |original| mount(&original.0, &parts.uri));
        let here = if let Some(public) = &api.public_url {
            format!("{public}{mount}{MEDIA_PATH}/")
        } else {
            let forwarded = api.trusted_proxies.forwarded(&parts.extensions);
            let (scheme, host) = origin(&parts.headers, forwarded);
            let host = host.unwrap_or(&api.fallback_host);
            format!("{scheme}://{host}{mount}{MEDIA_PATH}/")
        };
        Ok(Self {
            here,
            elsewhere: api.stored_media_url.clone(),
        })
    }
}

/// The prefix that the API is nested under in another router, which that one has taken off the path.
pub(crate) fn mount<'a>(original: &'a Uri, uri: &Uri) -> &'a str {
    let original = original.path();
    match uri.path() {
        // The prefix alone names the root below it.
        "/" => original.strip_suffix('/').unwrap_or(original),
        path => original.strip_suffix(path).unwrap_or_default(),
    }
}

/// The [`mount`], to be written between quotation marks in a page.
pub(crate) fn mount_in_page(original: &Uri, uri: &Uri) -> String {
    mount(original, uri).replace('"', "%22")
}

/// The scheme and host that the client used, as far as the request says so in a way that can be believed.
fn origin(headers: &HeaderMap, trust_forwarded: bool) -> (&'static str, Option<&str>) {
    // A proxy appends to what it was told.
    let forwarded = |name| {
        let value = headers.get(name).filter(|_| trust_forwarded)?;
        value.to_str().ok()?.rsplit(',').next().map(str::trim)
    };
    let scheme = match forwarded("x-forwarded-proto") {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
        _ => "http",
    };
    let named = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = forwarded("x-forwarded-host")
        .filter(|host| is_host(host))
        .or(named.filter(|host| is_host(host)));
    (scheme, host)
}

/// Whether it is a host with or without a port, and nothing that would make another URL of it.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) if address.parse::<std::net::Ipv6Addr>().is_ok() => (None, rest),
        Some(_) => return false,
        None => {
            let end = text.find(':').unwrap_or(text.len());
            (Some(&text[..end]), &text[end..])
        }
    };
    let host = host.is_none_or(|host| {
        (1..=253).contains(&host.len())
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    });
    let port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|port| port.parse::<u16>().is_ok());
    host && port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_and_addresses_with_or_without_a_port() {
        for host in [
            "localhost",
            "a-b.example.com:8080",
            "192.0.2.1:80",
            "[::1]",
            "[2001:db8::1]:443",
            "douyin_api",
        ] {
            assert!(is_host(host), "{host}");
        }
        for other in [
            "",
            ":80",
            "a b",
            "a/b",
            "user@host",
            "a\"b",
            "<script>",
            "a:b",
            "a:99999",
            "[::1",
            "[x]:1",
            "::1",
            "例子",
            "a?b",
            "a#b",
            "a:80:90",
        ] {
            assert!(!is_host(other), "{other}");
        }
        assert!(!is_host(&"a".repeat(254)));
    }

    #[test]
    fn the_prefix_is_found_whether_or_not_the_root_below_it_has_a_slash() {
        for (original, uri, expected) in [
            ("/", "/", ""),
            ("/docs", "/docs", ""),
            ("/video/docs?a=b", "/docs", "/video"),
            ("/video", "/", "/video"),
            ("/video/", "/", "/video"),
            ("/a/%62/", "/", "/a/%62"),
        ] {
            let (original, uri) = (original.parse().unwrap(), uri.parse().unwrap());
            assert_eq!(mount(&original, &uri), expected, "{original}");
        }
    }

    #[test]
    fn forwarded_headers_count_only_where_they_are_trusted() {
        let mut headers = HeaderMap::new();
        headers.insert("host", "inner:8080".parse().unwrap());
        headers.insert(
            "x-forwarded-host",
            "evil.example, video.example.com".parse().unwrap(),
        );
        headers.insert("x-forwarded-proto", "https".parse().unwrap());
        assert_eq!(origin(&headers, false), ("http", Some("inner:8080")));
        assert_eq!(origin(&headers, true), ("https", Some("video.example.com")));
        headers.insert("x-forwarded-host", "a/b".parse().unwrap());
        assert_eq!(origin(&headers, true), ("https", Some("inner:8080")));
    }
}
