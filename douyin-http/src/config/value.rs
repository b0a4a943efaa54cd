//! What the values of settings are, how they are read and how they are shown.

mod limit;
mod log;
mod media;
mod number;
mod origins;
mod plain;
mod ratio;
mod secrets;
mod url;

pub use limit::Limit;
pub use log::{LogFilter, LogFormat};
pub use media::{DeliveryKind, Password};
pub use number::Number;
pub use origins::Origins;
pub use plain::{KeyPrefix, Secret};
pub use ratio::Ratio;
pub use secrets::Secrets;
pub use url::{PublicUrl, Url};

/// A type that a setting can have.
pub(super) trait Value: Sized {
    /// What its texts look like, to go on after "expected".
    fn expected() -> String;

    /// Reads a text; answers what is wrong with it, without quoting what may be secret.
    fn read(text: &str) -> Result<Self, String>;

    /// Itself as TOML, what is secret replaced.
    fn show(&self) -> toml::Value;
}

/// Empty is none.
impl<T: Value> Value for Option<T> {
    fn expected() -> String {
        format!("{}, or nothing", T::expected())
    }

    fn read(text: &str) -> Result<Self, String> {
        (!text.is_empty()).then(|| T::read(text)).transpose()
    }

    fn show(&self) -> toml::Value {
        self.as_ref()
            .map_or_else(|| toml::Value::from(""), Value::show)
    }
}

/// A setting with a few named values.
macro_rules! choice {
    ($type:ty { $($name:literal => $value:path),+ $(,)? }) => {
        impl $crate::config::value::Value for $type {
            fn expected() -> String {
                [$(concat!("`", $name, "`")),+].join(" or ")
            }

            fn read(text: &str) -> Result<Self, String> {
                match text {
                    $($name => Ok($value),)+
                    other => Err(format!("there is no `{other}`")),
                }
            }

            fn show(&self) -> toml::Value {
                toml::Value::from(match self { $($value => $name),+ })
            }
        }
    };
}
use choice;
