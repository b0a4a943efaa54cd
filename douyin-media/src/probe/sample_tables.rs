use std::io::{Read, Seek};

use super::boxes::{Part, Parts};
use super::input::Input;
use super::{NotAVideo, Result};

/// What `stbl` says about the samples of a track.
#[derive(Debug, Default)]
pub(super) struct SampleTables {
    pub(super) first_entry: Option<SampleEntry>,
    /// Whether it names samples at all: their sizes, times, chunks and places.
    pub(super) has_samples: bool,
}

/// How samples are coded, as a visual sample entry says it.
#[derive(Debug, Clone, Copy)]
pub(super) struct SampleEntry {
    pub(super) format: [u8; 4],
    pub(super) width: u16,
    pub(super) height: u16,
}

pub(super) fn read<R: Read + Seek>(input: &mut Input<R>, part: &Part) -> Result<SampleTables> {
    let mut first_entry = None;
    let (mut sizes, mut times, mut chunks, mut places) = (0, 0, 0, 0);
    let mut children = Parts::within(part.body.clone());
    while let Some(child) = children.next(input)? {
        match &child.kind {
            b"stsd" => first_entry = read_first_entry(input, &child)?,
            b"stts" => times = read_count(input, &child, 4, 64)?,
            b"stsc" => chunks = read_count(input, &child, 4, 96)?,
            b"stsz" => {
                child.at_least(8)?;
                let all_alike = input.u32(child.at(4))? != 0;
                sizes = read_count(input, &child, 8, if all_alike { 0 } else { 32 })?;
            }
            b"stz2" => {
                child.at_least(8)?;
                let [_, _, _, bits]: [u8; 4] = input.read(child.at(4))?;
                sizes = read_count(input, &child, 8, bits)?;
            }
            b"stco" => {
                places = read_count(input, &child, 4, 32)?;
                for index in ends(places) {
                    let place = input.u32(child.at(8 + 4 * index))?;
                    check_place(input, place.into())?;
                }
            }
            b"co64" => {
                places = read_count(input, &child, 4, 64)?;
                for index in ends(places) {
                    let place = input.u64(child.at(8 + 8 * index))?;
                    check_place(input, place)?;
                }
            }
            _ => {}
        }
    }
    Ok(SampleTables {
        first_entry,
        has_samples: sizes > 0 && times > 0 && chunks > 0 && places > 0,
    })
}

/// The number of entries that a table declares at `offset`; its entries follow and must be there.
fn read_count<R: Read + Seek>(
    input: &mut Input<R>,
    table: &Part,
    offset: u64,
    bits_per_entry: u8,
) -> Result<u32> {
    table.at_least(offset + 4)?;
    let count = input.u32(table.at(offset))?;
    let bytes = (u64::from(count) * u64::from(bits_per_entry)).div_ceil(8);
    table.at_least(offset + 4 + bytes)?;
    Ok(count)
}

/// The first and the last index of a table: the ones that a cut file gets wrong.
fn ends(count: u32) -> impl Iterator<Item = u64> {
    let last = count.checked_sub(1).map(u64::from);
    last.map(|_| 0)
        .into_iter()
        .chain(last.filter(|last| *last > 0))
}

fn check_place<R: Read + Seek>(input: &Input<R>, place: u64) -> Result<()> {
    if place >= input.len() {
        return Err(NotAVideo::Malformed("its index points behind its end").into());
    }
    Ok(())
}

/// The first entry of `stsd`, where it is long enough for pictures (ISO/IEC 14496-12, 12.1.3).
fn read_first_entry<R: Read + Seek>(
    input: &mut Input<R>,
    part: &Part,
) -> Result<Option<SampleEntry>> {
    part.at_least(8)?;
    let mut entries = Parts::within(part.at(8)..part.body.end);
    let Some(entry) = entries.next(input)? else {
        return Ok(None);
    };
    if entry.len() < 28 {
        return Ok(None);
    }
    Ok(Some(SampleEntry {
        format: entry.kind,
        width: input.u16(entry.at(24))?,
        height: input.u16(entry.at(26))?,
    }))
}
