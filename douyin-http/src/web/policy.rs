use std::fmt::Write as _;

use axum::http::{HeaderValue, Uri};

/// From where the page may load pictures and videos, besides the origin that it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaSources(Vec<String>);

impl MediaSources {
    /// The origin of this URL too. What is no `http` or `https` URL with a host has none.
    #[must_use]
    pub fn with(mut self, url: &str) -> Self {
        let source = url.parse().ok().and_then(|url: Uri| source(&url));
        self.0
            .extend(source.filter(|source| !self.0.contains(source)));
        self
    }

    /// The Content-Security-Policy of the page: nothing but its own files, and media. Scripts cannot make markup of texts either.
    pub(super) fn policy(&self) -> HeaderValue {
        let mut sources = String::new();
        for source in &self.0 {
            // Writing to a String cannot fail.
            let _ = write!(sources, " {source}");
        }
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:{sources}; \
             media-src 'self' blob:{sources}; connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
             trusted-types 'none'"
        );
        HeaderValue::try_from(policy).expect("sources are ASCII")
    }
}

/// The source expression (CSP3, section 2.3.1) of an origin. An IPv6 address, for one, cannot be written there: then it is whatever has the
/// same scheme.
fn source(url: &Uri) -> Option<String> {
    let scheme = url
        .scheme_str()
        .filter(|scheme| ["http", "https"].contains(scheme))?;
    let authority = url.authority()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte);
    Some(if authority.as_str().bytes().all(is_plain) {
        format!("{scheme}://{authority}")
    } else {
        format!("{scheme}:")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(urls: &[&str]) -> String {
        let sources = urls
            .iter()
            .fold(MediaSources::default(), |sources, url| sources.with(url));
        sources.policy().to_str().unwrap().to_owned()
    }

    #[test]
    fn nothing_is_allowed_that_the_client_does_not_need() {
        assert_eq!(
            policy(&[]),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
             media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
             trusted-types 'none'"
        );
    }

    #[test]
    fn media_may_come_from_the_origins_that_it_is_configured_to_come_from() {
        let policy = policy(&[
            "https://cdn.example.org/a/b",
            "http://127.0.0.1:9000",
            "https://cdn.example.org/c",
        ]);
        let sources = "https://cdn.example.org http://127.0.0.1:9000";
        assert!(policy.contains(&format!("; img-src 'self' blob: {sources}; ")));
        assert!(policy.contains(&format!("; media-src 'self' blob: {sources}; ")));
        assert_eq!(policy.matches("cdn.example.org").count(), 2);
    }

    #[test]
    fn what_cannot_be_written_in_a_policy_does_not_break_it() {
        for url in ["https://[2001:db8::1]:8443/a", "https://a;script-src"] {
            assert!(policy(&[url]).contains("media-src 'self' blob: https:; "));
        }
        for url in [
            "",
            "cdn.example.org",
            "ftp://cdn.example.org",
            "https://",
            "/a b",
        ] {
            assert_eq!(policy(&[url]), policy(&[]), "{url}");
        }
    }
}
