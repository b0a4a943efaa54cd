//! Files that are read again when they change.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What tells one content of a file from the next without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    bytes: u64,
    /// Of what lies at the path, links followed: one file in the place of another may be as long, and as old by its own account.
    identity: Identity,
}

impl Stamp {
    fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self {
            modified: metadata.modified()?,
            bytes: metadata.len(),
            identity: identity(&metadata),
        })
    }
}

#[cfg(unix)]
type Identity = (u64, u64, i64, i64);

/// Device, file, and when it was last touched in any way.
#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    let touched = (metadata.ctime(), metadata.ctime_nsec());
    (metadata.dev(), metadata.ino(), touched.0, touched.1)
}

#[cfg(not(unix))]
type Identity = ();

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {}

/// A file that is looked at again and again.
#[derive(Debug)]
pub(crate) struct FileWatch {
    path: PathBuf,
    /// As it was when somebody was last told to read it; `None` where there was no file.
    read: Option<Stamp>,
    /// As it was when it was last looked at.
    seen: Option<Stamp>,
}

impl FileWatch {
    /// Of a file that is about to be read.
    pub(crate) fn new(path: &Path) -> Self {
        let mut watch = Self::unread(path);
        watch.is_read();
        watch
    }

    /// Of a file of which nobody knows whether it changed since it was read.
    pub(crate) fn unread(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            read: None,
            seen: None,
        }
    }

    /// Whether to read it now: it is not as it was when it was last read, and is as it was when it was last looked at. Who writes a
    /// file often empties it first, and an empty one would be taken at its word.
    pub(crate) fn has_changed(&mut self) -> bool {
        let now = Stamp::of(&self.path).ok();
        let rests = std::mem::replace(&mut self.seen, now) == now;
        let changed = rests && self.read != now;
        if changed {
            self.read = now;
        }
        changed
    }

    /// Whatever it is like now is about to be read.
    pub(crate) fn is_read(&mut self) {
        let now = Stamp::of(&self.path).ok();
        (self.read, self.seen) = (now, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(text: &str) -> (tempfile::TempDir, FileWatch) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, text).unwrap();
        let watch = FileWatch::new(&path);
        (folder, watch)
    }

    #[test]
    fn a_change_is_told_once_and_only_when_the_file_rests() {
        let (_folder, mut file) = watched("a");
        assert!(!file.has_changed());
        fs::write(&file.path, "").unwrap();
        assert!(!file.has_changed());
        fs::write(&file.path, "longer").unwrap();
        assert!(!file.has_changed());
        assert!(file.has_changed());
        assert!(!file.has_changed());
        fs::write(&file.path, "longer still").unwrap();
        file.is_read();
        assert!(!file.has_changed());
    }

    #[test]
    fn a_file_that_goes_and_one_that_comes_are_changes() {
        let (_folder, mut file) = watched("a");
        fs::remove_file(&file.path).unwrap();
        assert!(!file.has_changed());
        assert!(file.has_changed());
        assert!(!file.has_changed());
        fs::write(&file.path, "a").unwrap();
        assert!(!file.has_changed());
        assert!(file.has_changed());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_in_the_place_of_another_of_the_same_length_and_age_is_a_change_also_behind_links() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other, link, next] =
            ["one", "other", "link", "next"].map(|name| folder.path().join(name));
        fs::write(&one, "one").unwrap();
        fs::write(&other, "two").unwrap();
        let age = fs::metadata(&one).unwrap().modified().unwrap();
        fs::File::options()
            .write(true)
            .open(&other)
            .unwrap()
            .set_modified(age)
            .unwrap();
        // As a Kubernetes volume does it.
        std::os::unix::fs::symlink(&one, &link).unwrap();
        let mut file = FileWatch::new(&link);
        assert!(!file.has_changed());
        std::os::unix::fs::symlink(&other, &next).unwrap();
        fs::rename(&next, &link).unwrap();
        assert!(!file.has_changed());
        assert!(file.has_changed());
    }
}
