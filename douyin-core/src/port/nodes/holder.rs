use std::fmt;
use std::sync::Arc;

/// Names a process that leases node numbers: no two that run at the same time have one name.
///
/// It survives a restart where the number should: a name made at random and kept in a file that the process locks, or a name
/// that the platform gives, such as that of a pod of a stateful set.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeHolder(Arc<str>);

/// A text that names no holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a holder is named by 1 to {} visible ASCII characters",
    NodeHolder::LONGEST
)]
pub struct InvalidHolder;

impl NodeHolder {
    /// The most characters of a name.
    pub const LONGEST: usize = 64;

    /// Parses a name.
    ///
    /// # Errors
    /// [`InvalidHolder`] unless it is 1 to 64 visible ASCII characters.
    pub fn parse(name: &str) -> Result<Self, InvalidHolder> {
        let visible = name.bytes().all(|byte| byte.is_ascii_graphic());
        if !visible || name.is_empty() || name.len() > Self::LONGEST {
            return Err(InvalidHolder);
        }
        Ok(Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NodeHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for NodeHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeHolder({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_named_by_a_few_visible_characters() {
        for name in ["a", "feed-7.example", &"x".repeat(64)] {
            assert_eq!(NodeHolder::parse(name).unwrap().as_str(), name);
        }
        for name in ["", "two words", "é", "line\n", &"x".repeat(65)] {
            assert_eq!(NodeHolder::parse(name), Err(InvalidHolder), "{name:?}");
        }
    }
}
