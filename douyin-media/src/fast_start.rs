//! Puts the index of an MP4 or MOV before its media data, so that it plays from its first bytes on.

mod plan;

use std::io::{Read, Seek, Write};

use crate::probe::input::Input;
use crate::{ProbeError, VideoLimits};
use plan::Plan;

/// Writes a video whose index stands behind media data with the index moved up, right behind `ftyp`. All else keeps its order and its
/// bytes, but for the places of chunks, which move with what they point at; where they come to need 64 bits they get them, and the index
/// grows by as much. Answers `false`, with nothing written, where the file is to stay as it is: its index comes first already, it is
/// fragmented, or something in it names places in the file that are not understood here.
///
/// Takes some kilobytes of memory, however large the index is. Between files the media data is copied by the kernel.
///
/// # Errors
/// [`ProbeError::Io`] where reading or writing fails.
pub fn fast_start<R: Read + Seek, W: Write>(
    mut source: R,
    target: &mut W,
    limits: &VideoLimits,
) -> Result<bool, ProbeError> {
    let plan = match Plan::of(&mut Input::new(&mut source, limits.boxes)?, u32::MAX) {
        // Better late than broken.
        Ok(None) | Err(ProbeError::Refused(_)) => return Ok(false),
        plan => plan?,
    };
    if let Some(plan) = plan {
        // As much may be read again as it took to plan: a refusal halfway would come too late.
        plan.write(&mut Input::new(source, limits.boxes)?, target)?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
