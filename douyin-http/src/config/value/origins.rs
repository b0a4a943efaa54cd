use std::sync::Arc;

use axum::http::{HeaderValue, Uri};

use super::Value;

/// Origins of web pages (RFC 6454), as browsers write them: scheme, host, and port where it is not the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// Whatever they are.
    Any,
    /// These alone.
    These(Arc<[HeaderValue]>),
}

impl Value for Origins {
    fn expected() -> String {
        "`*`, or origins such as https://app.example.org with commas between them".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        text.split(',')
            .map(origin)
            .collect::<Result<_, _>>()
            .map(Self::These)
    }

    fn show(&self) -> toml::Value {
        let text = match self {
            Self::Any => "*".to_owned(),
            Self::These(origins) => {
                let origins = origins
                    .iter()
                    .map(|origin| origin.to_str().unwrap_or_default());
                origins.collect::<Vec<_>>().join(",")
            }
        };
        toml::Value::from(text)
    }
}

/// An origin that a browser could send: written otherwise it would never be the same as one.
fn origin(text: &str) -> Result<HeaderValue, String> {
    let text = text.trim();
    let no_origin = || format!("\"{text}\" is not an origin");
    let url: Uri = text.parse().map_err(|_| no_origin())?;
    let (Some(scheme), Some(authority)) = (url.scheme_str(), url.authority()) else {
        return Err(no_origin());
    };
    let own_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => "",
    };
    let host = authority.as_str();
    let host = host.strip_suffix(own_port).unwrap_or(host);
    let is_bare = !host.is_empty()
        && !host.contains(['@', '*'])
        && url.path_and_query().is_none_or(|path| path == "/");
    let origin = format!("{scheme}://{host}").to_ascii_lowercase();
    if !is_bare || text.ends_with('/') || text.contains('#') {
        return Err(no_origin());
    }
    HeaderValue::try_from(origin).map_err(|_| no_origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_kept_as_browsers_write_them() {
        let read = |text: &str| {
            Origins::read(text)
                .unwrap()
                .show()
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(read("*"), "*");
        assert_eq!(
            read("https://App.example.org:443, http://localhost:5173,http://[::1]:80"),
            "https://app.example.org,http://localhost:5173,http://[::1]"
        );
    }

    #[test]
    fn what_no_browser_would_send_is_refused() {
        for text in [
            "",
            "null",
            "app.example.org",
            "https://",
            "https://app.example.org/",
            "https://app.example.org/path",
            "https://app.example.org?query",
            "https://user@app.example.org",
            "https://*.example.org",
            "https://app.example.org#",
            "https://a.example,,https://b.example",
            "https://a.example,*",
        ] {
            assert!(Origins::read(text).is_err(), "{text}");
        }
    }
}
