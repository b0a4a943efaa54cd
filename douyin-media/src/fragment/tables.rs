use std::io::{Read, Seek};

use super::entries::Entries;
use super::sample::{MOST, Sample};
use crate::probe::boxes::{Part, Parts};
use crate::probe::input::Input;
use crate::probe::{NotAVideo, Result};

/// The samples that the tables of a track describe (ISO/IEC 14496-12, 8.6 and 8.7), one after the other.
#[derive(Debug, Clone)]
pub(crate) struct TabledSamples {
    left: u32,
    number: u32,
    decoded: u64,
    durations: Runs,
    offsets: Option<Runs>,
    sizes: Sizes,
    chunks: Chunks,
    syncs: Option<Syncs>,
}

/// The tables of `stbl`, as far as they were found.
#[derive(Debug, Default)]
struct Tables {
    times: Option<Part>,
    offsets: Option<Part>,
    sizes: Option<Part>,
    runs: Option<Part>,
    places: Option<Part>,
    syncs: Option<Part>,
}

const MISSING: NotAVideo = NotAVideo::Malformed("its samples are not described");
const TOO_FEW: NotAVideo = NotAVideo::Malformed("a table of samples is too short");

impl TabledSamples {
    pub(super) fn read<R: Read + Seek>(input: &mut Input<R>, stbl: &Part) -> Result<Self> {
        let mut tables = Tables::default();
        let mut parts = Parts::within(stbl.body.clone());
        while let Some(part) = parts.next(input)? {
            let table = match &part.kind {
                b"stts" => &mut tables.times,
                b"ctts" => &mut tables.offsets,
                b"stsz" => &mut tables.sizes,
                b"stsc" => &mut tables.runs,
                b"stco" | b"co64" => &mut tables.places,
                b"stss" => &mut tables.syncs,
                _ => continue,
            };
            *table = Some(part);
        }
        let sizes = tables.sizes.ok_or(MISSING)?;
        sizes.at_least(12)?;
        let (alike, count) = (input.u32(sizes.at(4))?, input.u32(sizes.at(8))?);
        if count > MOST {
            return Err(NotAVideo::Excessive("samples").into());
        }
        Ok(Self {
            left: count,
            number: 0,
            decoded: 0,
            durations: Runs::read(input, &tables.times.ok_or(MISSING)?)?,
            offsets: tables
                .offsets
                .map(|part| Runs::read(input, &part))
                .transpose()?,
            sizes: match alike {
                0 => {
                    sizes.at_least(12 + u64::from(count) * 4)?;
                    Sizes::Each(Entries::new(sizes.at(12), count))
                }
                size => Sizes::Alike(size),
            },
            chunks: Chunks::read(
                input,
                &tables.runs.ok_or(MISSING)?,
                &tables.places.ok_or(MISSING)?,
            )?,
            syncs: tables
                .syncs
                .map(|part| Syncs::read(input, &part))
                .transpose()?,
        })
    }

    /// How many are to come.
    pub(super) const fn left(&self) -> u32 {
        self.left
    }

    pub(super) fn next<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<Sample>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        self.number += 1;
        let duration = self.durations.next(input)?.ok_or(TOO_FEW)?;
        if duration > i32::MAX.cast_unsigned() {
            return Err(NotAVideo::Malformed("its time runs backwards").into());
        }
        let offset = match &mut self.offsets {
            // Those of the first version too are negative where they are that large: QuickTime's always were.
            Some(offsets) => offsets.next(input)?.unwrap_or(0).cast_signed(),
            None => 0,
        };
        let size = match &mut self.sizes {
            Sizes::Alike(size) => *size,
            Sizes::Each(sizes) => sizes.next_u32(input)?.ok_or(TOO_FEW)?,
        };
        let is_sync = match &mut self.syncs {
            Some(syncs) => syncs.contain(self.number, input)?,
            None => true,
        };
        let sample = Sample {
            decoded: self.decoded,
            duration,
            offset,
            place: self.chunks.place(size, input)?,
            size,
            is_sync,
        };
        self.decoded += u64::from(duration);
        Ok(Some(sample))
    }
}

/// A number for each sample, in runs of samples that have the same (`stts`, `ctts`; 8.6.1).
#[derive(Debug, Clone)]
struct Runs {
    entries: Entries<8>,
    left: u32,
    value: u32,
}

impl Runs {
    fn read<R: Read + Seek>(input: &mut Input<R>, part: &Part) -> Result<Self> {
        Ok(Self {
            entries: Entries::new(part.at(8), count_of(input, part, 8)?),
            left: 0,
            value: 0,
        })
    }

