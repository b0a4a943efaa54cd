use std::fs::{self, File};
use std::path::Path;

use crate::{IndexPlace, MediaError, VideoInfo, VideoLimits, fast_start, recognise};

/// What the upload is called while its index is put first. For as long, it takes twice its size on the disk.
const REWRITTEN: &str = "rewritten";

/// Puts the index of the upload at `path` before its media data, where that can be done without breaking it. Nothing is forced to the disk
/// yet: what is stored in the end is synchronized once.
///
/// # Errors
/// Where files fail, such as for want of space.
pub(crate) fn rewrite(
    path: &Path,
    file: File,
    info: VideoInfo,
    limits: &VideoLimits,
) -> Result<(File, VideoInfo), MediaError> {
    let target = path.with_file_name(REWRITTEN);
    let mut rewritten = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&target)?;
    let expected = VideoInfo {
        index: IndexPlace::First,
        ..info
    };
    if fast_start(&file, &mut rewritten, limits)? {
        match recognise(&rewritten, limits) {
            Ok(found) if found == expected => {
                fs::rename(target, path)?;
                return Ok((rewritten, expected));
            }
            found => tracing::error!(
                ?found,
                ?expected,
                "a video is not the same with its index first; it is kept as it came"
            ),
        }
    }
    fs::remove_file(target)?;
    Ok((file, info))
}
