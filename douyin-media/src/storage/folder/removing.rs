use std::fs;
use std::io;
use std::path::Path;

use douyin_core::MediaKey;

use crate::storage::place::is_kept;

/// Removes what is in a folder below `root`, but for entries that lead to a file of `keep`, and then the folder, where nothing is left.
pub(super) fn remove_all(root: &Path, folder: &str, keep: &[MediaKey]) -> io::Result<()> {
    let path = root.join(folder);
    let entries = match fs::read_dir(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if is_kept(&name, keep) {
            continue;
        }
        let removed = if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())
        } else {
            fs::remove_file(entry.path())
        };
        ignore(removed, io::ErrorKind::NotFound)?;
    }
    ignore(
        ignore(fs::remove_dir(&path), io::ErrorKind::NotFound),
        io::ErrorKind::DirectoryNotEmpty,
    )
}

fn ignore(result: io::Result<()>, harmless: io::ErrorKind) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == harmless => Ok(()),
        result => result,
    }
}
