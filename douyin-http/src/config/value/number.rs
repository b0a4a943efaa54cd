use std::time::Duration;

use douyin_core::NodeNumber;

use super::Value;

/// A whole number within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Number<MIN, MAX> {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The number as a size.
    #[must_use]
    pub const fn size(self) -> usize {
        self.0 as usize
    }

    /// So many days.
    #[must_use]
    pub const fn days(self) -> Duration {
        Duration::from_secs(self.0 as u64 * 86_400)
    }

    /// So many milliseconds.
    #[must_use]
    pub const fn milliseconds(self) -> Duration {
        Duration::from_millis(self.0 as u64)
    }

    /// So many seconds.
    #[must_use]
    pub const fn seconds(self) -> Duration {
        Duration::from_secs(self.0 as u64)
    }
}

impl<const MIN: u32, const MAX: u32> Value for Number<MIN, MAX> {
    fn expected() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }

    fn read(text: &str) -> Result<Self, String> {
        let number: i128 = text
            .parse()
            .map_err(|_| format!("\"{text}\" is not a whole number"))?;
        u32::try_from(number)
            .ok()
            .filter(|number| (MIN..=MAX).contains(number))
            .map(Self)
            .ok_or_else(|| format!("{number} is out of range"))
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(self.0)
    }
}

/// What a [`NodeNumber`] is written as.
type Node = Number<0, { NodeNumber::COUNT as u32 - 1 }>;

impl Value for NodeNumber {
    fn expected() -> String {
        Node::expected()
    }

    fn read(text: &str) -> Result<Self, String> {
        let number = u8::try_from(Node::read(text)?.get()).unwrap_or(u8::MAX);
        Self::new(number).map_err(|error| error.to_string())
    }

    fn show(&self) -> toml::Value {
        toml::Value::from(self.get())
    }
}
