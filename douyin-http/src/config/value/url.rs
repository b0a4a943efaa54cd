use std::fmt;
use std::path::Path;

use super::Value;
use crate::config::ConfigError;

/// Where something is that the program works with, `SCHEME:REST`. A password in it shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Url(String);

impl Url {
    /// All of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scheme, such as `sqlite`, and what stands after its colon.
    #[must_use]
    pub fn split(&self) -> (&str, &str) {
        self.0.split_once(':').unwrap_or((&self.0, ""))
    }

    /// `memory:`, which keeps nothing.
    pub(in crate::config) fn memory() -> Self {
        Self("memory:".to_owned())
    }

    pub(in crate::config) fn is_memory(&self) -> bool {
        *self == Self::memory()
    }

    pub(in crate::config) fn contains(&self, placeholder: &str) -> bool {
        self.0.contains(placeholder)
    }

    pub(in crate::config) fn replace(
        &mut self,
        placeholder: &str,
        path: &Path,
    ) -> Result<(), ConfigError> {
        if self.contains(placeholder) {
            let path = path.to_str().ok_or(ConfigError::Contradiction(
                "data_dir is not UTF-8: give database_url and media_url too",
            ))?;
            self.0 = self.0.replace(placeholder, path);
        }
        Ok(())
    }

    /// It without the password of `scheme://user:password@host/path?password=…`.
    fn masked(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            // Nobody can tell what is a password where a slash is missing.
            return match self.0.split_once(':') {
                Some((scheme, rest)) if rest.contains('@') => format!("{scheme}:(hidden)"),
                _ => self.0.clone(),
            };
        };
        // A query begins after the user: a password may have a question mark in it.
        let user_end = rest.find('@').unwrap_or(0);
        let query_start = rest[user_end..].find('?').map(|at| user_end + at);
        let (rest, query) = match query_start {
            Some(at) => (&rest[..at], "?(hidden)"),
            None => (rest, ""),
        };
        match rest.rsplit_once('@') {
            Some((user, host)) => {
                let user = user.split(':').next().unwrap_or_default();
                format!("{scheme}://{user}:(hidden)@{host}{query}")
            }
            None => format!("{scheme}://{rest}{query}"),
        }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({})", self.masked())
    }
}

impl Value for Url {
    fn expected() -> String {
        "SCHEME:REST, such as sqlite:data/douyin.db, file:data/media, s3://bucket/prefix or memory:"
            .to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        let is_scheme = |scheme: &str| {
            !scheme.is_empty()
                && scheme
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        };
        match text.split_once(':') {
            Some((scheme, _)) if is_scheme(scheme) => Ok(Self(text.to_owned())),
            _ => Err("it does not begin with a scheme".to_owned()),
        }
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(self.masked())
    }
}

/// What absolute URLs in answers begin with: `http://` or `https://`, a host, perhaps a path; no slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for PublicUrl {
    fn expected() -> String {
        "a URL such as https://video.example.org".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        let not_a_url = || format!("\"{text}\" is not an http or https URL");
        let url: axum::http::Uri = text.parse().map_err(|_| not_a_url())?;
        if !matches!(url.scheme_str(), Some("http" | "https"))
            || url.host().is_none_or(str::is_empty)
        {
            return Err(not_a_url());
        }
        if url.query().is_some() || text.contains(['@', '#']) {
            return Err(format!("\"{text}\" has a query, a fragment or a user"));
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(self.0.as_str())
    }
}
