use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::VideoLimits;

/// What a [`MediaStorage`](crate::MediaStorage) allows and uses.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MediaOptions {
    /// The most bytes of an upload; 512 MiB unless told.
    pub max_upload_bytes: u64,
    /// So long a request that needs an upload over several requests waits for another one of this process to let it go, which first
    /// makes durable what came in, 16 MiB at most; 5 seconds unless told.
    pub resumable_wait: Duration,
    /// Which videos are taken; any unless told.
    pub accept: Accept,
    /// What a video may declare of itself.
    pub video: VideoLimits,
    /// What makes covers.
    pub ffmpeg: Ffmpeg,
    /// What makes covers of H.264 without `ffmpeg`; nothing unless told.
    pub decoder: Option<Decoder>,
    /// What making a cover may cost.
    pub cover: CoverLimits,
    /// What a picture that a user uploads may be.
    pub picture: PictureLimits,
    /// What transcoding may cost.
    pub transcode: TranscodeLimits,
    /// How a bucket is reached, where media lies in one.
    pub bucket: BucketOptions,
}

impl Default for MediaOptions {
    fn default() -> Self {
        Self {
            max_upload_bytes: 512 << 20,
            resumable_wait: Duration::from_secs(5),
            accept: Accept::Any,
            video: VideoLimits::default(),
            ffmpeg: Ffmpeg::Auto,
            decoder: None,
            cover: CoverLimits::default(),
            picture: PictureLimits::default(),
            transcode: TranscodeLimits::default(),
            bucket: BucketOptions::default(),
        }
    }
}

/// Which videos are taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Accept {
    /// All that can be played at all.
    #[default]
    Any,
    /// Those alone that every client plays [as they are](crate::VideoInfo::plays_everywhere).
    PlaysEverywhere,
}

/// What decodes videos: makes covers of their frames, and MP4s of those that not every client plays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Ffmpeg {
    /// The `ffmpeg` on `PATH` when the storage is opened, if there is one.
    #[default]
    Auto,
    /// None.
    Off,
    /// This program.
    At(PathBuf),
}

/// A program that decodes key frames of H.264, because `decode_key_frame` of this crate (feature `h264`) is what it does with the
/// arguments behind these: best the same program again. It runs under the same limits as `ffmpeg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoder {
    /// Where it is, from the root on.
    pub program: PathBuf,
    /// What tells it to decode.
    pub arguments: Vec<OsString>,
}

/// What making a cover may cost. Where it would cost more, the cover is a generated picture.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CoverLimits {
    /// From the end of the upload, waiting for a turn included; 6 s unless told.
    pub time: Duration,
    /// Address space of the decoder, in bytes; 1.5 GiB unless told: 8K HEVC on one thread needs about 1 GiB, and 150 shared
    /// libraries take 300 MB of addresses before the first frame.
    pub memory_bytes: u64,
    /// Decoders running at the same time; half as many as there are cores unless told.
    pub at_once: usize,
}

impl Default for CoverLimits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            time: Duration::from_secs(6),
            memory_bytes: 3 << 29,
            at_once: cores.div_ceil(2),
        }
    }
}

/// What a picture that a user uploads may be, before it is made small.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PictureLimits {
    /// Bytes of the file; 8 MiB unless told.
    pub bytes: u64,
    /// Pixels; 32 million unless told.
    pub pixels: u64,
    /// Pixels of either side; 16,384 unless told.
    pub side: u32,
    /// Memory for the pixels, in bytes; 256 MiB unless told. Decoding may take twice as much.
    pub memory_bytes: u64,
    /// Pictures that are decoded at the same time; 1 unless told.
    pub at_once: usize,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self {
            bytes: 8 << 20,
            pixels: 32_000_000,
            side: 16_384,
            memory_bytes: 256 << 20,
            at_once: 1,
        }
    }
}

/// What transcoding a video may cost. Where it would cost more, it fails.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TranscodeLimits {
    /// Allowed to a video of any length; 2 min unless told.
    pub least_time: Duration,
    /// Allowed besides, as a multiple of how long the video plays (ten minutes where it does not say, and no longer than its bytes make
    /// likely); 8 unless told: one core encodes 1080 lines about as fast as they play.
    pub times_the_duration: u32,
    /// Allowed to a video however long it is; 2 h unless told.
    pub most_time: Duration,
    /// Address space, in bytes; 2 GiB unless told.
    pub memory_bytes: u64,
    /// The most bytes that it makes of a video; 1 GiB unless told.
    pub output_bytes: u64,
    /// Videos that are transcoded at the same time; 1 unless told, and two on machines with eight cores or more.
    pub at_once: usize,
    /// Threads of each; half as many as there are cores unless told, and at most four.
    pub threads: u32,
}

impl Default for TranscodeLimits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            least_time: Duration::from_mins(2),
            times_the_duration: 8,
            most_time: Duration::from_hours(2),
            memory_bytes: 2 << 30,
            output_bytes: 1 << 30,
            at_once: if cores < 8 { 1 } else { 2 },
            threads: u32::try_from(cores.div_ceil(2)).map_or(4, |threads| threads.min(4)),
        }
    }
}

/// How a bucket of an S3-compatible service is reached.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BucketOptions {
    /// URL of the service, without a bucket; that of AWS in the region unless told. What is sent to `http://` is not encrypted.
    pub endpoint: Option<String>,
    /// Region of the bucket; `AWS_REGION` or `us-east-1` unless told.
    pub region: Option<String>,
    /// Who asks, together with [`Self::secret_key`]. Unless told, whoever the environment (`AWS_ACCESS_KEY_ID`…), the container or the
    /// machine says.
    pub access_key: Option<String>,
    /// What proves it. Shows itself nowhere.
    pub secret_key: Option<String>,
    /// Whether the bucket is the first part of the path, or else of the host. Unless told it is so where there is an endpoint.
    pub path_style: Option<bool>,
    /// So long connecting may take, encryption included; 2 s unless told.
    pub connect_time: Duration,
    /// So long a connection may make no progress, sending or receiving; 15 s unless told.
    pub stall_time: Duration,
}

impl Default for BucketOptions {
    fn default() -> Self {
        Self {
            endpoint: None,
            region: None,
            access_key: None,
            secret_key: None,
            path_style: None,
            connect_time: Duration::from_secs(2),
            stall_time: Duration::from_secs(15),
        }
    }
}

impl fmt::Debug for BucketOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BucketOptions")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("access_key", &self.access_key)
            .field("secret_key", &self.secret_key.as_ref().map(|_| "(hidden)"))
            .field("path_style", &self.path_style)
            .field("connect_time", &self.connect_time)
            .field("stall_time", &self.stall_time)
            .finish()
    }
}
