use std::fmt;

use douyin_media::Accept;

use super::{Value, choice};

/// How clients get stored media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryKind {
    /// Through this process.
    Proxy,
    /// By a redirect to a signed URL.
    Redirect,
    /// From a URL that everybody may read.
    Public,
}

choice!(DeliveryKind {
    "proxy" => DeliveryKind::Proxy,
    "redirect" => DeliveryKind::Redirect,
    "public" => DeliveryKind::Public,
});

choice!(Accept {
    "any" => Accept::Any,
    "mp4" => Accept::PlaysEverywhere,
});

impl Value for String {
    fn expected() -> String {
        "a text".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        Ok(text.to_owned())
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(self.as_str())
    }
}

/// What proves to another service who asks; shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl Value for Password {
    fn expected() -> String {
        "a text that nobody can guess".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    fn show(&self) -> toml::Value {
        toml::Value::from("(hidden)")
    }
}
