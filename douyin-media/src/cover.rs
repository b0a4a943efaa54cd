mod decoders;
mod generated;

use std::io::{self, Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use douyin_core::VideoId;
use image::{ImageFormat, ImageReader};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use self::decoders::Decoder;
use crate::probe::Recognised;
use crate::sandbox::{self, ChildError, ChildLimits, Program};
use crate::stats::{Cover, Meter};
use crate::{MediaError, MediaOptions, encode};

/// A cover is at most so wide and so high, in pixels, and so large, in bytes.
pub(crate) const WIDEST: u32 = 720;
pub(crate) const HIGHEST: u32 = 1280;
const LARGEST: u64 = 1 << 20;
/// The name of the picture that a decoder leaves in the upload's folder.
pub(crate) const PICTURE: &str = "frame.jpg";

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
    decoders: Vec<Decoder>,
    limits: ChildLimits,
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
    #[error("others had their turn for too long")]
    NoTurn,
}

impl FrameError {
    const fn counted_as(&self) -> Cover {
        match self {
            Self::NoTurn | Self::Child(ChildError::TooSlow(_)) => Cover::TooSlow,
            _ => Cover::Failed,
        }
    }
}

impl CoverMaker {
    pub(crate) fn new(ffmpeg: Option<PathBuf>, options: &MediaOptions, meter: Arc<Meter>) -> Self {
        Self {
            decoders: Decoder::all(ffmpeg, options),
            limits: ChildLimits {
                time: options.cover.time,
                processor_time: options.cover.time,
                memory_bytes: options.cover.memory_bytes,
                file_bytes: LARGEST,
            },
            turns: Semaphore::new(options.cover.at_once.max(1)),
            meter,
        }
    }

    pub(crate) fn ffmpeg(&self) -> Option<&Path> {
        self.decoders.iter().find_map(Decoder::ffmpeg)
    }

    /// A cover for the upload that lies in `folder`. Fails only where the process is being shut down.
    pub(crate) async fn make(
        &self,
        id: VideoId,
        video: &Recognised,
        folder: &Path,
    ) -> Result<CoverFiles, MediaError> {
        let jpeg = self.jpeg(id, video, folder).await?;
        // It takes megabytes, as decoding does.
        let _turn = self.turns.acquire().await.map_err(io::Error::other)?;
        let encoding = spawn_blocking(move || CoverFiles {
            webp: encode::smaller_webp(&jpeg),
            jpeg,
        });
        Ok(encoding.await?)
    }

    async fn jpeg(
        &self,
        id: VideoId,
        video: &Recognised,
        folder: &Path,
    ) -> Result<Vec<u8>, MediaError> {
        let deadline = Instant::now() + self.limits.time;
        let mut missed = Cover::Generated;
        let mut programs = self.programs(video).into_iter().peekable();
        while let Some((decoder, program)) = programs.next() {
            let turn_ends = share(deadline, programs.peek().is_some());
            match self.frame(&program, folder, turn_ends).await {
                Ok(jpeg) => {
                    self.meter.count_cover(decoder.counted_as());
                    return Ok(jpeg);
                }
                Err(error) => {
                    tracing::warn!(video = %id, %error, "no cover from the video");
                    missed = error.counted_as();
                }
            }
        }
        self.meter.count_cover(missed);
        let info = video.info;
        Ok(spawn_blocking(move || generated::cover(id, &info)).await?)
    }

    /// What may make a picture of it, the best one first.
    fn programs(&self, video: &Recognised) -> Vec<(&Decoder, Program)> {
        let decoders = self.decoders.iter();
        decoders
            .filter_map(|decoder| Some((decoder, decoder.program(video)?)))
            .collect()
    }

    /// Dropped before it is done, it ends the decoder and frees its turn.
    async fn frame(
        &self,
        program: &Program,
        folder: &Path,
        deadline: Instant,
    ) -> Result<Vec<u8>, FrameError> {
        let turn = timeout_at(deadline, self.turns.acquire()).await;
        let _turn = turn
            .map_err(|_| FrameError::NoTurn)?
            .map_err(io::Error::other)?;
        let limits = ChildLimits {
            time: deadline.saturating_duration_since(Instant::now()),
            ..self.limits
        };
        let picture = folder.join(PICTURE);
        // Another decoder may have left a part of one.
        let left = picture.clone();
        let removing = spawn_blocking(move || sandbox::remove_output(&left));
        removing.await.map_err(io::Error::other)??;
        sandbox::run(program, &limits, folder).await?;
        read_picture(picture).await
    }
}

/// When a decoder has to be done that may leave time for another one: that takes a third of what is left.
fn share(deadline: Instant, is_followed: bool) -> Instant {
    let left = deadline.saturating_duration_since(Instant::now());
    if is_followed {
        deadline - left / 3
    } else {
        deadline
    }
}

/// Reads what a decoder made, if it is a JPEG of the size that was asked for.
async fn read_picture(path: PathBuf) -> Result<Vec<u8>, FrameError> {
    let reading = spawn_blocking(move || {
        let mut bytes = Vec::new();
        sandbox::open_output(&path)?
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::share;
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn a_decoder_that_hangs_leaves_time_for_the_next_one() {
        let now = Instant::now();
        let deadline = now + Duration::from_secs(6);
        assert_eq!(share(deadline, true), now + Duration::from_secs(4));
        assert_eq!(share(deadline, false), deadline);
    }
}
