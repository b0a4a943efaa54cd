use std::io::{Read, Seek};

use super::boxes::{Part, Parts};
use super::input::Input;
use super::samples::number;
use super::track::VideoTrack;
use super::{NotAVideo, Result};

/// How large the samples of a track are where its fragments do not say (`trex`).
#[derive(Debug, Clone, Copy)]
pub(super) struct DefaultSize {
    track: u32,
    size: u32,
}

impl DefaultSize {
    pub(super) fn read<R: Read + Seek>(input: &mut Input<R>, part: &Part) -> Result<Self> {
        part.at_least(20)?;
        Ok(Self {
            track: input.u32(part.at(4))?,
            size: input.u32(part.at(16))?,
        })
    }
}

/// How many bytes of pictures a fragment (`moof`) names: 0 where it is one of other tracks.
pub(super) fn bytes_of_pictures<R: Read + Seek>(
    input: &mut Input<R>,
    part: &Part,
    videos: &[VideoTrack],
    defaults: &[DefaultSize],
) -> Result<u64> {
    let mut bytes = 0_u64;
    let mut children = Parts::within(part.body.clone());
    while let Some(child) = children.next(input)? {
        if &child.kind == b"traf" {
            bytes = bytes.saturating_add(bytes_of_track(input, &child, videos, defaults)?);
        }
    }
    Ok(bytes)
}

fn bytes_of_track<R: Read + Seek>(
    input: &mut Input<R>,
    part: &Part,
    videos: &[VideoTrack],
    defaults: &[DefaultSize],
) -> Result<u64> {
    let (mut bytes, mut default_size) = (0_u64, None);
    let mut children = Parts::within(part.body.clone());
    while let Some(child) = children.next(input)? {
        match (&child.kind, default_size) {
            (b"tfhd", _) => {
                let (track, own_default) = read_header(input, &child)?;
                let of_movie = || defaults.iter().find(|default| default.track == track);
                default_size = videos
                    .iter()
                    .any(|video| video.id == track)
                    .then(|| own_default.or_else(|| of_movie().map(|default| default.size)));
            }
            // Runs stand behind the header that says whose they are (ISO/IEC 14496-12, 8.8.6).
            (b"trun", Some(default)) => {
                let run = bytes_of_run(input, &child, default.unwrap_or(0))?;
                bytes = bytes.saturating_add(run);
            }
            _ => {}
        }
    }
    Ok(bytes)
}

/// The track that a `tfhd` is about, and the size of samples where it says one (8.8.7).
fn read_header<R: Read + Seek>(input: &mut Input<R>, part: &Part) -> Result<(u32, Option<u32>)> {
    part.at_least(8)?;
    let flags = input.u32(part.at(0))?;
    let track = input.u32(part.at(4))?;
    if flags & 0x10 == 0 {
        return Ok((track, None));
    }
    let before = [(0x1, 8), (0x2, 4), (0x8, 4)];
    let at = 8 + length_of_fields(flags, &before);
    part.at_least(at + 4)?;
    Ok((track, Some(input.u32(part.at(at))?)))
}

/// How large the samples of a `trun` are together (8.8.8).
fn bytes_of_run<R: Read + Seek>(
    input: &mut Input<R>,
    part: &Part,
    default_size: u32,
) -> Result<u64> {
    part.at_least(8)?;
    let flags = input.u32(part.at(0))?;
    let count = u64::from(input.u32(part.at(4))?);
    let entries_at = 8 + length_of_fields(flags, &[(0x1, 4), (0x4, 4)]);
    let entry_len = length_of_fields(flags, &[(0x100, 4), (0x200, 4), (0x400, 4), (0x800, 4)]);
    part.at_least(entries_at + count * entry_len)?;
    if flags & 0x200 == 0 {
        return Ok(count * u64::from(default_size));
    }
    let entry_len = usize::try_from(entry_len)
        .map_err(|_| NotAVideo::Malformed("a run has entries of an unknown form"))?;
    let size_at = if flags & 0x100 == 0 { 0 } else { 4 };
    let mut bytes = 0_u64;
    input.read_entries(part.at(entries_at), count, entry_len, |entry| {
        bytes += number(&entry[size_at..size_at + 4]);
    })?;
    Ok(bytes)
}

/// The length of those optional fields whose flag is set.
fn length_of_fields(flags: u32, fields: &[(u32, u64)]) -> u64 {
    let present = fields.iter().filter(|(flag, _)| flags & flag != 0);
    present.map(|(_, len)| len).sum()
}
