use std::path::{Path, PathBuf};

use super::{HIGHEST, PICTURE, WIDEST};
use crate::ffmpeg::{DECODERS, QUIET, demuxer, pictures};
use crate::probe::Recognised;
use crate::sandbox::Program;
use crate::staging::UPLOAD;
use crate::stats::Cover;
use crate::{Container, MediaOptions};

/// What makes a picture of a video.
#[derive(Debug)]
pub(super) enum Decoder {
    /// `ffmpeg`, which decodes whatever is recognised.
    Ffmpeg { path: PathBuf, max_pixels: u64 },
    /// A program that decodes key frames of H.264.
    KeyFrame(Program),
}

impl Decoder {
    /// Those that there are, the best one first.
    pub(super) fn all(ffmpeg: Option<PathBuf>, options: &MediaOptions) -> Vec<Self> {
        let ffmpeg = ffmpeg.map(|path| Self::Ffmpeg {
            path,
            max_pixels: options.video.pixels,
        });
        let key_frame = (options.decoder.as_ref())
            .filter(|_| cfg!(unix))
            .map(|named| Self::KeyFrame(Program::own(&named.program, &named.arguments)));
        ffmpeg.into_iter().chain(key_frame).collect()
    }

    pub(super) fn ffmpeg(&self) -> Option<&Path> {
        match self {
            Self::Ffmpeg { path, .. } => Some(path),
            Self::KeyFrame(_) => None,
        }
    }

    /// What its pictures are counted as.
    pub(super) const fn counted_as(&self) -> Cover {
        match self {
            Self::Ffmpeg { .. } => Cover::Frame,
            Self::KeyFrame(_) => Cover::KeyFrame,
        }
    }

    /// What is run in the upload's folder to leave [`PICTURE`] there; `None` for a video that it does not decode.
    pub(super) fn program(&self, video: &Recognised) -> Option<Program> {
        match self {
            Self::Ffmpeg { path, max_pixels } => {
                Some(Program::foreign(path, arguments(video, *max_pixels)))
            }
            Self::KeyFrame(program) => {
                (video.info.container != Container::WebM).then(|| program.clone())
            }
        }
    }
}

/// Frames with more pixels than a video may have are not decoded, whatever was declared. Of the first 24 frames the most typical one is
/// taken, which is rarely a black one.
fn arguments(video: &Recognised, pixels: u64) -> Vec<String> {
    let (demuxer, pictures) = (demuxer(video.info.container), pictures(video.track));
    let filter = format!(
        "scale=w='min({WIDEST},iw)':h='min({HIGHEST},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bilinear,\
         thumbnail=n=24,format=yuvj420p"
    );
    let words = format!(
        "{QUIET} {DECODERS} -filter_threads 1 -threads 1 -max_pixels {pixels} -f {demuxer} -i file:{UPLOAD} \
         -map {pictures} -frames:v 1 -threads 1 -vf {filter} -c:v mjpeg -q:v 4 -f image2 -update 1 -y file:{PICTURE}"
    );
    words.split(' ').map(str::to_owned).collect()
}
