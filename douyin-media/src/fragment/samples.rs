use std::io::{Read, Seek};

use super::fragmented::FragmentedSamples;
use super::sample::{MOST, Sample};
use super::tables::TabledSamples;
use crate::probe::input::Input;
use crate::probe::{NotAVideo, Result};

/// The samples of a track, one after the other: those of its tables, and then those of its fragments.
#[derive(Debug, Clone)]
pub(crate) struct Samples {
    tables: TabledSamples,
    fragments: Option<FragmentedSamples>,
    /// The one behind the one that was given out, where there are fragments.
    ahead: Option<Sample>,
    left: u32,
    bytes_left: u64,
}

impl Samples {
    pub(super) const fn new(
        tables: TabledSamples,
        fragments: Option<FragmentedSamples>,
        bytes: u64,
    ) -> Self {
        Self {
            tables,
            fragments,
            ahead: None,
            left: MOST,
            bytes_left: bytes,
        }
    }

    /// Whether there are none; of fragments that is not known before they are read.
    pub(crate) const fn is_empty(&self) -> bool {
        self.tables.left() == 0 && self.fragments.is_none()
    }

    pub(crate) fn next<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<Sample>> {
        let ahead = self.ahead.take();
        let Some(mut sample) = ahead.map_or_else(|| self.read(input), |sample| Ok(Some(sample)))?
        else {
            return Ok(None);
        };
        // What a fragment says of its last sample is often a guess: the next fragment knows.
        if self.fragments.is_some()
            && let Some(next) = self.read(input)?
        {
            sample.last_until(&next)?;
            self.ahead = Some(next);
        }
        Ok(Some(sample))
    }

    fn read<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<Sample>> {
        let mut read = self.tables.next(input)?;
        if let Some(fragments) = &mut self.fragments {
            match &read {
                Some(sample) => fragments.begin_at(sample.end()),
                None => read = fragments.next(input)?,
            }
        }
        if let Some(sample) = &read {
            self.left = (self.left.checked_sub(1)).ok_or(NotAVideo::Excessive("samples"))?;
            // Samples that share their bytes could make a small file a large one.
            self.bytes_left = (self.bytes_left.checked_sub(sample.size.into()))
                .ok_or(NotAVideo::Malformed("its samples are larger than it is"))?;
        }
        Ok(read)
    }
}
