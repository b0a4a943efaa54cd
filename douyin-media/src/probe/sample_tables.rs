use std::io::{Read, Seek};

use super::boxes::{Part, Parts};
use super::input::Input;
use super::samples::{ChunkRuns, Samples, Sizes};
use super::{NotAVideo, Result};

/// What `stbl` says about the samples of a track.
#[derive(Debug, Default)]
pub(super) struct SampleTables {
    pub(super) first_entry: Option<Part>,
    has_times: bool,
    sizes: Sizes,
    runs: ChunkRuns,
    places: ChunkPlaces,
}

/// Where the chunks of a track begin: the first and the last one, which are those that a cut file gets wrong.
#[derive(Debug, Default)]
struct ChunkPlaces {
    count: u32,
    first: u64,
    last: u64,
}

pub(super) fn read<R: Read + Seek>(input: &mut Input<R>, part: &Part) -> Result<SampleTables> {
    let mut tables = SampleTables::default();
    let mut children = Parts::within(part.body.clone());
    while let Some(child) = children.next(input)? {
        match &child.kind {
            b"stsd" => tables.first_entry = read_first_entry(input, &child)?,
            b"stts" => tables.has_times = read_count(input, &child, 4, 64)? > 0,
            b"stsc" => {
                let count = read_count(input, &child, 4, 96)?;
                tables.runs = ChunkRuns::new(child.at(8), count);
            }
            b"stsz" => {
                child.at_least(8)?;
                let all_alike = input.u32(child.at(4))?;
                let bits = if all_alike == 0 { 32 } else { 0 };
                let count = read_count(input, &child, 8, bits)?;
                tables.sizes = match all_alike {
                    0 => Sizes::each(count, child.at(12), bits)?,
                    size => Sizes::alike(count, size),
                };
            }
            b"stz2" => {
                child.at_least(8)?;
                let [_, _, _, bits]: [u8; 4] = input.read(child.at(4))?;
                let count = read_count(input, &child, 8, bits)?;
                tables.sizes = Sizes::each(count, child.at(12), bits)?;
            }
            b"stco" => tables.places = read_places(input, &child, 32)?,
            b"co64" => tables.places = read_places(input, &child, 64)?,
            _ => {}
        }
    }
    Ok(tables)
}

impl SampleTables {
    /// The samples that the tables name; `None` where they name none, or none that has any bytes.
    pub(super) fn samples<R: Read + Seek>(&self, input: &mut Input<R>) -> Result<Option<Samples>> {
        let ChunkPlaces { count, first, last } = self.places;
        if count == 0 || !self.has_times || self.runs.is_empty() {
            return Ok(None);
        }
        let in_last_chunk = self.runs.samples_of(count, input)?;
        let sums = self.sizes.sum(&in_last_chunk, input)?;
        if sums.all == 0 {
            return Ok(None);
        }
        let end_of_last = last
            .checked_add(sums.part)
            .ok_or(NotAVideo::Malformed("its index points behind its end"))?;
        Ok(Some(Samples {
            bytes: sums.all,
            places: [first..first + 1, last..end_of_last],
        }))
    }
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

fn read_places<R: Read + Seek>(
    input: &mut Input<R>,
    table: &Part,
    bits: u8,
) -> Result<ChunkPlaces> {
    let count = read_count(input, table, 4, bits)?;
    let Some(last) = count.checked_sub(1) else {
        return Ok(ChunkPlaces::default());
    };
    let mut place = |index: u32| {
        let at = table.at(8 + u64::from(index) * u64::from(bits / 8));
        let place = match bits {
            32 => input.u32(at)?.into(),
            _ => input.u64(at)?,
        };
        if place >= input.len() {
            return Err(NotAVideo::Malformed("its index points behind its end").into());
        }
        Ok::<_, super::ProbeError>(place)
    };
    let first = place(0)?;
    Ok(ChunkPlaces {
        count,
        first,
        last: if last == 0 { first } else { place(last)? },
    })
}

/// The first entry of `stsd`: how the samples are coded.
fn read_first_entry<R: Read + Seek>(input: &mut Input<R>, part: &Part) -> Result<Option<Part>> {
    part.at_least(8)?;
    Parts::within(part.at(8)..part.body.end).next(input)
}
