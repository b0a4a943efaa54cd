use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use image::{ImageFormat, ImageReader};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::task::spawn_blocking;

use crate::incoming::UPLOAD;
use crate::{Container, CoverLimits, Ffmpeg, MediaError, MediaOptions, VideoInfo};

/// Limits the process before it becomes the decoder: address space in KiB, seconds of processor time, size of any file it
/// writes in blocks of 512 bytes, no core dump. `sh`, `ulimit` and `nice` are POSIX; without `nice` it goes on without.
const SANDBOX: &str = r#"
    ulimit -v "$1" && ulimit -t "$2" && ulimit -f "$3" && ulimit -c 0 || exit 125
    shift 3
    command -v nice >/dev/null 2>&1 && exec nice -n 10 "$@"
    exec "$@"
"#;

/// The name of the picture inside the upload's folder.
const PICTURE: &str = "frame.jpg";
/// A cover is at most so wide and so high, in pixels, and so large, in bytes.
const WIDEST: u32 = 720;
const HIGHEST: u32 = 1280;
const LARGEST: u64 = 1 << 20;
/// Bytes of the decoder's complaints that are read; they go to the log.
const COMPLAINTS: u64 = 2048;

/// The `ffmpeg` program, and what it may use.
#[derive(Debug)]
pub(super) struct FfmpegProgram {
    path: PathBuf,
    limits: CoverLimits,
    max_pixels: u64,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub(super) enum FrameError {
    #[error("the decoder could not be run: {0}")]
    Io(#[from] io::Error),
    #[error("the decoder failed: {status}, {complaints:?}")]
    Failed {
        status: ExitStatus,
        complaints: String,
    },
    #[error("the decoder did not make a picture as it should")]
    NoPicture,
}

impl FfmpegProgram {
    /// The program to use; `None` where none is wanted, or `PATH` has none, or the system cannot limit it.
    pub(super) fn find(options: &MediaOptions) -> Result<Option<Self>, MediaError> {
        let path = match &options.ffmpeg {
            Ffmpeg::Off => None,
            Ffmpeg::Auto if !cfg!(unix) => None,
            Ffmpeg::Auto => std::env::var_os("PATH").and_then(|path| {
                std::env::split_paths(&path)
                    .map(|folder| folder.join("ffmpeg"))
                    .find(|program| program.is_absolute() && is_executable(program))
            }),
            Ffmpeg::At(program) => match fs::canonicalize(program) {
                Ok(path) if is_executable(&path) => Some(path),
                _ => return Err(MediaError::NoFfmpeg(program.clone())),
            },
        };
        Ok(path.map(|path| Self {
            path,
            limits: options.cover.clone(),
            max_pixels: options.video.pixels,
        }))
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
        let mut child = self.command(info, folder).spawn()?;
        let group = ProcessGroup::of(&child);
        let mut complaints = Vec::new();
        if let Some(stderr) = child.stderr.take() {
            // Closed after so many bytes: a decoder that floods it runs into the closed pipe.
            stderr.take(COMPLAINTS).read_to_end(&mut complaints).await?;
        }
        let status = child.wait().await?;
        group.release();
        if !status.success() {
            let complaints = String::from_utf8_lossy(&complaints).trim().to_owned();
            return Err(FrameError::Failed { status, complaints });
        }
        let picture = folder.join(PICTURE);
        spawn_blocking(move || read_picture(&picture))
            .await
            .map_err(io::Error::other)?
    }

    fn command(&self, info: &VideoInfo, folder: &Path) -> Command {
        let CoverLimits {
            time, memory_bytes, ..
        } = &self.limits;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", SANDBOX, "sh"])
            .arg((memory_bytes / 1024).to_string())
            .arg((time.as_secs() + 1).to_string())
            .arg((LARGEST / 512).to_string())
            .arg(&self.path)
            .args(arguments(info, self.max_pixels))
            .current_dir(folder)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        command
    }
}

/// The demuxer is forced, so that the content is never taken for a playlist; nothing but this file may be opened; frames
/// with more pixels than a video may have are not decoded, whatever was declared. Of the first 24 frames the most typical one is taken, which is
/// rarely a black one.
fn arguments(info: &VideoInfo, pixels: u64) -> impl Iterator<Item: AsRef<OsStr>> {
    let demuxer = match info.container {
        Container::Mp4 | Container::Mov => "mov",
        Container::WebM => "matroska",
    };
    let input = format!("file:{UPLOAD}");
    let filter = format!(
        "scale=w='min({WIDEST},iw)':h='min({HIGHEST},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bilinear,\
         thumbnail=n=24,format=yuvj420p"
    );
    let output = format!("file:{PICTURE}");
    [
        "-hide_banner -nostdin -v error -filter_threads 1 -threads 1",
        &format!("-max_pixels {pixels} -protocol_whitelist file -f {demuxer} -i {input}"),
        "-map 0:v:0 -frames:v 1 -threads 1 -vf",
    ]
    .join(" ")
    .split(' ')
    .map(str::to_owned)
    .chain([filter])
    .chain(
        "-c:v mjpeg -q:v 4 -f image2 -update 1 -y"
            .split(' ')
            .map(str::to_owned),
    )
    .chain([output])
    .collect::<Vec<_>>()
    .into_iter()
}

/// Reads what the decoder made, if it is a JPEG of the size that was asked for.
fn read_picture(path: &Path) -> Result<Vec<u8>, FrameError> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    let whole = bytes.len() as u64 <= LARGEST && bytes.ends_with(&[0xFF, 0xD9]);
    let size = ImageReader::with_format(Cursor::new(&bytes), ImageFormat::Jpeg).into_dimensions();
    match size {
        Ok((1..=WIDEST, 1..=HIGHEST)) if whole => Ok(bytes),
        _ => Err(FrameError::NoPicture),
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

/// The decoder and whatever it started; ended together when dropped before it is over.
struct ProcessGroup(Option<u32>);

impl ProcessGroup {
    fn of(leader: &Child) -> Self {
        Self(leader.id())
    }

    /// Its leader was waited for, so that its number may belong to somebody else by now.
    fn release(mut self) {
        self.0 = None;
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.0.and_then(|id| i32::try_from(id).ok()) {
            use rustix::process::{Pid, Signal, kill_process_group};
            let Some(leader) = Pid::from_raw(leader) else {
                return;
            };
            if let Err(error) = kill_process_group(leader, Signal::KILL) {
                tracing::debug!(%error, "the decoder had ended before it was stopped");
            }
        }
    }
}
