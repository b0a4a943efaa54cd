use std::io::{Read, Seek};

use super::Result;
use super::boxes::{Part, Parts};
use super::input::Input;
use super::track::VideoTrack;

/// Whether a fragment (`moof`) has samples of one of the video tracks.
pub(super) fn has_samples<R: Read + Seek>(
    input: &mut Input<R>,
    part: &Part,
    videos: &[VideoTrack],
) -> Result<bool> {
    let mut children = Parts::within(part.body.clone());
    while let Some(child) = children.next(input)? {
        if &child.kind == b"traf" && track_fragment_has_samples(input, &child, videos)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn track_fragment_has_samples<R: Read + Seek>(
    input: &mut Input<R>,
    part: &Part,
    videos: &[VideoTrack],
) -> Result<bool> {
    let (mut is_video, mut has_samples) = (false, false);
    let mut children = Parts::within(part.body.clone());
    while let Some(child) = children.next(input)? {
        match &child.kind {
            b"tfhd" => {
                child.at_least(8)?;
                let track = input.u32(child.at(4))?;
                is_video = videos.iter().any(|video| video.id == track);
            }
            b"trun" => {
                child.at_least(8)?;
                has_samples |= input.u32(child.at(4))? > 0;
            }
            _ => {}
        }
    }
    Ok(is_video && has_samples)
}
