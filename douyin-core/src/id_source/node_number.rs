use std::fmt;

/// Tells the ids of up to 32 processes apart: 0 to 31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NodeNumber(u8);

/// A node number over 31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("node {0} is out of range: nodes are numbered 0 to 31")]
pub struct InvalidNode(pub u8);

impl NodeNumber {
    /// How many there are.
    pub const COUNT: u8 = 32;

    /// Wraps a number.
    ///
    /// # Errors
    /// [`InvalidNode`] over 31.
    pub const fn new(number: u8) -> Result<Self, InvalidNode> {
        if number >= Self::COUNT {
            return Err(InvalidNode(number));
        }
        Ok(Self(number))
    }

    /// Every number, 0 first.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for NodeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_0_to_31() {
        assert_eq!(NodeNumber::new(32), Err(InvalidNode(32)));
        assert_eq!(NodeNumber::all().len(), 32);
        assert_eq!(NodeNumber::all().last(), NodeNumber::new(31).ok());
    }
}
