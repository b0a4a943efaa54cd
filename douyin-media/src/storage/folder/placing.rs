use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::Path;

use crate::durable::{create_folder, sync_folder};

/// Why a file is not in its place.
#[derive(Debug)]
pub(super) enum Unplaced {
    /// There was one already.
    Exists,
    Io(io::Error),
}

impl From<io::Error> for Unplaced {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// [`move_file`], which makes the folders between `root` and the file that are not there yet.
pub(super) fn move_below(root: &Path, from: &Path, to: &Path) -> Result<(), Unplaced> {
    if let Some(parent) = to.parent().filter(|parent| parent.parent() != Some(root)) {
        create_folder(&DirBuilder::new(), parent)?;
    }
    move_file(from, to)
}

/// Unlike a rename, a link never takes the place of a file that exists.
fn move_file(from: &Path, to: &Path) -> Result<(), Unplaced> {
    match fs::hard_link(from, to) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(Unplaced::Exists),
        // On another filesystem, or on one without links. Whatever else is wrong is so for a copy too.
        Err(_) => copy(from, to)?,
        Ok(()) => {}
    }
    if let Some(folder) = to.parent() {
        sync_folder(folder)?;
    }
    Ok(fs::remove_file(from)?)
}

/// A copy that is cut short is no harm: no row names it yet, and the upload's folder marks it for the sweep.
fn copy(from: &Path, to: &Path) -> Result<(), Unplaced> {
    let mut from = File::open(from)?;
    let mut to = match File::create_new(to) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(Unplaced::Exists),
        made => made?,
    };
    io::copy(&mut from, &mut to)?;
    Ok(to.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_moved_or_copied_with_its_contents() {
        let folder = tempfile::tempdir().unwrap();
        let [from, copied, moved] =
            ["upload", "1.mp4", "2.mp4"].map(|name| folder.path().join(name));
        fs::write(&from, "contents").unwrap();
        copy(&from, &copied).unwrap();
        assert_eq!(fs::read(&copied).unwrap(), b"contents");
        move_file(&from, &moved).unwrap();
        assert_eq!(fs::read(&moved).unwrap(), b"contents");
        assert!(!from.exists());
    }

    #[test]
    fn a_file_that_exists_is_left_alone_by_moving_and_copying() {
        let folder = tempfile::tempdir().unwrap();
        let [from, to] = ["upload", "1.mp4"].map(|name| folder.path().join(name));
        fs::write(&from, "new").unwrap();
        fs::write(&to, "old").unwrap();
        for place in [copy, move_file] {
            let refused = place(&from, &to);
            assert!(matches!(refused, Err(Unplaced::Exists)), "{refused:?}");
            assert_eq!(fs::read(&to).unwrap(), b"old");
            assert_eq!(fs::read(&from).unwrap(), b"new");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("upload");
        fs::write(&from, "contents").unwrap();
        let refused = move_file(&from, &folder.path().join("videos/1.mp4"));
        assert!(
            matches!(&refused, Err(Unplaced::Io(error)) if error.kind() == io::ErrorKind::NotFound),
            "{refused:?}"
        );
        assert!(from.exists());
    }
}
