mod ffmpeg;
mod generated;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use douyin_core::VideoId;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::stats::{Cover, Meter};
use crate::{MediaError, MediaOptions, VideoInfo};
use ffmpeg::{FfmpegProgram, FrameError};

/// Makes covers: a frame of the video where that is possible in time, a generated picture otherwise.
#[derive(Debug)]
pub(crate) struct CoverMaker {
    ffmpeg: Option<FfmpegProgram>,
    time: Duration,
    turns: Semaphore,
    meter: Arc<Meter>,
}

impl CoverMaker {
    pub(crate) fn new(options: &MediaOptions, meter: Arc<Meter>) -> Result<Self, MediaError> {
        Ok(Self {
            time: options.cover.time,
            turns: Semaphore::new(options.cover.at_once.max(1)),
            ffmpeg: FfmpegProgram::find(options)?,
            meter,
        })
    }

    pub(crate) fn ffmpeg(&self) -> Option<&Path> {
        self.ffmpeg.as_ref().map(FfmpegProgram::path)
    }

    /// A JPEG for the upload that lies in `folder`. Fails only where the process is being shut down.
    pub(crate) async fn make(
        &self,
        id: VideoId,
        info: &VideoInfo,
        folder: &Path,
    ) -> Result<Vec<u8>, MediaError> {
        if let Some(ffmpeg) = &self.ffmpeg {
            match timeout(self.time, self.frame(ffmpeg, info, folder)).await {
                Ok(Ok(jpeg)) => {
                    self.meter.count_cover(Cover::Frame);
                    return Ok(jpeg);
                }
                Ok(Err(error)) => {
                    tracing::warn!(video = %id, %error, "no cover from the video; one is generated");
                    self.meter.count_cover(Cover::Failed);
                }
                Err(_) => {
                    tracing::warn!(video = %id, limit = ?self.time, "no cover in time; one is generated");
                    self.meter.count_cover(Cover::TooSlow);
                }
            }
        } else {
            self.meter.count_cover(Cover::Generated);
        }
        let info = *info;
        Ok(spawn_blocking(move || generated::cover(id, &info)).await?)
    }

    /// Dropped before it is done, it ends the decoder and frees its turn.
    async fn frame(
        &self,
        ffmpeg: &FfmpegProgram,
        info: &VideoInfo,
        folder: &Path,
    ) -> Result<Vec<u8>, FrameError> {
        let _turn = self.turns.acquire().await.map_err(std::io::Error::other)?;
        ffmpeg.frame(info, folder).await
    }
}
