//! The list of sensitive words: a file that is read again when it changes.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use douyin_core::{TextFilter, WordFilter};

/// How often the file is looked at.
const INTERVAL: Duration = Duration::from_secs(1);

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

/// What tells one content of a file from the next without reading it.
type Stamp = (SystemTime, u64);

/// A filter of the words in a file, as they were when they were last read.
#[derive(Debug)]
pub struct WordsFile {
    path: PathBuf,
    words: ArcSwap<WordFilter>,
    /// Of the content that was last tried, so that a broken list is reported once and not every second.
    tried: Mutex<Option<Stamp>>,
}

impl WordsFile {
    /// Reads the words, one a line.
    ///
    /// # Errors
    /// [`WordsError`].
    pub fn open(path: &Path) -> Result<Self, WordsError> {
        let stamp = stamp(path)?;
        Ok(Self {
            path: path.to_owned(),
            words: ArcSwap::from_pointee(read(path)?),
            tried: Mutex::new(Some(stamp)),
        })
    }

    /// Reads the words again if the file is not as it was when that was last tried. Answers whether it did.
    ///
    /// # Errors
    /// [`WordsError`]: the words stay as they are, and the same file is not tried again.
    pub fn reload_if_changed(&self) -> Result<bool, WordsError> {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let found = stamp(&self.path);
        let now = found.as_ref().ok().copied();
        if *tried == now {
            return Ok(false);
        }
        *tried = now;
        found?;
        self.words.store(Arc::new(read(&self.path)?));
        Ok(true)
    }

    /// Looks at the file once a second, for ever.
    pub async fn watch(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(INTERVAL);
        loop {
            ticks.tick().await;
            let words = Arc::clone(&self);
            match tokio::task::spawn_blocking(move || words.reload_if_changed()).await {
                Ok(Ok(false)) => {}
                Ok(Ok(true)) => {
                    tracing::info!(path = %self.path.display(), "read the sensitive words again");
                }
                Ok(Err(error)) => {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::error!(%error, cause, "the old sensitive words stay");
                }
                Err(error) => tracing::error!(%error, "reading the sensitive words was cut short"),
            }
        }
    }
}

impl TextFilter for WordsFile {
    fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.words.load().clean(text)
    }
}

fn stamp(path: &Path) -> Result<Stamp, WordsError> {
    let metadata = fs::metadata(path);
    metadata
        .and_then(|metadata| Ok((metadata.modified()?, metadata.len())))
        .map_err(|source| unreadable(path, source))
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

    /// Lists of different lengths, so that no test depends on how finely the file system keeps time.
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
        assert!(words.reload_if_changed().unwrap());
        assert_eq!(words.clean("a bad worse day"), "a bad ***** day");
    }

    #[test]
    fn a_broken_or_missing_file_keeps_the_old_words_and_is_reported_once() {
        let (_folder, path, words) = list("bad\n");
        fs::write(&path, [0xFF; 9]).unwrap();
        assert!(words.reload_if_changed().is_err());
        assert!(!words.reload_if_changed().unwrap());
        assert_eq!(words.clean("bad"), "***");
        fs::remove_file(&path).unwrap();
        assert!(words.reload_if_changed().is_err());
        assert!(!words.reload_if_changed().unwrap());
        assert_eq!(words.clean("bad"), "***");
        fs::write(&path, "worse\n").unwrap();
        assert!(words.reload_if_changed().unwrap());
        assert_eq!(words.clean("bad"), "bad");
    }

    #[test]
    fn a_file_that_is_missing_from_the_start_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let missing = WordsFile::open(&folder.path().join("words.txt"));
        assert!(matches!(missing, Err(WordsError::Unreadable { .. })));
    }
}
