use douyin_core::{CommentId, Cursor, Mark, PictureKind, Timestamp, UserId, VideoId};

use crate::api::number::parse_integer;

/// What a parameter can be.
pub(crate) trait Parameter: Sized {
    /// Reads it; `None` where it is not one.
    fn parse(text: &str) -> Option<Self>;
}

macro_rules! id_parameter {
    ($($id:ty),+) => {
        $(impl Parameter for $id {
            fn parse(text: &str) -> Option<Self> {
                Self::new(parse_integer(text)?).ok()
            }
        })+
    };
}

id_parameter!(UserId, VideoId, CommentId);

/// `action_type` of what is done (1) and undone (2).
impl Parameter for Mark {
    fn parse(text: &str) -> Option<Self> {
        match parse_integer(text)? {
            1 => Some(Self::On),
            2 => Some(Self::Off),
            _ => None,
        }
    }
}

/// What of a profile is to be empty, or to be the default one again. The empty text cannot say so itself: it counts as absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Emptied {
    Signature,
    Picture(PictureKind),
}

impl Parameter for Emptied {
    fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "signature" => Some(Self::Signature),
            "avatar" => Some(Self::Picture(PictureKind::Avatar)),
            "background" => Some(Self::Picture(PictureKind::Background)),
            _ => None,
        }
    }
}

/// Whether videos are to come with the URLs of their streams: `hls=1` says so. Clients that do not know of it are never shown any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct WithStreams(pub(crate) bool);

impl Parameter for WithStreams {
    fn parse(text: &str) -> Option<Self> {
        match parse_integer(text)? {
            0 => Some(Self(false)),
            1 => Some(Self(true)),
            _ => None,
        }
    }
}

/// A `limit`.
impl Parameter for u32 {
    fn parse(text: &str) -> Option<Self> {
        Self::try_from(parse_integer(text)?)
            .ok()
            .filter(|limit| *limit > 0)
    }
}

impl Parameter for Cursor {
    fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok()
    }
}

/// From here on numbers are milliseconds: as seconds they would be after the year 5138.
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

/// An instant in seconds or milliseconds, told apart by magnitude.
impl Parameter for Timestamp {
    fn parse(text: &str) -> Option<Self> {
        let number = parse_integer(text)?;
        let millis = if number < FIRST_MILLISECONDS {
            number.saturating_mul(1_000)
        } else {
            number
        };
        Some(Self::from_millis(millis))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_positive_and_exact() {
        assert_eq!(
            UserId::parse("9.007199254740991e+15").map(UserId::get),
            Some(9_007_199_254_740_991)
        );
        for bad in ["0", "-1", "9007199254740992", "1.5", "undefined"] {
            assert_eq!(VideoId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn seconds_and_milliseconds_are_told_apart_by_magnitude() {
        let millis = |text| Timestamp::parse(text).map(Timestamp::as_millis);
        assert_eq!(millis("1790000000"), Some(1_790_000_000_000));
        assert_eq!(millis("1790000000123"), Some(1_790_000_000_123));
        assert_eq!(millis("99999999999"), Some(99_999_999_999_000));
        assert_eq!(millis("100000000000"), Some(100_000_000_000));
        assert_eq!(millis("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(millis("0"), Some(0));
    }

    #[test]
    fn actions_are_1_and_2_and_limits_positive() {
        assert_eq!(Mark::parse("1"), Some(Mark::On));
        assert_eq!(Mark::parse("2e0"), Some(Mark::Off));
        assert_eq!(Mark::parse("3"), None);
        assert_eq!(u32::parse("10"), Some(10));
        assert_eq!(WithStreams::parse("1"), Some(WithStreams(true)));
        assert_eq!(WithStreams::parse("0"), Some(WithStreams(false)));
        assert_eq!(WithStreams::parse("true"), None);
        for bad in ["0", "-1", "4294967296", "ten"] {
            assert_eq!(u32::parse(bad), None, "{bad}");
        }
    }
}
