//! Texts that were checked once, where they came in, and are valid ever after.

mod invisible;
mod username;

use std::fmt;
use std::ops::RangeInclusive;

#[cfg(feature = "words")]
pub(crate) use invisible::is_invisible;
pub use username::{Username, UsernameKey};

/// What a text was meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextKind {
    /// A user's name.
    Username,
    /// A password.
    Password,
    /// A video's title.
    Title,
    /// A comment.
    Comment,
    /// A message.
    Message,
    /// What a user says of themselves.
    Signature,
}

impl fmt::Display for TextKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Username => "user name",
            Self::Password => "password",
            Self::Title => "title",
            Self::Comment => "comment",
            Self::Message => "message",
            Self::Signature => "signature",
        })
    }
}

/// A text that does not keep the rules of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidText {
    /// Too short or too long.
    #[error("a {kind} has {min} to {max} characters")]
    Length {
        /// What it was meant to be.
        kind: TextKind,
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// It contains a character that does not belong there: NUL anywhere, any control character in a name.
    #[error("a {kind} must not contain control characters")]
    Character {
        /// What it was meant to be.
        kind: TextKind,
    },
}

/// Counts characters (Unicode scalar values, not bytes) and refuses NUL, which not every database can hold.
fn check(kind: TextKind, text: &str, length: RangeInclusive<usize>) -> Result<(), InvalidText> {
    if text.contains('\0') {
        return Err(InvalidText::Character { kind });
    }
    if !length.contains(&text.chars().count()) {
        return Err(InvalidText::Length {
            kind,
            min: *length.start(),
            max: *length.end(),
        });
    }
    Ok(())
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $kind:ident, $length:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes a text, without the white space around it.
            ///
            /// # Errors
            /// [`InvalidText`] where it is too short, too long, or contains NUL.
            pub fn parse(text: &str) -> Result<Self, InvalidText> {
                let text = text.trim();
                check(TextKind::$kind, text, $length)?;
                Ok(Self(text.to_owned()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }
    };
}

text! {
    /// A video's title: at most 1024 characters, none is fine.
    Title, Title, 0..=1024
}
text! {
    /// A comment: 1 to 1024 characters.
    CommentText, Comment, 1..=1024
}
text! {
    /// A message: 1 to 1024 characters.
    MessageText, Message, 1..=1024
}
text! {
    /// What a user says of themselves: at most 256 characters, none is fine.
    Signature, Signature, 0..=256
}

/// A password as it was typed; shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes a password as it is: spaces count, and it has no composition rule.
    ///
    /// # Errors
    /// [`InvalidText::Length`] where it has fewer or more characters than `length` allows.
    pub fn parse(text: &str, length: &RangeInclusive<usize>) -> Result<Self, InvalidText> {
        if !length.contains(&text.chars().count()) {
            return Err(InvalidText::Length {
                kind: TextKind::Password,
                min: *length.start(),
                max: *length.end(),
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// A password to check against a stored hash, whatever its length: bounds may have been others when it was chosen.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_after_trimming() {
        assert_eq!(
            CommentText::parse(" 好 \n").map(CommentText::into_string),
            Ok("好".to_owned())
        );
        assert!(CommentText::parse(&"好".repeat(1024)).is_ok());
        let too_long = CommentText::parse(&"好".repeat(1025));
        assert_eq!(
            too_long,
            Err(InvalidText::Length {
                kind: TextKind::Comment,
                min: 1,
                max: 1024
            })
        );
        assert!(
            CommentText::parse(" \t ").is_err(),
            "white space alone is empty"
        );
        assert!(Title::parse("").is_ok(), "a title may be empty");
    }

    #[test]
    fn nul_is_refused_and_lines_and_emoji_are_kept() {
        assert_eq!(
            MessageText::parse("a\0b"),
            Err(InvalidText::Character {
                kind: TextKind::Message
            })
        );
        assert_eq!(MessageText::parse("a\n\t𝒳👨‍👩‍👧").unwrap().as_str(), "a\n\t𝒳👨‍👩‍👧");
    }

    #[test]
    fn passwords_are_taken_as_they_are_and_never_shown() {
        let password = Password::parse(" 密码 56 ", &(5..=32)).unwrap();
        assert_eq!(password.reveal(), " 密码 56 ");
        assert_eq!(format!("{password:?}"), "Password(..)");
        assert!(Password::parse("1234", &(5..=32)).is_err());
        assert!(Password::parse(&"密".repeat(33), &(5..=32)).is_err());
        assert!(Password::parse(&"密".repeat(32), &(5..=32)).is_ok());
    }
}
