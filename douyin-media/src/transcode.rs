//! Makes an MP4 that every client plays out of any video that is recognised, in a child process with limits.

mod arguments;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use self::arguments::{Arguments, VARIABLE_RATE, VARIABLE_RATE_BEFORE_5_1};
use crate::probe::{self, Container, Playable, ProbeError, Recognised, VideoLimits};
use crate::sandbox::{self, ChildError, ChildLimits, Program};
use crate::{MediaOptions, NotAVideo, TranscodeLimits};

/// A smaller copy of a video, by the length of its shorter side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Rung {
    /// 720 pixels.
    P720,
    /// 480 pixels.
    P480,
}

impl Rung {
    /// From the largest to the smallest.
    pub(crate) const ALL: [Self; 2] = [Self::P720, Self::P480];

    /// Pixels of the shorter side.
    pub(crate) const fn shorter_side(self) -> u32 {
        match self {
            Self::P720 => 720,
            Self::P480 => 480,
        }
    }
}

/// Why there is no MP4.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TranscodeError {
    /// It would fail again: the video cannot be decoded, or costs more than it may.
    #[error("the video cannot be transcoded: {0}")]
    Video(String),
    /// The machine is short of something, and may have it later.
    #[error("transcoding is not possible at the moment: {0}")]
    Temporary(String),
}

impl From<io::Error> for TranscodeError {
    fn from(error: io::Error) -> Self {
        Self::Temporary(error.to_string())
    }
}

impl From<ProbeError> for TranscodeError {
    fn from(error: ProbeError) -> Self {
        match error {
            ProbeError::Refused(reason) => Self::Video(reason.to_string()),
            ProbeError::Io(error) => error.into(),
        }
    }
}

impl From<ChildError> for TranscodeError {
    fn from(error: ChildError) -> Self {
        if error.is_temporary() || LACKS.iter().any(|lacks| complains(&error, lacks)) {
            Self::Temporary(error.to_string())
        } else {
            Self::Video(error.to_string())
        }
    }
}

/// What `ffmpeg` says where it is too old, or was built without what is needed: no fault of the video.
const LACKS: [&str; 3] = ["Unrecognized option", "Unknown encoder", "No such filter"];

fn complains(error: &ChildError, what: &str) -> bool {
    matches!(error, ChildError::Failed { complaints, .. } if complaints.contains(what))
}

/// The `ffmpeg` program, and what it may use for transcoding.
#[derive(Debug)]
pub(crate) struct Transcoder {
    ffmpeg: PathBuf,
    limits: TranscodeLimits,
    video: VideoLimits,
    turns: Semaphore,
}

impl Transcoder {
    pub(crate) fn new(ffmpeg: PathBuf, options: &MediaOptions) -> Self {
        Self {
            ffmpeg,
            turns: Semaphore::new(options.transcode.at_once.max(1)),
            limits: options.transcode.clone(),
            video: options.video.clone(),
        }
    }

    /// Makes an MP4 with H.264 and AAC in `folder`, whose index may stand last, and which every client plays: the whole video, or a smaller
    /// copy of it. What plays everywhere already is copied instead of being encoded again. Waits for its turn first. Dropped before it is
    /// done, it ends what it started; unless it succeeds, it leaves nothing in the folder.
    ///
    /// # Errors
    /// [`TranscodeError`], which tells what may be tried again from what may not.
    pub(crate) async fn to_mp4(
        &self,
        source: &Path,
        container: Container,
        rung: Option<Rung>,
        folder: &Path,
    ) -> Result<PathBuf, TranscodeError> {
        let _turn = self.turns.acquire().await.map_err(io::Error::other)?;
        let source = std::path::absolute(source)?;
        // What is not recognised reaches no decoder, whoever asks.
        let path = source.clone();
        let video = self.recognise(move || File::open(path)).await?;
        if video.info.container != container {
            return Err(ProbeError::from(NotAVideo::Unrecognised).into());
        }
        let job = Job {
            source,
            video,
            rung,
            folder,
        };
        let copied = Playable {
            pictures: video.playable.pictures && rung.is_none(),
            ..video.playable
        };
        match self.run(&job, copied).await {
            // Its times may be such that only a decoder makes sense of them.
            Err(TranscodeError::Video(reason)) if copied.pictures => {
                tracing::debug!(reason, "what plays everywhere could not be copied");
                self.run(&job, Playable::default()).await
            }
            done => done,
        }
    }

