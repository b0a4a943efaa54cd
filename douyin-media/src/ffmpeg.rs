use std::fs;
use std::path::{Path, PathBuf};

use crate::{Container, Ffmpeg, MediaError};

/// Opens nothing but files by their name, guesses no format and asks nobody: what stands before every input.
pub(crate) const QUIET: &str = "-hide_banner -nostdin -v error -protocol_whitelist file";

/// The program to use; `None` where none is wanted, or `PATH` has none, or the system cannot limit it.
pub(crate) fn find(wanted: &Ffmpeg) -> Result<Option<PathBuf>, MediaError> {
    match wanted {
        Ffmpeg::Off => Ok(None),
        Ffmpeg::Auto if !cfg!(unix) => Ok(None),
        Ffmpeg::Auto => Ok(std::env::var_os("PATH").and_then(|path| {
            std::env::split_paths(&path)
                .map(|folder| folder.join("ffmpeg"))
                .find(|program| program.is_absolute() && is_executable(program))
        })),
        Ffmpeg::At(program) => match fs::canonicalize(program) {
            Ok(path) if is_executable(&path) => Ok(Some(path)),
            _ => Err(MediaError::NoFfmpeg(program.clone())),
        },
    }
}

/// What reads a container, and is forced: the content is never taken for a playlist or a script.
pub(crate) const fn demuxer(container: Container) -> &'static str {
    match container {
        Container::Mp4 | Container::Mov => "mov",
        Container::WebM => "matroska",
    }
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}
