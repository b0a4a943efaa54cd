use std::borrow::Cow;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use caseless::default_case_fold_str;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::TextFilter;
use crate::text::is_invisible;

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
        let words = list.lines().map(|line| Normalised::of(line.trim()).text);
        let words = words.filter(|word| !word.is_empty());
        AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words)
            .map(Self)
    }
}

/// A text as it is compared, and where each of its bytes comes from.
struct Normalised {
    text: String,
    /// For each byte the characters of the original, first and last, that it was made of.
    origin: Vec<(usize, usize)>,
}

impl Normalised {
    /// Compatibility form (width), folded case, nothing for what is invisible. A character is taken together with the marks that
    /// follow it, which may become one with it: `e` and an accent, half-width `ｶ` and its voice mark.
    fn of(original: &str) -> Self {
        let mut normalised = Self {
            text: String::with_capacity(original.len()),
            origin: Vec::with_capacity(original.len()),
        };
        let shown = original
            .chars()
            .enumerate()
            .filter(|(_, c)| !is_invisible(*c));
        let mut shown = shown.peekable();
        while let Some((first, start)) = shown.next() {
            let (mut cluster, mut last) = (String::from(start), first);
            while let Some((index, mark)) = shown.next_if(|(_, c)| is_mark(*c)) {
                cluster.push(mark);
                last = index;
            }
            let compared = default_case_fold_str(&cluster.nfkc().collect::<String>());
            normalised.text.push_str(&compared);
            normalised
                .origin
                .resize(normalised.text.len(), (first, last));
        }
        normalised
    }
}

/// Whether a character's compatibility form attaches to the one before it.
fn is_mark(c: char) -> bool {
    std::iter::once(c)
        .nfkd()
        .next()
        .is_some_and(is_combining_mark)
}

impl TextFilter for WordFilter {
    fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Normalised {
            text: compared,
            origin,
        } = Normalised::of(text);
        let mut found = self.0.find_iter(&compared).peekable();
        if found.peek().is_none() {
            return Cow::Borrowed(text);
        }
        let mut clean: Vec<char> = text.chars().collect();
        for word in found {
            let ((first, _), (_, last)) = (origin[word.start()], origin[word.end() - 1]);
            clean[first..=last].fill('*');
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
        assert_eq!(clean("b\u{202E}a\u{34F}d"), "*****");
    }

    #[test]
    fn a_mark_belongs_to_the_character_before_it_composed_or_not() {
        let filter = WordFilter::new("ガチャ\ncafé\n가").unwrap();
        assert_eq!(filter.clean("ｶﾞﾁｬ!"), "****!");
        assert_eq!(filter.clean("cafe\u{301} cafe"), "***** cafe");
        assert_eq!(
            filter.clean("각"),
            "각",
            "another syllable is another character"
        );
    }

    #[test]
    fn an_empty_list_changes_nothing() {
        assert!(matches!(
            WordFilter::new("\n").unwrap().clean("bad"),
            Cow::Borrowed("bad")
        ));
    }
}
