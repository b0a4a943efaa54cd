use std::fs;
use std::path::{Path, PathBuf};

use crate::{Container, Ffmpeg, MediaError};

/// Opens nothing but files by their name, guesses no format and asks nobody: what stands before every input, followed by [`DECODERS`].
pub(crate) const QUIET: &str =
    "-hide_banner -nostdin -v error -protocol_whitelist file -codec_whitelist";

/// The decoders that are used, by whatever a track says it is coded in: of the pictures that are recognised, and of sound that cameras and
/// browsers record. `ffmpeg` has four hundred others, which strangers reach otherwise.
pub(crate) const DECODERS: &str = "h264,hevc,vp8,libvpx,vp9,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg4,h263,\
    aac,aac_fixed,alac,mp3,mp3float,mp2,mp2float,opus,libopus,vorbis,libvorbis,flac,ac3,ac3_fixed,eac3,\
    amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,adpcm_ima_qt,pcm_alaw,pcm_mulaw,pcm_s8,pcm_u8,\
    pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be";

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

/// The stream of the pictures: the track that was recognised, by its number, and not another one that stands before it. Of a WebM, in which
/// tracks have no such number, the first.
pub(crate) fn pictures(track: Option<u32>) -> String {
    match track {
        // It takes 32 bits for a number with a sign.
        Some(track) => format!("0:v:i:{}", track.cast_signed()),
        None => "0:V:0".to_owned(),
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
