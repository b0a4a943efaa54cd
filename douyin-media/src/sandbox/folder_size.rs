use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// How often it is looked at: a disk takes some hundred megabytes meanwhile.
const PAUSE: Duration = Duration::from_millis(200);
/// Files that are looked at: one who makes more has made too many.
const MOST_FILES: u32 = 1000;

/// What ends, once it is awaited, when a folder has grown by more than so many bytes since this was called. No limit of the system holds the
/// files of a process together; where they have a limit each, this one is passed by making many.
pub(super) async fn grown_by(
    folder: PathBuf,
    bytes: u64,
) -> io::Result<impl Future<Output = io::Result<()>>> {
    let most = size_of(folder.clone()).await?.saturating_add(bytes);
    Ok(async move {
        loop {
            sleep(PAUSE).await;
            if size_of(folder.clone()).await? > most {
                return Ok(());
            }
        }
    })
}

async fn size_of(folder: PathBuf) -> io::Result<u64> {
    spawn_blocking(move || {
        let mut left = MOST_FILES;
        size(&folder, &mut left)
    })
    .await
    .map_err(io::Error::other)?
}

/// The bytes of the files in a folder and in those within it; too many files are as good as too many bytes.
fn size(folder: &Path, left: &mut u32) -> io::Result<u64> {
    let mut sum = 0_u64;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(fewer) = left.checked_sub(1) else {
            return Ok(u64::MAX);
        };
        *left = fewer;
        let found = match entry.metadata() {
            Ok(found) => found,
            // A file that was there a moment ago.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let bytes = if found.is_dir() {
            size(&entry.path(), left)?
        } else {
            found.len()
        };
        sum = sum.saturating_add(bytes);
    }
    Ok(sum)
}
