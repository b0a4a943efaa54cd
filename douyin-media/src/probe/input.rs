use std::io::{Read, Seek, SeekFrom};

use super::{NotAVideo, Result};

/// How many pieces are read at most. A fragmented video of half an hour with a fragment per frame has 108,000 boxes.
const READS: u32 = 200_000;

/// A file that is read in small pieces, a bounded number of them.
pub(super) struct Input<R> {
    reader: R,
    len: u64,
    reads_left: u32,
}

impl<R: Read + Seek> Input<R> {
    pub(super) fn new(mut reader: R) -> Result<Self> {
        let len = reader.seek(SeekFrom::End(0))?;
        Ok(Self {
            reader,
            len,
            reads_left: READS,
        })
    }

    pub(super) const fn len(&self) -> u64 {
        self.len
    }

    /// The `N` bytes at a place.
    pub(super) fn read<const N: usize>(&mut self, at: u64) -> Result<[u8; N]> {
        const { assert!(N <= 64) };
        let end = at.checked_add(N as u64);
        if end.is_none_or(|end| end > self.len) {
            return Err(NotAVideo::Malformed("it ends too early").into());
        }
        self.reads_left = self
            .reads_left
            .checked_sub(1)
            .ok_or(NotAVideo::Excessive("structure"))?;
        let mut bytes = [0; N];
        self.reader.seek(SeekFrom::Start(at))?;
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn u16(&mut self, at: u64) -> Result<u16> {
        self.read(at).map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self, at: u64) -> Result<u32> {
        self.read(at).map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self, at: u64) -> Result<u64> {
        self.read(at).map(u64::from_be_bytes)
    }
}
