//! Cuts an MP4 into the segments of a stream, without decoding anything: one fragmented MP4, of which a playlist names the parts.

mod boxes;
mod cutting;
mod entries;
mod fragmented;
mod sample;
pub(crate) mod samples;
pub(crate) mod source;
mod tables;
mod window;

use std::io::{self, Read, Seek, Write};
use std::ops::Range;

use crate::probe::input::Input;
use crate::{NotAVideo, ProbeError, VideoLimits};
use cutting::Cutter;
use source::Source;

/// How much more of the tables and fragments is read than recognising reads of them at most: all, several times.
const PATIENCE: u32 = 32;

/// A fragmented MP4, and what a playlist says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Pixels from left to right as it is shown, that is, after rotation.
    pub width: u32,
    /// Pixels from top to bottom as it is shown.
    pub height: u32,
    /// How it is coded, as RFC 6381 names it, such as `avc1.64001F,mp4a.40.2`.
    pub codecs: String,
    /// Pictures, of all segments.
    pub frames: u64,
    /// Units of a second in which durations are counted: those of the pictures.
    pub per_second: u32,
    /// The bytes that every player needs first.
    pub beginning: Range<u64>,
    /// In their order, one right behind the other, to the end of the file.
    pub segments: Vec<Segment>,
}

/// A part of a [`Rendition`] that begins with a key frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Where it is in the file.
    pub bytes: Range<u64>,
    /// How long it plays, in units of its rendition.
    pub duration: u64,
}

/// Why a video was not cut into segments.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FragmentError {
    /// It is a fine video, but not one that can be cut without decoding it.
    #[error("the video cannot be cut into segments: {0}")]
    Unsuitable(&'static str),
    /// It contradicts its format, or has too much of something.
    #[error(transparent)]
    Refused(#[from] NotAVideo),
    /// Reading or writing failed.
    #[error("the file could not be read or written")]
    Io(#[from] io::Error),
}

impl From<ProbeError> for FragmentError {
    fn from(error: ProbeError) -> Self {
        match error {
            ProbeError::Refused(reason) => Self::Refused(reason),
            ProbeError::Io(error) => Self::Io(error),
        }
    }
}

type Result<T> = std::result::Result<T, FragmentError>;

/// Cuts an MP4 or MOV with H.264, and AAC where it has sound, into segments of about four seconds that begin with key frames, in one
/// fragmented MP4. It may be fragmented itself, in whatever pieces. Times stay what they are, edit lists and offsets included; so does how the picture is turned.
///
/// Bounded whatever the input: each track has at most 4,000,000 samples, and a segment at most 65,536 of each track, whose descriptions are in
/// memory together with a table's block of 3 KiB here and there, some 5 MiB in all. The file that is written is at most twice as large
/// as the one that is read, but for 16 bytes a sample. Between files the media data is copied by the kernel.
///
/// # Errors
/// [`FragmentError`]; what was written until then is worth nothing.
pub fn fragment<R: Read + Seek, W: Write>(
    source: R,
    target: &mut W,
    limits: &VideoLimits,
) -> Result<Rendition> {
    fragment_while(source, target, limits, || true)
}

/// Does what [`fragment`] does for as long as it is wanted, which is asked before each segment.
///
/// # Errors
/// Those of [`fragment`], and [`io::ErrorKind::Interrupted`] where it is not wanted any more.
pub(crate) fn fragment_while<R: Read + Seek, W: Write>(
    source: R,
    target: &mut W,
    limits: &VideoLimits,
    is_wanted: impl Fn() -> bool,
) -> Result<Rendition> {
    let mut input = Input::new(source, limits.boxes)?.patient(PATIENCE);
    let source = Source::read(&mut input, limits)?;
    Cutter::new(&mut input, target, &source, limits)?.cut(is_wanted)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::DEMO_CLIP;

    #[test]
    fn nothing_is_cut_that_is_not_wanted_any_more() {
        let (source, mut target) = (Cursor::new(DEMO_CLIP), Vec::new());
        let cut = fragment_while(source, &mut target, &VideoLimits::default(), || false);
        assert!(
            matches!(&cut, Err(FragmentError::Io(error)) if error.kind() == io::ErrorKind::Interrupted),
            "{cut:?}"
        );
    }

    /// Counts how often something is written.
    #[derive(Default)]
    struct Counting {
        writes: usize,
        bytes: u64,
    }

    impl Write for Counting {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.writes += 1;
            self.bytes += bytes.len() as u64;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn samples_that_are_scattered_are_written_together() {
        let mut target = Counting::default();
        let cut = fragment(Cursor::new(DEMO_CLIP), &mut target, &VideoLimits::default());
        let segments = cut.unwrap().segments.len();
        // The beginning, and of each segment its header, pictures and sound, where they are no more than what is written at once.
        let blocks = usize::try_from(target.bytes / (64 << 10)).unwrap();
        assert!(
            target.writes <= 1 + 3 * segments + blocks,
            "{}",
            target.writes
        );
    }
}