    async fn run(&self, job: &Job<'_>, copied: Playable) -> Result<PathBuf, TranscodeError> {
        let output = job.folder.join(job.output());
        let made = self.make(job, copied, &output).await;
        if made.is_err() {
            let part = output.clone();
            let removing = spawn_blocking(move || sandbox::remove_output(&part));
            removing.await.map_err(io::Error::other)??;
        }
        made.map(|()| output)
    }

    async fn make(
        &self,
        job: &Job<'_>,
        copied: Playable,
        output: &Path,
    ) -> Result<(), TranscodeError> {
        let arguments = Arguments {
            source: &job.source,
            container: job.video.info.container,
            track: job.video.track,
            rung: job.rung,
            copied,
            duration: self.video.duration,
            pixels: self.video.pixels,
            threads: self.limits.threads,
            output: job.output(),
        };
        let duration = match job.video {
            // Which takes no longer for a longer one, but for the disk.
            _ if copied.pictures => Duration::ZERO,
            ref video => likely_duration(video),
        };
        let limits = self.child_limits(duration);
        let run = async |variable_rate| {
            let program = Program::foreign(&self.ffmpeg, arguments.words(variable_rate));
            sandbox::run(&program, &limits, job.folder).await
        };
        match run(VARIABLE_RATE).await {
            // Which it says before it opens anything.
            Err(error) if complains(&error, "Unrecognized option 'fps_mode'") => {
                run(VARIABLE_RATE_BEFORE_5_1).await?;
            }
            done => done?,
        }
        let output = output.to_owned();
        let made = self
            .recognise(move || sandbox::open_output(&output))
            .await?;
        if !made.info.plays_everywhere {
            return Err(TranscodeError::Video(
                "what was made of it does not play everywhere".to_owned(),
            ));
        }
        Ok(())
    }

    async fn recognise(
        &self,
        open: impl FnOnce() -> io::Result<File> + Send + 'static,
    ) -> Result<Recognised, TranscodeError> {
        let limits = self.video.clone();
        let recognising = spawn_blocking(move || probe::recognise_parts(open()?, &limits));
        Ok(recognising.await.map_err(io::Error::other)??)
    }

    fn child_limits(&self, duration: Duration) -> ChildLimits {
        let TranscodeLimits {
            least_time,
            times_the_duration,
            most_time,
            memory_bytes,
            output_bytes,
            threads,
            ..
        } = self.limits;
        let time = least_time
            .saturating_add(duration.saturating_mul(times_the_duration))
            .min(most_time);
        ChildLimits {
            time,
            // The clock ends it before, as long as somebody looks at it.
            processor_time: time.saturating_mul(threads.saturating_add(1)),
            memory_bytes,
            file_bytes: output_bytes,
        }
    }
}

/// What is made of which video.
struct Job<'a> {
    source: PathBuf,
    video: Recognised,
    rung: Option<Rung>,
    folder: &'a Path,
}

impl Job<'_> {
    const fn output(&self) -> &'static str {
        match self.rung {
            None => "plain.mp4",
            Some(Rung::P720) => "720.mp4",
            Some(Rung::P480) => "480.mp4",
        }
    }
}

/// What is allowed to a video that does not say how long it plays.
const UNKNOWN: Duration = Duration::from_mins(10);
/// Bytes of a second of video, at least, as far as time is allowed for it: a picture that stands still takes fewer. Else a file of two
/// kilobytes could declare hours, of which each picture is encoded.
const LEAST_BYTES: u64 = 4 << 10;

fn likely_duration(video: &Recognised) -> Duration {
    let most = Duration::from_secs(video.bytes / LEAST_BYTES);
    video.info.duration.unwrap_or(UNKNOWN).min(most)
}

#[cfg(all(test, unix))]
mod tests;
