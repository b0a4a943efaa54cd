use std::ops::{Range, RangeInclusive};

#[cfg(feature = "s3")]
use object_store::GetRange;

/// No file ends behind it, and some services take no larger number.
#[cfg(feature = "s3")]
const END: u64 = 1 << 53;

/// What will be read of a file, as far as that is known before its size is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    /// Nothing, or it depends on the file: it is described only.
    Nothing,
    /// All of it.
    Whole,
    /// From this byte on.
    From(u64),
    /// From a byte to a byte, as far as it reaches.
    Within(RangeInclusive<u64>),
    /// So many bytes at its end.
    Last(u64),
}

impl Extent {
    /// What that is of a file of so many bytes. It may be empty.
    #[must_use]
    pub fn of(&self, size: u64) -> Range<u64> {
        match self {
            Self::Nothing => 0..0,
            Self::Whole => 0..size,
            Self::From(first) => *first.min(&size)..size,
            Self::Within(within) => {
                *within.start().min(&size)..size.min(within.end().saturating_add(1))
            }
            Self::Last(amount) => size.saturating_sub(*amount)..size,
        }
    }

    /// As a request for it; `None` for all of it, and where it cannot be asked for without knowing more: not every service
    /// cuts so many bytes at the end to the file.
    #[cfg(feature = "s3")]
    pub(super) fn range(&self) -> Option<GetRange> {
        Some(match self {
            Self::Nothing | Self::Whole | Self::Last(_) => return None,
            Self::From(first) => GetRange::Offset(*first),
            Self::Within(within) => {
                GetRange::Bounded(*within.start()..within.end().saturating_add(1).min(END))
            }
        })
    }
}
