//! The list of sensitive words: a file that is read again when it changes.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use douyin_core::{TextFilter, WordFilter};

use crate::file_watch::FileWatch;

/// Why a list is not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WordsError {
    /// The file cannot be read, or is not UTF-8.
    #[error("cannot read the sensitive words {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is too large.
    #[error("cannot use the sensitive words {}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A filter of the words in a file, as they were when they were last read.
#[derive(Debug)]
pub struct WordsFile {
    path: PathBuf,
    words: ArcSwap<WordFilter>,
    file: Mutex<FileWatch>,
}

impl WordsFile {
    /// Reads the words, one a line.
    ///
    /// # Errors
    /// [`WordsError`].
    pub fn open(path: &Path) -> Result<Self, WordsError> {
        let file = Mutex::new(FileWatch::new(path));
        Ok(Self {
            path: path.to_owned(),
            file,
            words: ArcSwap::from_pointee(read(path)?),
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the words again.
    ///
    /// # Errors
    /// [`WordsError`]: the words stay as they are.
    pub fn reload(&self) -> Result<(), WordsError> {
        self.file().is_read();
        self.words.store(Arc::new(read(&self.path)?));
        Ok(())
    }

    /// Reads the words again if the file is not as it was when that was last tried, and is as it was when it was last looked at.
    /// Answers whether it did.
    ///
    /// # Errors
    /// [`WordsError`]: the words stay as they are, and the same file is not tried again.
    pub fn reload_if_changed(&self) -> Result<bool, WordsError> {
        let changed = self.file().has_changed();
        if changed {
            self.reload()?;
        }
        Ok(changed)
    }

    fn file(&self) -> MutexGuard<'_, FileWatch> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TextFilter for WordsFile {
    fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.words.load().clean(text)
    }
}

fn read(path: &Path) -> Result<WordFilter, WordsError> {
    let list = fs::read_to_string(path).map_err(|source| unreadable(path, source))?;
    // A byte order mark, as some editors write, is not part of the first word.
    let list = list.strip_prefix('\u{FEFF}').unwrap_or(&list);
    WordFilter::new(list).map_err(|source| WordsError::Unusable {
        path: path.to_owned(),
        source: source.into(),
    })
}

fn unreadable(path: &Path, source: io::Error) -> WordsError {
    WordsError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> (tempfile::TempDir, PathBuf, WordsFile) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("words.txt");
        fs::write(&path, text).unwrap();
        let words = WordsFile::open(&path).unwrap();
        (folder, path, words)
    }

    #[test]
    fn a_changed_file_is_read_again_and_an_unchanged_one_is_not() {
        let (_folder, path, words) = list("\u{FEFF}bad\n");
        assert_eq!(words.clean("a bad worse day"), "a *** worse day");
        assert!(!words.reload_if_changed().unwrap());
        fs::write(&path, "worse\n").unwrap();
        assert!(!words.reload_if_changed().unwrap());
        assert_eq!(words.clean("a bad worse day"), "a *** worse day");
        assert!(words.reload_if_changed().unwrap());
        assert_eq!(words.clean("a bad worse day"), "a bad ***** day");
    }

    #[test]
    fn a_broken_or_missing_file_keeps_the_old_words_and_is_reported_once() {
        let (_folder, path, words) = list("bad\n");
        fs::write(&path, [0xFF; 9]).unwrap();
        assert!(words.reload().is_err());
        assert!(!words.reload_if_changed().unwrap());
        assert_eq!(words.clean("bad"), "***");
        fs::remove_file(&path).unwrap();
        assert!(!words.reload_if_changed().unwrap());
        assert!(words.reload_if_changed().is_err());
        assert!(!words.reload_if_changed().unwrap());
        assert_eq!(words.clean("bad"), "***");
        fs::write(&path, "worse\n").unwrap();
        words.reload().unwrap();
        assert_eq!(words.clean("bad"), "bad");
    }

    #[test]
    fn a_file_that_is_missing_from_the_start_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let missing = WordsFile::open(&folder.path().join("words.txt"));
        assert!(matches!(missing, Err(WordsError::Unreadable { .. })));
    }
}
