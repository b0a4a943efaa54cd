//! What becomes of sensitive words.

#[cfg(feature = "words")]
mod words;

use std::borrow::Cow;

#[cfg(feature = "words")]
pub use words::WordFilter;

/// Cleans what users write in titles, comments, messages and signatures, before it is stored.
pub trait TextFilter: Send + Sync {
    /// The text with what must not be shown replaced, as many characters as before.
    fn clean<'a>(&self, text: &'a str) -> Cow<'a, str>;
}

/// Leaves every text as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFilter;

impl TextFilter for NoFilter {
    fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(text)
    }
}
