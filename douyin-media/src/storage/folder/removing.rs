use std::fs;
use std::io;
use std::path::Path;

/// Removes a file below `root`, if it is there, with what was made [for it](remove_empty).
pub(super) fn remove_file(root: &Path, file: &Path) -> io::Result<()> {
    ignore(fs::remove_file(file), io::ErrorKind::NotFound)?;
    file.parent()
        .map_or(Ok(()), |folder| remove_empty(root, folder))
}

/// Removes the entries of a folder below `root` whose names begin so, with what was made [for them](remove_empty).
pub(super) fn remove_all(root: &Path, folder: &Path, beginning: &str) -> io::Result<()> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        entries => {
            for entry in entries? {
                let entry = entry?;
                let name = entry.file_name();
                if !name.to_string_lossy().starts_with(beginning) {
                    continue;
                }
                let removed = if entry.file_type()?.is_dir() {
                    fs::remove_dir_all(entry.path())
                } else {
                    fs::remove_file(entry.path())
                };
                ignore(removed, io::ErrorKind::NotFound)?;
            }
        }
    }
    remove_empty(root, folder)
}

/// Removes the folder of a video, and those in it, where nothing is left in them. Those of [`crate::key::FOLDERS`] stay.
fn remove_empty(root: &Path, folder: &Path) -> io::Result<()> {
    let of_a_video = |folder: &&Path| {
        let within = folder.strip_prefix(root);
        within.is_ok_and(|names| names.components().count() > 1)
    };
    for folder in folder.ancestors().take_while(of_a_video) {
        match fs::remove_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => return Ok(()),
            removed => ignore(removed, io::ErrorKind::NotFound)?,
        }
    }
    Ok(())
}

fn ignore(result: io::Result<()>, harmless: io::ErrorKind) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == harmless => Ok(()),
        result => result,
    }
}
