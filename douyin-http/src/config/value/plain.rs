use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use douyin_core::MessagePolicy;
use douyin_media::Ffmpeg;
use jiff::tz::TimeZone;

use super::{Value, choice};
use crate::api::{ChatIncremental, Language, SECRET_BYTES};
use crate::open::CacheAlone;

impl Value for SocketAddr {
    fn expected() -> String {
        "ADDRESS:PORT, such as 127.0.0.1:8080 or 0.0.0.0:80".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        text.parse()
            .map_err(|_| format!("\"{text}\" is not an address with a port"))
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(self.to_string())
    }
}

impl Value for PathBuf {
    fn expected() -> String {
        "a path".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        Ok(Self::from(text))
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(self.to_string_lossy().as_ref())
    }
}

impl Value for TimeZone {
    fn expected() -> String {
        "a name of the IANA time zone database, such as Asia/Shanghai or UTC".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        Self::get(text).map_err(|_| format!("there is no time zone \"{text}\""))
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(self.iana_name().unwrap_or("UTC"))
    }
}

choice!(MessagePolicy { "anyone" => MessagePolicy::Anyone, "friends" => MessagePolicy::FriendsOnly });

choice!(Language { "en" => Language::English, "zh" => Language::Chinese });

impl Value for bool {
    fn expected() -> String {
        "`true` or `false`".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        text.parse()
            .map_err(|_| format!("\"{text}\" is neither true nor false"))
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(*self)
    }
}

choice!(CacheAlone {
    "auto" => CacheAlone::Auto,
    "true" => CacheAlone::Yes,
    "false" => CacheAlone::No,
});

choice!(ChatIncremental {
    "auto" => ChatIncremental::Auto,
    "incoming" => ChatIncremental::Incoming,
    "both" => ChatIncremental::Both,
});

impl Value for Ffmpeg {
    fn expected() -> String {
        "`auto`, `off`, or the path of the program".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        Ok(match text {
            "auto" => Self::Auto,
            "off" => Self::Off,
            path => Self::At(PathBuf::read(path)?),
        })
    }

    fn show(&self) -> toml::Value {
        match self {
            Self::Auto => toml::Value::from("auto"),
            Self::Off => toml::Value::from("off"),
            Self::At(path) => path.show(),
        }
    }
}

/// A key that signs tokens; shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The bytes to sign with.
    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Value for Secret {
    fn expected() -> String {
        format!("at least {SECRET_BYTES} bytes that nobody can guess")
    }

    fn read(text: &str) -> Result<Self, String> {
        if text.len() < SECRET_BYTES {
            return Err(format!("it has {} bytes", text.len()));
        }
        Ok(Self(text.to_owned()))
    }

    fn show(&self) -> toml::Value {
        toml::Value::from("(hidden)")
    }
}

/// What names begin with that several deployments share a place for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPrefix(String);

impl KeyPrefix {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for KeyPrefix {
    fn expected() -> String {
        "1 to 64 printable ASCII characters without spaces".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        let is_printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_printable && (1..=64).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("{text:?} is not such a text"))
        }
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(self.0.as_str())
    }
}
