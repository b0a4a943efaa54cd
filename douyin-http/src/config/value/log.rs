use tracing_subscriber::EnvFilter;

use super::{Value, choice};

/// A filter of log lines, such as `info,sqlx=warn`; checked when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// The filter itself.
    #[must_use]
    pub fn to_filter(&self) -> EnvFilter {
        EnvFilter::builder().parse_lossy(&self.0)
    }
}

impl Value for LogFilter {
    fn expected() -> String {
        "a filter such as `info` or `warn,douyin_http=debug`".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        EnvFilter::builder()
            .parse(text)
            .map(|_| Self(text.to_owned()))
            .map_err(|error| format!("\"{text}\" is not a filter: {error}"))
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(self.0.as_str())
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line, for machines.
    Json,
}

choice!(LogFormat { "pretty" => LogFormat::Pretty, "json" => LogFormat::Json });
