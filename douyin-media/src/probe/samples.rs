//! How large samples are and which chunk they are in, read from tables of any length in blocks.

use std::io::{Read, Seek};
use std::ops::Range;

use super::input::Input;
use super::{NotAVideo, Result};

/// Samples that tables name.
#[derive(Debug)]
pub(super) struct Samples {
    /// How large they are together.
    pub(super) bytes: u64,
    /// Stretches of the file that must be media data: where the first chunk begins, and all of the last one.
    pub(super) places: [Range<u64>; 2],
}

/// The sizes of samples (`stsz`, `stz2`; ISO/IEC 14496-12, 8.7.3).
#[derive(Debug, Default)]
pub(super) struct Sizes {
    count: u32,
    coding: Coding,
}

#[derive(Debug)]
enum Coding {
    Alike(u32),
    Each { at: u64, bits: u8 },
}

impl Default for Coding {
    fn default() -> Self {
        Self::Alike(0)
    }
}

/// Sums of sizes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// Of all samples.
    pub(super) all: u64,
    /// Of those that were asked for.
    pub(super) part: u64,
}

impl Sizes {
    pub(super) const fn alike(count: u32, size: u32) -> Self {
        Self {
            count,
            coding: Coding::Alike(size),
        }
    }

    /// A table of sizes, each of so many bits.
    pub(super) fn each(count: u32, at: u64, bits: u8) -> Result<Self> {
        if !matches!(bits, 4 | 8 | 16 | 32) {
            return Err(NotAVideo::Malformed("its sample sizes have an unknown form").into());
        }
        Ok(Self {
            count,
            coding: Coding::Each { at, bits },
        })
    }

    /// Adds up all sizes, and besides those of the samples in `part`, counted from 0.
    pub(super) fn sum<R: Read + Seek>(
        &self,
        part: &Range<u64>,
        input: &mut Input<R>,
    ) -> Result<Sums> {
        let count = u64::from(self.count);
        let (at, bits) = match self.coding {
            Coding::Alike(size) => {
                let part = part.end.min(count).saturating_sub(part.start);
                // Less than 2^32 samples of less than 2^32 bytes.
                return Ok(Sums {
                    all: count * u64::from(size),
                    part: part * u64::from(size),
                });
            }
            Coding::Each { at, bits } => (at, bits),
        };
        let (mut sums, mut index) = (Sums::default(), 0);
        let mut add = |size: u64| {
            sums.all += size;
            sums.part += if part.contains(&index) { size } else { 0 };
            index += 1;
        };
        if bits == 4 {
            let mut left = count;
            input.read_entries(at, count.div_ceil(2), 1, |pair| {
                add((pair[0] >> 4).into());
                // The last byte has one size only where their number is odd.
                if left > 1 {
                    add((pair[0] & 15).into());
                }
                left = left.saturating_sub(2);
            })?;
        } else {
            input.read_entries(at, count, usize::from(bits / 8), |size| add(number(size)))?;
        }
        Ok(sums)
    }
}

/// How many samples the chunks have, in runs of chunks that have as many (`stsc`; ISO/IEC 14496-12, 8.7.4).
#[derive(Debug, Default)]
pub(super) struct ChunkRuns {
    at: u64,
    count: u32,
}

impl ChunkRuns {
    pub(super) const fn new(at: u64, count: u32) -> Self {
        Self { at, count }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Which samples, counted from 0, a chunk has, counted from 1. The track may have fewer: some writers do not say that
    /// their last chunk is a short one.
    pub(super) fn samples_of<R: Read + Seek>(
        &self,
        chunk: u32,
        input: &mut Input<R>,
    ) -> Result<Range<u64>> {
        let chunk = u64::from(chunk);
        let (mut before, mut run_begins, mut per_chunk) = (0_u64, 1, 0);
        input.read_entries(self.at, self.count.into(), 12, |run| {
            let first_chunk = number(&run[..4]);
            if first_chunk <= chunk {
                let chunks = first_chunk.saturating_sub(run_begins);
                before = before.saturating_add(chunks * per_chunk);
                (run_begins, per_chunk) = (first_chunk, number(&run[4..8]));
            }
        })?;
        before = before.saturating_add(chunk.saturating_sub(run_begins) * per_chunk);
        Ok(before..before.saturating_add(per_chunk))
    }
}

/// A number in big-endian bytes, eight at most.
pub(super) fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}
