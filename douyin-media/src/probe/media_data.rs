//! Whether the media data that an index names is there.

use std::io::{Read, Seek};
use std::ops::Range;

use super::boxes::Parts;
use super::input::Input;
use super::track::VideoTrack;
use super::{NotAVideo, Result};

/// Fails where samples that a video's tables name cannot be, or are not, in the media data (`mdat`) of the file, of which
/// there are so many bytes.
pub(super) fn check_tables<R: Read + Seek>(
    input: &mut Input<R>,
    videos: &[VideoTrack],
    media_bytes: u64,
) -> Result<()> {
    let samples = || videos.iter().filter_map(|video| video.samples.as_ref());
    if samples().any(|samples| samples.bytes > media_bytes) {
        return Err(NotAVideo::Malformed("its media data is cut short").into());
    }
    let mut missing: Vec<Range<u64>> = samples()
        .flat_map(|samples| samples.places.iter().cloned())
        .collect();
    let mut parts = Parts::of_file(input.len());
    while !missing.is_empty() {
        let Some(part) = parts.next(input)? else {
            return Err(NotAVideo::Malformed("its index points beside its media data").into());
        };
        if &part.kind == b"mdat" {
            missing.retain(|place| place.start < part.body.start || place.end > part.body.end);
        }
    }
    Ok(())
}

/// Fails where fewer bytes of media data follow before the next fragment.
pub(super) fn check_fragment<R: Read + Seek>(
    input: &mut Input<R>,
    mut behind: Parts,
    bytes: u64,
) -> Result<()> {
    let mut found = 0;
    while found < bytes {
        match behind.next(input)? {
            Some(part) if &part.kind == b"mdat" => found += part.len(),
            Some(part) if &part.kind != b"moof" => {}
            _ => return Err(NotAVideo::Malformed("its media data is cut short").into()),
        }
    }
    Ok(())
}
