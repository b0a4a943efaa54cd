//! Which language a caller reads.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, header};

use crate::quality::weighted;

/// A language that texts exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, simplified.
    Chinese,
}

/// The language of a request that prefers none: an extension that the server gives to its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FallbackLanguage(pub Language);

impl Language {
    /// The one that a request prefers, or else its [`FallbackLanguage`], or else English. Handlers take it as an argument.
    #[must_use]
    pub fn of(headers: &HeaderMap, extensions: &Extensions) -> Self {
        let fallback = extensions
            .get()
            .copied()
            .unwrap_or(FallbackLanguage::default());
        Self::preferred(headers.get(header::ACCEPT_LANGUAGE), fallback.0)
    }

    /// The one that an `Accept-Language` header (RFC 9110, section 12.5.4) prefers: the highest quality value, the first of equal
    /// ones. Where it names neither, or there is no such header, it is `fallback`.
    #[must_use]
    pub fn preferred(header: Option<&HeaderValue>, fallback: Self) -> Self {
        let Some(ranges) = header.and_then(|header| header.to_str().ok()) else {
            return fallback;
        };
        let mut best = (0, fallback);
        for (tag, quality) in weighted(ranges) {
            let Some(language) = Self::of_tag(tag, fallback) else {
                continue;
            };
            if quality > best.0 {
                best = (quality, language);
            }
        }
        best.1
    }

    fn of_tag(tag: &str, fallback: Self) -> Option<Self> {
        let primary = tag.split('-').next()?;
        if primary.eq_ignore_ascii_case("zh") {
            Some(Self::Chinese)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::English)
        } else if primary == "*" {
            Some(fallback)
        } else {
            None
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, &parts.extensions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred(header: &'static str) -> Language {
        Language::preferred(Some(&HeaderValue::from_static(header)), Language::English)
    }

    #[test]
    fn chinese_is_spoken_where_it_is_preferred() {
        for header in [
            "zh",
            "zh-CN,zh;q=0.9,en;q=0.8",
            "ZH-Hans",
            "fr, zh;q=0.5, en;q=0.4",
            "en;q=0.8,zh-TW;q=0.85",
            "en;q=0, zh;q=0.001",
            "en; q=0.3, zh; Q=0.4",
        ] {
            assert_eq!(preferred(header), Language::Chinese, "{header}");
        }
    }

    #[test]
    fn english_is_spoken_where_it_is_preferred_and_where_neither_is() {
        for header in [
            "en-US,en;q=0.9,zh;q=0.8",
            "en, zh",
            "fr",
            "",
            "*",
            "zh;q=0",
            "zh;q=2",
            "zh;q=abc",
            "zh;q=0.5, *;q=0.8",
            "zhuang",
        ] {
            assert_eq!(preferred(header), Language::English, "{header}");
        }
        assert_eq!(
            Language::preferred(None, Language::English),
            Language::English
        );
    }

    #[test]
    fn the_fallback_can_be_another_one() {
        assert_eq!(
            Language::preferred(None, Language::Chinese),
            Language::Chinese
        );
        let french = HeaderValue::from_static("fr;q=0.9,*;q=0.1");
        assert_eq!(
            Language::preferred(Some(&french), Language::Chinese),
            Language::Chinese
        );
        let english = HeaderValue::from_static("en");
        assert_eq!(
            Language::preferred(Some(&english), Language::Chinese),
            Language::English
        );
    }
}
