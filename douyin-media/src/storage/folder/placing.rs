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

/// How often a folder is made for a file. A removal beside it costs one try at most, and of one video there are few at a time.
const TRIES: usize = 100;

/// [`move_file`], which makes the folders between `root` and the file that are not there yet.
pub(super) fn move_below(root: &Path, from: &Path, to: &Path) -> Result<(), Unplaced> {
    match to.parent() {
        Some(parent) if parent.parent() != Some(root) => {
            move_into(|| create_folder(&DirBuilder::new(), parent), from, to)
        }
        _ => move_file(from, to),
    }
}

/// [`move_file`] into a folder that `make_folder` makes where it is not there, once more where it went again: whoever removes the last file
/// of a folder removes the folder too, and it is empty until the file is in it.
fn move_into(
    make_folder: impl Fn() -> io::Result<()>,
    from: &Path,
    to: &Path,
) -> Result<(), Unplaced> {
    let place = || {
        make_folder()?;
        move_file(from, to)
    };
    let went = |error: &io::Error| match error.kind() {
        io::ErrorKind::NotFound => from.exists(),
        // It was there when it was to be made, and no more when it was looked at.
        io::ErrorKind::AlreadyExists => true,
        _ => false,
    };
    for _ in 1..TRIES {
        match place() {
            Err(Unplaced::Io(error)) if went(&error) => {}
            placed => return placed,
        }
    }
    place()
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
    use std::cell::Cell;

    use super::super::removing::remove_file;
    use super::*;

    #[track_caller]
    fn assert_not_found(refused: &Result<(), Unplaced>) {
        assert!(
            matches!(refused, Err(Unplaced::Io(error)) if error.kind() == io::ErrorKind::NotFound),
            "{refused:?}"
        );
    }

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
    fn a_folder_that_others_remove_is_made_again() {
        for refusal in [
            None,
            Some(io::ErrorKind::NotFound),
            Some(io::ErrorKind::AlreadyExists),
        ] {
            let root = tempfile::tempdir().unwrap();
            let [from, to] = ["upload", "plain/42/2-1.mp4"].map(|name| root.path().join(name));
            fs::write(&from, "contents").unwrap();
            let folder = to.parent().unwrap();
            let made = Cell::new(0);
            let make_folder = || {
                made.set(made.get() + 1);
                create_folder(&DirBuilder::new(), folder)?;
                if made.get() < 3 {
                    remove_file(root.path(), &folder.join("1-1.mp4"))?;
                    return refusal.map_or(Ok(()), |refusal| Err(refusal.into()));
                }
                Ok(())
            };
            move_into(make_folder, &from, &to).unwrap();
            assert_eq!(made.get(), 3, "{refusal:?}");
            assert_eq!(fs::read(&to).unwrap(), b"contents");
            assert!(!from.exists());
        }
    }

    #[test]
    fn a_folder_that_never_stays_is_an_error_and_a_file_that_is_not_there_is_one_at_once() {
        let root = tempfile::tempdir().unwrap();
        let [from, to] = ["upload", "plain/42/2-1.mp4"].map(|name| root.path().join(name));
        let made = Cell::new(0);
        let make_folder = || {
            made.set(made.get() + 1);
            Ok(())
        };
        for (is_there, tries) in [(false, 1), (true, TRIES)] {
            if is_there {
                fs::write(&from, "contents").unwrap();
            }
            made.set(0);
            assert_not_found(&move_into(make_folder, &from, &to));
            assert_eq!(made.get(), tries);
            assert_eq!(from.exists(), is_there);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("upload");
        fs::write(&from, "contents").unwrap();
        assert_not_found(&move_file(&from, &folder.path().join("videos/1.mp4")));
        assert!(from.exists());
    }
}
