use std::io::{Read, Seek};
use std::time::Duration;

use super::element::{Element, Elements};
use super::input::Input;
use super::{Container, IndexPlace, NotAVideo, Result, VideoInfo, VideoLimits, duration_of};

/// What every EBML document begins with.
pub(super) const EBML_MAGIC: [u8; 4] = EBML.to_be_bytes();

// Element ids of RFC 8794 and RFC 9559.
const EBML: u32 = 0x1A45_DFA3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TIMESTAMP_SCALE: u32 = 0x002A_D7B1;
const DURATION: u32 = 0x4489;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK_ENTRY: u32 = 0xAE;
const TRACK_TYPE: u32 = 0x83;
const CODEC_ID: u32 = 0x86;
const VIDEO: u32 = 0xE0;
const PIXEL_WIDTH: u32 = 0xB0;
const PIXEL_HEIGHT: u32 = 0xBA;
const CLUSTER: u32 = 0x1F43_B675;

/// What a WebM may be coded in.
const PLAYABLE: [&[u8]; 3] = [b"V_VP8", b"V_VP9", b"V_AV1"];

/// Walks a WebM until its tracks and the first media data are found.
pub(super) fn recognise<R: Read + Seek>(
    input: &mut Input<R>,
    limits: &VideoLimits,
) -> Result<VideoInfo> {
    let mut document = Elements::within(0..input.len());
    let mut is_webm = false;
    while let Some(element) = document.next(input)? {
        match element.id {
            EBML => is_webm = has_webm_type(input, &element)?,
            SEGMENT if is_webm => return read_segment(input, &element, limits),
            _ if !is_webm => break,
            _ => {}
        }
    }
    Err(if is_webm {
        NotAVideo::Malformed("it has no segment")
    } else {
        NotAVideo::Unrecognised
    }
    .into())
}

fn has_webm_type<R: Read + Seek>(input: &mut Input<R>, header: &Element) -> Result<bool> {
    let mut children = Elements::within(header.body.clone());
    while let Some(child) = children.next(input)? {
        if child.id == DOC_TYPE {
            return child.is_one_of(input, &[b"webm"]);
        }
    }
    Ok(false)
}

fn read_segment<R: Read + Seek>(
    input: &mut Input<R>,
    segment: &Element,
    limits: &VideoLimits,
) -> Result<VideoInfo> {
    let (mut duration, mut size, mut has_data) = (None, None, false);
    let mut children = Elements::within(segment.body.clone());
    while let Some(child) = children.next(input)? {
        match child.id {
            INFO => {
                duration = read_duration(input, &child)?;
                limits.check_duration(duration)?;
            }
            TRACKS => size = read_tracks(input, &child, limits)?,
            CLUSTER => has_data |= child.body.end > child.body.start,
            _ => {}
        }
        // What follows a part without a length is inside of it; tracks come before the data they describe.
        if child.open_ended || (has_data && size.is_some()) {
            break;
        }
    }
    if !has_data {
        return Err(NotAVideo::Malformed("it has no media data").into());
    }
    let (width, height) = size.ok_or(NotAVideo::NoVideo("it has no video track"))?;
    Ok(VideoInfo {
        container: Container::WebM,
        width,
        height,
        duration,
        plays_everywhere: false,
        index: IndexPlace::First,
    })
}

fn read_duration<R: Read + Seek>(input: &mut Input<R>, info: &Element) -> Result<Option<Duration>> {
    let (mut nanos_per_tick, mut ticks) = (1_000_000, None);
    let mut children = Elements::within(info.body.clone());
    while let Some(child) = children.next(input)? {
        match child.id {
            TIMESTAMP_SCALE => nanos_per_tick = child.unsigned(input)?,
            DURATION => ticks = Some(child.float(input)?),
            _ => {}
        }
    }
    let Some(ticks) = ticks else {
        return Ok(None);
    };
    if !(0.0..1e15).contains(&ticks) {
        return Err(NotAVideo::Excessive("duration").into());
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is in 0..1e15"
    )]
    let ticks = ticks as u64;
    let nanos = ticks.saturating_mul(nanos_per_tick);
    Ok(duration_of(nanos, 1_000_000_000))
}

/// The size of the first video track that is playable.
fn read_tracks<R: Read + Seek>(
    input: &mut Input<R>,
    tracks: &Element,
    limits: &VideoLimits,
) -> Result<Option<(u32, u32)>> {
    let (mut count, mut size) = (0, None);
    let mut children = Elements::within(tracks.body.clone());
    while let Some(child) = children.next(input)? {
        if child.id != TRACK_ENTRY {
            continue;
        }
        count += 1;
        if count > limits.tracks {
            return Err(NotAVideo::Excessive("tracks").into());
        }
        if let Some((width, height)) = read_track(input, &child)? {
            limits.check_size(width, height)?;
            size = size.or(Some((width, height)));
        }
    }
    Ok(size)
}

/// The size of a playable video track.
fn read_track<R: Read + Seek>(input: &mut Input<R>, entry: &Element) -> Result<Option<(u32, u32)>> {
    let (mut is_video, mut is_playable, mut size) = (false, false, None);
    let mut children = Elements::within(entry.body.clone());
    while let Some(child) = children.next(input)? {
        match child.id {
            TRACK_TYPE => is_video = child.unsigned(input)? == 1,
            CODEC_ID => is_playable |= child.is_one_of(input, &PLAYABLE)?,
            VIDEO => size = Some(read_size(input, &child)?),
            _ => {}
        }
    }
    Ok(size.filter(|_| is_video && is_playable))
}

fn read_size<R: Read + Seek>(input: &mut Input<R>, video: &Element) -> Result<(u32, u32)> {
    let (mut width, mut height) = (0, 0);
    let mut children = Elements::within(video.body.clone());
    while let Some(child) = children.next(input)? {
        match child.id {
            PIXEL_WIDTH => width = child.unsigned(input)?,
            PIXEL_HEIGHT => height = child.unsigned(input)?,
            _ => {}
        }
    }
    match (u32::try_from(width), u32::try_from(height)) {
        (Ok(width), Ok(height)) => Ok((width, height)),
        _ => Err(NotAVideo::Excessive("pixels").into()),
    }
}
