//! Identities: positive numbers that JavaScript and Go callers read exactly.

use std::fmt;

use crate::Timestamp;
use crate::id_source::instant_of;

/// The largest id, 2^53 − 1: the largest integer that a double holds exactly.
pub const MAX_ID: i64 = (1 << 53) - 1;

/// A number that is not an id: ids are in `1..=2^53 - 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an id: ids are positive and at most 2^53 - 1")]
pub struct InvalidId(pub i64);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// Wraps a number.
            ///
            /// # Errors
            /// [`InvalidId`] outside `1..=2^53 - 1`.
            pub const fn new(number: i64) -> Result<Self, InvalidId> {
                if number < 1 || number > MAX_ID {
                    return Err(InvalidId(number));
                }
                Ok(Self(number))
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }

            /// The millisecond that it was made in, if an [`IdSource`](crate::IdSource) of this crate made it.
            #[must_use]
            pub fn made_at(self) -> Timestamp {
                instant_of(self.0)
            }
        }

        impl TryFrom<i64> for $name {
            type Error = InvalidId;

            fn try_from(number: i64) -> Result<Self, InvalidId> {
                Self::new(number)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

id! {
    /// Identifies a user.
    UserId
}
id! {
    /// Identifies a video.
    VideoId
}
id! {
    /// Identifies a picture that a user uploaded.
    PictureId
}
id! {
    /// Identifies a comment.
    CommentId
}
id! {
    /// Identifies a message.
    MessageId
}

id! {
    /// Identifies a job.
    JobId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_positive_and_fit_a_double() {
        assert_eq!(UserId::new(0), Err(InvalidId(0)));
        assert_eq!(UserId::new(-1), Err(InvalidId(-1)));
        assert_eq!(
            UserId::new(MAX_ID).map(UserId::get),
            Ok(9_007_199_254_740_991)
        );
        assert_eq!(UserId::new(MAX_ID + 1), Err(InvalidId(MAX_ID + 1)));
    }
}
