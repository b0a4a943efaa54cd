use std::time::Duration;

use super::Value;
use crate::api::{Allowance, TrustedProxies};

/// How often something may happen: so many times in so many seconds, or as often as anybody likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(Option<Allowance>);

impl Limit {
    /// What is allowed; `None` where everything is.
    #[must_use]
    pub const fn allowance(self) -> Option<Allowance> {
        self.0
    }
}

impl Value for Limit {
    fn expected() -> String {
        "TIMES/SECONDS, such as 100/10, or `off`".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self(None));
        }
        let no_limit = || format!("\"{text}\" is not a limit");
        let (times, seconds) = text.split_once('/').ok_or_else(no_limit)?;
        let [times, seconds] = [times, seconds].map(|number| number.parse::<u32>().ok());
        match (times, seconds) {
            (Some(times @ 1..=1_000_000), Some(seconds @ 1..=86_400)) => {
                Ok(Self(Some(Allowance {
                    times,
                    window: Duration::from_secs(seconds.into()),
                })))
            }
            (Some(_), Some(_)) => Err(format!(
                "{text} is out of range: 1 to 1000000 times in 1 to 86400 seconds"
            )),
            _ => Err(no_limit()),
        }
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(match self.0 {
            Some(Allowance { times, window }) => format!("{times}/{}", window.as_secs()),
            None => "off".to_owned(),
        })
    }
}

impl Value for TrustedProxies {
    fn expected() -> String {
        "addresses and networks such as 10.0.0.0/8 with commas between them, or nothing".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error| format!("{error}"))
    }

    fn show(&self) -> toml::Value {
        let networks = self.networks().iter().map(ToString::to_string);
        toml::Value::from(networks.collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_times_in_seconds_or_off() {
        for text in ["1/1", "100/10", "1000000/86400", "off"] {
            assert_eq!(Limit::read(text).unwrap().show().as_str(), Some(text));
        }
        for text in [
            "",
            "0/1",
            "1/0",
            "100",
            "100/10/1",
            "-1/10",
            "1.5/10",
            "1000001/1",
            "1/86401",
            "OFF",
            "100 / 10",
        ] {
            assert!(Limit::read(text).is_err(), "{text}");
        }
    }
}
