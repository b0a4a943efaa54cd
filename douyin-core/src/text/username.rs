use caseless::default_case_fold_str;
use unicode_normalization::UnicodeNormalization;

use super::invisible::is_invisible;
use super::{InvalidText, TextKind, check};

/// A user's name: 1 to 32 characters without control characters, shown as it was typed, without the white space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username {
    text: String,
    key: UsernameKey,
}

/// What makes a name unique: two names with the same key are the same name.
///
/// The Unicode mapping `toNFKC_Casefold` (Unicode 3.13, D145): compatibility forms, case and invisible characters make no
/// difference, so `Alice`, `ＡＬＩＣＥ` and `alice` with a zero-width space inside are one name, and a composed `é` equals
/// a decomposed one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsernameKey(String);

impl Username {
    /// Takes a name.
    ///
    /// # Errors
    /// [`InvalidText`] where it is too short, too long, contains a control character, or consists of invisible ones.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let text = text.trim();
        check(TextKind::Username, text, 1..=32)?;
        if text.chars().any(char::is_control) {
            return Err(InvalidText::Character {
                kind: TextKind::Username,
            });
        }
        let key = fold(text);
        if key.is_empty() {
            return Err(InvalidText::Length {
                kind: TextKind::Username,
                min: 1,
                max: 32,
            });
        }
        Ok(Self {
            text: text.to_owned(),
            key: UsernameKey(key),
        })
    }

    /// The name as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What makes it unique.
    #[must_use]
    pub const fn key(&self) -> &UsernameKey {
        &self.key
    }
}

impl UsernameKey {
    /// The key as a text, to store and compare byte by byte.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Folding can produce what normalising changes and the other way round, so it goes on until nothing changes; three
/// rounds are the most that any character needs.
fn fold(text: &str) -> String {
    let mut folded: String = text.to_owned();
    loop {
        let visible: String = folded.nfkc().filter(|c| !is_invisible(*c)).collect();
        let next: String = default_case_fold_str(&visible).nfkc().collect();
        let next = next.trim().to_owned();
        if next == folded {
            return next;
        }
        folded = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        Username::parse(text).unwrap().key().as_str().to_owned()
    }

    #[test]
    fn names_that_look_alike_are_one_name() {
        for same in [
            "alice",
            "ALICE",
            "Alice ",
            "\u{3000}alice",
            "ＡＬＩＣＥ",
            "al\u{200B}ice",
            "ali\u{AD}ce",
        ] {
            assert_eq!(key(same), "alice", "{same:?}");
        }
        assert_eq!(key("José"), key("jose\u{301}"));
        assert_eq!(key("STRASSE"), key("straße"));
        assert_eq!(key("①"), key("1"));
        assert_ne!(key("alice"), key("al ice"));
        assert_ne!(key("小明"), key("小红"));
    }

    #[test]
    fn a_name_is_shown_as_it_was_typed() {
        assert_eq!(Username::parse(" ＡLice👩‍🚀 ").unwrap().as_str(), "ＡLice👩‍🚀");
    }

    #[test]
    fn a_name_has_1_to_32_visible_characters() {
        assert!(Username::parse(&"名".repeat(32)).is_ok());
        for bad in [
            "",
            "   ",
            "\u{200B}",
            "a\nb",
            "a\0b",
            "a\u{7F}",
            &"名".repeat(33),
        ] {
            assert!(Username::parse(bad).is_err(), "{bad:?}");
        }
    }
}
