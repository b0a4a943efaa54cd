mod ffmpeg;
mod generated;

use std::fs::File;
use std::io::{self, Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use douyin_core::VideoId;
use image::{ImageFormat, ImageReader};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use self::ffmpeg::FrameMaker;
use crate::sandbox::ChildError;
use crate::stats::{Cover, Meter};
use crate::{MediaError, MediaOptions, VideoInfo, encode};

/// A cover is at most so wide and so high, in pixels, and so large, in bytes.
const WIDEST: u32 = 720;
const HIGHEST: u32 = 1280;
const LARGEST: u64 = 1 << 20;

/// A cover as clients get it.
#[derive(Debug)]
pub(crate) struct CoverFiles {
    pub(crate) jpeg: Vec<u8>,
    /// The same picture, where it takes fewer bytes.
    pub(crate) webp: Option<Vec<u8>>,
}

/// Makes covers: a frame of the video where that is possible in time, a generated picture otherwise.
#[derive(Debug)]
pub(crate) struct CoverMaker {
    ffmpeg: Option<FrameMaker>,
    time: Duration,
    turns: Semaphore,
    meter: Arc<Meter>,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
enum FrameError {
    #[error("the decoder: {0}")]
    Child(#[from] ChildError),
    #[error("the picture could not be read: {0}")]
    Io(#[from] io::Error),
    #[error("the decoder did not make a picture as it should")]
    NoPicture,
}

impl CoverMaker {
    pub(crate) fn new(ffmpeg: Option<PathBuf>, options: &MediaOptions, meter: Arc<Meter>) -> Self {
        Self {
            ffmpeg: ffmpeg.map(|path| FrameMaker::new(path, options)),
            time: options.cover.time,
            turns: Semaphore::new(options.cover.at_once.max(1)),
            meter,
        }
    }

    pub(crate) fn ffmpeg(&self) -> Option<&Path> {
        self.ffmpeg.as_ref().map(FrameMaker::path)
    }

    /// A cover for the upload that lies in `folder`. Fails only where the process is being shut down.
    pub(crate) async fn make(
        &self,
        id: VideoId,
        info: &VideoInfo,
        folder: &Path,
    ) -> Result<CoverFiles, MediaError> {
        let jpeg = self.jpeg(id, info, folder).await?;
        let encoding = spawn_blocking(move || CoverFiles {
            webp: encode::smaller_webp(&jpeg),
            jpeg,
        });
        Ok(encoding.await?)
    }

    async fn jpeg(
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
        ffmpeg: &FrameMaker,
        info: &VideoInfo,
        folder: &Path,
    ) -> Result<Vec<u8>, FrameError> {
        let _turn = self.turns.acquire().await.map_err(io::Error::other)?;
        ffmpeg.frame(info, folder).await
    }
}

/// Reads what a decoder made, if it is a JPEG of the size that was asked for.
async fn read_picture(path: PathBuf) -> Result<Vec<u8>, FrameError> {
    let reading = spawn_blocking(move || {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)?;
        let whole = bytes.len() as u64 <= LARGEST && bytes.ends_with(&[0xFF, 0xD9]);
        let size =
            ImageReader::with_format(Cursor::new(&bytes), ImageFormat::Jpeg).into_dimensions();
        match size {
            Ok((1..=WIDEST, 1..=HIGHEST)) if whole => Ok(bytes),
            _ => Err(FrameError::NoPicture),
        }
    });
    reading.await.map_err(io::Error::other)?
}
