//! Folders whose names survive a loss of power: what is written into them durably would be lost with them.

use std::fs::{DirBuilder, File};
use std::io;
use std::path::Path;

/// Makes a folder, and those above it that do not exist, as `builder` says; `builder` is not to be recursive itself. A folder
/// that exists is left as it is.
///
/// # Errors
/// Where one cannot be made, or something else has its name.
pub fn create_folder(builder: &DirBuilder, path: &Path) -> io::Result<()> {
    let parent = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    };
    let made = match builder.create(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && parent != path => {
            create_folder(builder, parent)?;
            builder.create(path)
        }
        made => made,
    };
    match made {
        Ok(()) => sync_folder(parent),
        Err(_) if path.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes the names in a folder survive a loss of power. Elsewhere than on Unix folders cannot be synchronized, and it does nothing.
///
/// # Errors
/// Where the folder cannot be opened or synchronized.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(path)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_is_made_with_those_above_it_and_one_that_exists_is_kept() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("one/two/three");
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        create_folder(&builder, &path).unwrap();
        fs::write(path.join("file"), "contents").unwrap();
        create_folder(&builder, &path).unwrap();
        assert_eq!(fs::read(path.join("file")).unwrap(), b"contents");
        #[cfg(unix)]
        for made in [&*path, path.parent().unwrap()] {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = made.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{}", made.display());
        }
    }

    #[test]
    fn many_who_make_a_folder_at_once_all_succeed() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("one/two/three");
        std::thread::scope(|scope| {
            let makers =
                [(); 16].map(|()| scope.spawn(|| create_folder(&DirBuilder::new(), &path)));
            for maker in makers {
                maker.join().unwrap().unwrap();
            }
        });
        assert!(path.is_dir());
    }

    #[test]
    fn a_file_in_the_place_of_a_folder_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        for path in [file.clone(), file.join("below")] {
            assert!(
                create_folder(&DirBuilder::new(), &path).is_err(),
                "{}",
                path.display()
            );
        }
    }
}
