//! Recognises a video by its content, reading only its structure: never the media data, never more than a bounded
//! number of small pieces, whatever the file claims.

pub(crate) mod boxes;
pub(crate) mod codec;
mod element;
pub(crate) mod fragment;
mod fragments;
pub(crate) mod input;
mod matroska;
mod media_data;
pub(crate) mod movie;
mod nesting;
mod sample_tables;
mod samples;
pub(crate) mod track;

use std::io::{self, Read, Seek};
use std::time::Duration;

use input::Input;

/// What a file is, besides bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// ISO base media file (ISO/IEC 14496-12).
    Mp4,
    /// QuickTime: the same structure under the brand `qt`.
    Mov,
    /// Matroska with document type `webm`.
    WebM,
}

impl Container {
    /// What the name of such a file ends with.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::WebM => "webm",
        }
    }
}

/// What a video declares of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoInfo {
    /// The format of the file.
    pub container: Container,
    /// Pixels from left to right as it is shown, that is, after rotation.
    pub width: u32,
    /// Pixels from top to bottom as it is shown.
    pub height: u32,
    /// How long it plays, where it says so, or its fragments do.
    pub duration: Option<Duration>,
    /// Whether every client plays it as it is: H.264 in 4:2:0 with 8 bits (Baseline, Main or High profile), and AAC (Low Complexity or
    /// High Efficiency) or no sound, in an MP4.
    pub plays_everywhere: bool,
    /// Where players find what is where in it.
    pub index: IndexPlace,
}

/// What of a video every client plays, in whatever it is packed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Playable {
    /// The pictures are H.264 of a kind that every client decodes.
    pub(crate) pictures: bool,
    /// All sound is AAC of such a kind, or there is none.
    pub(crate) sound: bool,
}

/// A video, as far as it is recognised.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recognised {
    pub(crate) info: VideoInfo,
    pub(crate) playable: Playable,
    /// Of the file.
    pub(crate) bytes: u64,
    /// The number of the track that this is said of, in an MP4 or MOV: there may be others that nobody looked at.
    pub(crate) track: Option<u32>,
}

/// Where the index of a video stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndexPlace {
    /// Before the media data, so that it plays from its first bytes on.
    First,
    /// Behind media data: nothing plays before the end is known.
    Last,
    /// In the fragments of an MP4, each before its own media data.
    Fragments,
}

/// What a video may declare of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VideoLimits {
    /// Pixels of a frame; 8192 × 4352 (8K) unless told.
    pub pixels: u64,
    /// How long it plays; six hours unless told.
    pub duration: Duration,
    /// Tracks of any kind; 32 unless told.
    pub tracks: u32,
    /// Boxes of an MP4 or MOV that are looked at: all outermost ones, those of the index, and those behind the first 3 KiB of a fragment;
    /// 120,000 unless told, because a video of half an hour with a fragment per frame has 108,000.
    pub boxes: u32,
    /// Boxes of the index within one another; 12 unless told: players need 7, writers of metadata 9.
    pub nesting: u32,
}

impl Default for VideoLimits {
    fn default() -> Self {
        Self {
            pixels: 8192 * 4352,
            duration: Duration::from_hours(6),
            tracks: 32,
            boxes: 120_000,
            nesting: 12,
        }
    }
}

impl VideoLimits {
    pub(crate) fn check_size(&self, width: u32, height: u32) -> Result<()> {
        if width == 0 || height == 0 {
            return Err(NotAVideo::NoVideo("its picture has no size").into());
        }
        if u64::from(width) * u64::from(height) > self.pixels {
            return Err(NotAVideo::Excessive("pixels").into());
        }
        Ok(())
    }

    fn check_duration(&self, duration: Option<Duration>) -> Result<()> {
        match duration {
            Some(duration) if duration > self.duration => {
                Err(NotAVideo::Excessive("duration").into())
            }
            _ => Ok(()),
        }
    }
}

/// Why a file is not a video that players play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAVideo {
    /// It begins like none of the formats.
    #[error("not a video: neither MP4, MOV nor WebM")]
    Unrecognised,
    /// It contradicts its format, or ends too early.
    #[error("not a playable video: {0}")]
    Malformed(&'static str),
    /// It declares more of something than is allowed.
    #[error("not an acceptable video: too much {0}")]
    Excessive(&'static str),
    /// It has no video, or none that players know.
    #[error("not a playable video: {0}")]
    NoVideo(&'static str),
    /// Not every client plays it, and only such are taken.
    #[error("not a video that every client plays")]
    NotEverywhere,
    /// Its media is in other files, or behind a URL.
    #[error("not a playable video: its media lies outside of it")]
    ExternalData,
}

/// Why a file was not recognised.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// Because of what it is.
    #[error(transparent)]
    Refused(#[from] NotAVideo),
    /// It could not be read.
    #[error("the file could not be read")]
    Io(#[from] io::Error),
}

pub(crate) type Result<T> = std::result::Result<T, ProbeError>;

/// Recognises a video.
///
/// Bounded whatever the input: at most 200,000 reads of at most 3 KiB, 48 MiB of them in all, at most one read more than there
/// are bytes, and a few kilobytes of memory.
///
/// # Errors
/// [`ProbeError::Refused`] where it is not a playable video within the limits, [`ProbeError::Io`] where reading fails.
pub fn recognise<R: Read + Seek>(reader: R, limits: &VideoLimits) -> Result<VideoInfo> {
    recognise_parts(reader, limits).map(|recognised| recognised.info)
}

/// Recognises a video as [`recognise`] does, and says besides what of it plays everywhere, and which track it is.
///
/// # Errors
/// As there.
pub(crate) fn recognise_parts<R: Read + Seek>(
    reader: R,
    limits: &VideoLimits,
) -> Result<Recognised> {
    let mut input = Input::new(reader, limits.boxes)?;
    if input.len() < 12 {
        return Err(NotAVideo::Unrecognised.into());
    }
    let start: [u8; 12] = input.read(0)?;
    if start[..4] == matroska::EBML_MAGIC {
        Ok(Recognised {
            info: matroska::recognise(&mut input, limits)?,
            playable: Playable::default(),
            bytes: input.len(),
            track: None,
        })
    } else if &start[4..8] == b"ftyp" {
        movie::recognise(&mut input, limits)
    } else {
        Err(NotAVideo::Unrecognised.into())
    }
}

/// Takes a contradiction for the end of what it is in, but not that there is too much, or that it cannot be read.
pub(crate) fn tolerate<T>(error: ProbeError) -> Result<Option<T>> {
    match error {
        ProbeError::Refused(NotAVideo::Malformed(_)) => Ok(None),
        error => Err(error),
    }
}

/// A duration of so many units, of which so many make a second.
fn duration_of(units: u64, per_second: u32) -> Option<Duration> {
    let nanos = u128::from(units) * 1_000_000_000 / u128::from(per_second.max(1));
    u64::try_from(nanos).ok().map(Duration::from_nanos)
}
