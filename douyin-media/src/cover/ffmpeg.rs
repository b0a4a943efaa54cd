use std::path::{Path, PathBuf};

use super::{FrameError, HIGHEST, LARGEST, WIDEST, read_picture};
use crate::ffmpeg::{QUIET, demuxer};
use crate::incoming::UPLOAD;
use crate::sandbox::{self, ChildLimits, Program};
use crate::{CoverLimits, MediaOptions, VideoInfo};

/// The name of the picture inside the upload's folder.
const PICTURE: &str = "frame.jpg";

/// The `ffmpeg` program, and what it may use for a cover.
#[derive(Debug)]
pub(super) struct FrameMaker {
    path: PathBuf,
    limits: ChildLimits,
    max_pixels: u64,
}

impl FrameMaker {
    pub(super) fn new(path: PathBuf, options: &MediaOptions) -> Self {
        Self {
            path,
            limits: limits(&options.cover),
            max_pixels: options.video.pixels,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A typical picture of the beginning of the upload in `folder`, as a JPEG. Dropped early, it ends the decoder.
    pub(super) async fn frame(
        &self,
        info: &VideoInfo,
        folder: &Path,
    ) -> Result<Vec<u8>, FrameError> {
        let program = Program::foreign(&self.path, arguments(info, self.max_pixels));
        sandbox::run(&program, &self.limits, folder).await?;
        read_picture(folder.join(PICTURE)).await
    }
}

/// What a decoder may use, of either kind.
pub(super) fn limits(cover: &CoverLimits) -> ChildLimits {
    ChildLimits {
        time: cover.time,
        processor_time: cover.time,
        memory_bytes: cover.memory_bytes,
        file_bytes: LARGEST,
    }
}

/// Frames with more pixels than a video may have are not decoded, whatever was declared. Of the first 24 frames the most typical one is
/// taken, which is rarely a black one.
fn arguments(info: &VideoInfo, pixels: u64) -> Vec<String> {
    let demuxer = demuxer(info.container);
    let filter = format!(
        "scale=w='min({WIDEST},iw)':h='min({HIGHEST},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bilinear,\
         thumbnail=n=24,format=yuvj420p"
    );
    let words = format!(
        "{QUIET} -filter_threads 1 -threads 1 -max_pixels {pixels} -f {demuxer} -i file:{UPLOAD} \
         -map 0:v:0 -frames:v 1 -threads 1 -vf {filter} -c:v mjpeg -q:v 4 -f image2 -update 1 -y file:{PICTURE}"
    );
    words.split(' ').map(str::to_owned).collect()
}
