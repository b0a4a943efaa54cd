use std::borrow::Cow;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;

use super::TextFilter;

/// Replaces the words of a list by `*`, one per character, whatever their width (`ｂａｄ`), case (`BaD`) and the
/// zero-width characters between them.
#[derive(Debug)]
pub struct WordFilter(AhoCorasick);

impl WordFilter {
    /// A filter of the words of a list, one a line; empty lines and white space around words do not count.
    ///
    /// # Errors
    /// Where the list is too large for an automaton (2^31 states, a few hundred megabytes of words).
    pub fn new(list: &str) -> Result<Self, BuildError> {
        let words = list
            .lines()
            .map(|line| line.trim().chars().flat_map(normalise).collect::<String>())
            .filter(|word| !word.is_empty());
        AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words)
            .map(Self)
    }
}

/// A character as it is compared: compatibility form (width), folded case; nothing for one that has no width.
fn normalise(c: char) -> impl Iterator<Item = char> {
    let shown = (!is_zero_width(c)).then_some(c);
    shown.into_iter().nfkc().default_case_fold()
}

const fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

impl TextFilter for WordFilter {
    fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        // For each byte of the normalised text, which character of the original it came from.
        let (mut normalised, mut origin) = (
            String::with_capacity(text.len()),
            Vec::with_capacity(text.len()),
        );
        for (index, c) in text.chars().enumerate() {
            normalised.extend(normalise(c));
            origin.resize(normalised.len(), index);
        }
        let mut hidden = self
            .0
            .find_iter(&normalised)
            .map(|found| origin[found.start()]..=origin[found.end() - 1])
            .peekable();
        if hidden.peek().is_none() {
            return Cow::Borrowed(text);
        }
        let mut clean: Vec<char> = text.chars().collect();
        for characters in hidden {
            clean[characters].fill('*');
        }
        Cow::Owned(clean.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        WordFilter::new("bad\n 赌博 \n\nbadger\n")
            .unwrap()
            .clean(text)
            .into_owned()
    }

    #[test]
    fn words_become_stars_one_per_character() {
        assert_eq!(clean("a bad day, 不要赌博!"), "a *** day, 不要**!");
        assert_eq!(clean("badgers"), "******s", "the longest word counts");
        assert_eq!(clean("nothing here"), "nothing here");
    }

    #[test]
    fn width_case_and_zero_width_characters_make_no_difference() {
        assert_eq!(clean("ＢＡＤ"), "***");
        assert_eq!(clean("BaD"), "***");
        assert_eq!(clean("b\u{200B}a\u{FEFF}d"), "*****");
        assert_eq!(clean("赌\u{200D}博"), "***");
    }

    #[test]
    fn an_empty_list_changes_nothing() {
        assert!(matches!(
            WordFilter::new("\n").unwrap().clean("bad"),
            Cow::Borrowed("bad")
        ));
    }
}