    fn next<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<u32>> {
        // Runs of no samples are read over: there are fewer than bytes in the file.
        while self.left == 0 {
            let Some((count, value)) = self.entries.next_pair(input)? else {
                return Ok(None);
            };
            (self.left, self.value) = (count, value);
        }
        self.left -= 1;
        Ok(Some(self.value))
    }
}

/// How large samples are (`stsz`; 8.7.3).
#[derive(Debug, Clone)]
enum Sizes {
    Alike(u32),
    Each(Entries<4>),
}

/// Where samples are: chunks, and how many samples each has (`stsc`, `stco`, `co64`; 8.7.4, 8.7.5).
#[derive(Debug, Clone)]
struct Chunks {
    runs: Entries<12>,
    /// The run that begins next: its first chunk, and how many samples each has.
    upcoming: Option<(u32, u32)>,
    per_chunk: u32,
    places: Places,
    number: u32,
    left_in_chunk: u32,
    place: u64,
}

#[derive(Debug, Clone)]
enum Places {
    Narrow(Entries<4>),
    Wide(Entries<8>),
}

impl Chunks {
    fn read<R: Read + Seek>(input: &mut Input<R>, runs: &Part, places: &Part) -> Result<Self> {
        let places = if &places.kind == b"co64" {
            Places::Wide(Entries::new(places.at(8), count_of(input, places, 8)?))
        } else {
            Places::Narrow(Entries::new(places.at(8), count_of(input, places, 4)?))
        };
        let mut chunks = Self {
            runs: Entries::new(runs.at(8), count_of(input, runs, 12)?),
            upcoming: None,
            per_chunk: 0,
            places,
            number: 0,
            left_in_chunk: 0,
            place: 0,
        };
        chunks.upcoming = chunks.next_run(input)?;
        Ok(chunks)
    }

    fn next_run<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<(u32, u32)>> {
        let Some([c0, c1, c2, c3, s0, s1, s2, s3, ..]) = self.runs.next(input)? else {
            return Ok(None);
        };
        let first_chunk = u32::from_be_bytes([c0, c1, c2, c3]);
        let samples = u32::from_be_bytes([s0, s1, s2, s3]);
        if first_chunk <= self.number || samples == 0 {
            return Err(NotAVideo::Malformed("its chunks are not in order").into());
        }
        Ok(Some((first_chunk, samples)))
    }

    /// Where the next sample is, which has so many bytes.
    fn place<R: Read + Seek>(&mut self, size: u32, input: &mut Input<R>) -> Result<u64> {
        if self.left_in_chunk == 0 {
            self.begin_chunk(input)?;
        }
        self.left_in_chunk -= 1;
        let place = self.place;
        let end = place
            .checked_add(size.into())
            .filter(|end| *end <= input.len());
        self.place = end.ok_or(NotAVideo::Malformed("its index points behind its end"))?;
        Ok(place)
    }

    fn begin_chunk<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<()> {
        self.number = self.number.checked_add(1).ok_or(TOO_FEW)?;
        if let Some((first_chunk, samples)) = self.upcoming
            && first_chunk == self.number
        {
            self.per_chunk = samples;
            self.upcoming = self.next_run(input)?;
        }
        if self.per_chunk == 0 {
            return Err(NotAVideo::Malformed("its chunks are not in order").into());
        }
        self.left_in_chunk = self.per_chunk;
        let place = match &mut self.places {
            Places::Narrow(places) => places.next_u32(input)?.map(u64::from),
            Places::Wide(places) => places.next(input)?.map(u64::from_be_bytes),
        };
        self.place = place.ok_or(TOO_FEW)?;
        Ok(())
    }
}

/// The numbers of the samples that decoding can begin with, counted from 1 (`stss`; 8.6.2).
#[derive(Debug, Clone)]
struct Syncs {
    entries: Entries<4>,
    next: Option<u32>,
}

impl Syncs {
    fn read<R: Read + Seek>(input: &mut Input<R>, part: &Part) -> Result<Self> {
        let mut entries = Entries::new(part.at(8), count_of(input, part, 4)?);
        let next = entries.next_u32(input)?;
        Ok(Self { entries, next })
    }

    fn contain<R: Read + Seek>(&mut self, number: u32, input: &mut Input<R>) -> Result<bool> {
        if self.next != Some(number) {
            return Ok(false);
        }
        self.next = self.entries.next_u32(input)?;
        Ok(true)
    }
}

/// The number of entries of a table that are there, each of so many bytes.
fn count_of<R: Read + Seek>(input: &mut Input<R>, table: &Part, width: u64) -> Result<u32> {
    table.at_least(8)?;
    let count = input.u32(table.at(4))?;
    table.at_least(8 + u64::from(count) * width)?;
    Ok(count)
}
