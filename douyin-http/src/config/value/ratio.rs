use super::Value;

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio(f64);

impl Ratio {
    /// From 0 to 1.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl Value for Ratio {
    fn expected() -> String {
        "a number from 0 to 1, such as 0.01".to_owned()
    }

    fn read(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(Self(ratio)),
            Ok(ratio) => Err(format!("{ratio} is not within them")),
            Err(_) => Err(format!("\"{text}\" is not a number")),
        }
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_from_0_to_1() {
        for (text, ratio) in [("0", 0.0), ("1", 1.0), ("0.25", 0.25), ("1e-3", 0.001)] {
            assert_eq!(Ratio::read(text), Ok(Ratio(ratio)));
        }
        for text in ["-0.1", "1.01", "NaN", "inf", "half", ""] {
            assert!(Ratio::read(text).is_err(), "{text}");
        }
    }
}
