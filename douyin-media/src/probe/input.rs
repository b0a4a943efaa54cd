use std::io::{self, Read, Seek, SeekFrom, Write};
use std::mem;
use std::ops::Range;

use super::{NotAVideo, Result};

/// How many pieces are read at most. A fragmented video of half an hour with a fragment per frame has 108,000 boxes and takes 162,000.
const READS: u32 = 200_000;

/// How many bytes are read at most: 200,000 small pieces take 13 MB, six hours of 120 pictures a second have a table of 10 MB with their
/// sizes, and six hours of 60 pictures a second with sound have fragments of 31 MB.
const BYTES: u64 = 48 << 20;

/// How much of a table is read at a time: any number of entries of 1, 2, 4, 8, 12 or 16 bytes.
pub(crate) const BLOCK: usize = 3072;

/// A file that is read in small pieces, a bounded number of them.
pub(crate) struct Input<R> {
    reader: R,
    len: u64,
    reads_left: u32,
    bytes_left: u64,
    boxes_left: u32,
    /// Bytes that were read already, and where they stand.
    kept: Vec<u8>,
    kept_at: u64,
}

impl<R: Read + Seek> Input<R> {
    /// For a walk over so many boxes at most.
    pub(crate) fn new(mut reader: R, boxes: u32) -> io::Result<Self> {
        let len = reader.seek(SeekFrom::End(0))?;
        Ok(Self {
            reader,
            len,
            reads_left: READS,
            bytes_left: BYTES,
            boxes_left: boxes,
            kept: Vec::new(),
            kept_at: 0,
        })
    }

    /// Lets it read so many times as much, for those who need all tables and fragments, and not only some or once.
    pub(crate) fn patient(self, times: u32) -> Self {
        Self {
            reads_left: self.reads_left.saturating_mul(times),
            bytes_left: self.bytes_left.saturating_mul(times.into()),
            boxes_left: self.boxes_left.saturating_mul(times),
            ..self
        }
    }

    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    /// The `N` bytes at a place.
    pub(crate) fn read<const N: usize>(&mut self, at: u64) -> Result<[u8; N]> {
        const { assert!(N <= 64) };
        let mut bytes = [0; N];
        self.fill(at, &mut bytes)?;
        Ok(bytes)
    }

    /// Shows the entries of a table one after the other, each of which has `entry_len` bytes: a divisor of [`BLOCK`].
    pub(crate) fn read_entries(
        &mut self,
        at: u64,
        count: u64,
        entry_len: usize,
        mut visit: impl FnMut(&[u8]),
    ) -> Result<()> {
        let mut block = [0; BLOCK];
        let (mut at, mut left) = (at, count.saturating_mul(entry_len as u64));
        while left > 0 {
            let len = usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK));
            let piece = &mut block[..len];
            self.fill(at, piece)?;
            piece.chunks_exact(entry_len).for_each(&mut visit);
            at += len as u64;
            left -= len as u64;
        }
        Ok(())
    }

    /// All bytes of a stretch, whose length the caller bounds.
    pub(crate) fn read_all(&mut self, stretch: &Range<u64>) -> Result<Vec<u8>> {
        let length = stretch.end.saturating_sub(stretch.start);
        let mut bytes = Vec::new();
        self.read_entries(stretch.start, length, 1, |byte| bytes.extend(byte))?;
        Ok(bytes)
    }

    /// Reads as many bytes as `bytes` has.
    pub(crate) fn fill(&mut self, at: u64, bytes: &mut [u8]) -> Result<()> {
        let len = bytes.len() as u64;
        if at.checked_add(len).is_none_or(|end| end > self.len) {
            return Err(NotAVideo::Malformed("it ends too early").into());
        }
        if let Some(kept) = self.kept_bytes(at, bytes.len()) {
            bytes.copy_from_slice(kept);
            return Ok(());
        }
        let left = (self.reads_left.checked_sub(1)).zip(self.bytes_left.checked_sub(len));
        (self.reads_left, self.bytes_left) = left.ok_or(NotAVideo::Excessive("structure"))?;
        self.reader.seek(SeekFrom::Start(at))?;
        self.reader.read_exact(bytes)?;
        Ok(())
    }

    /// Reads the beginning of a stretch, a block at most, and keeps it: what is read of it from then on, and what boxes are looked at in it,
    /// costs nothing. It takes the place of what was kept before.
    pub(crate) fn keep(&mut self, stretch: &Range<u64>) -> Result<()> {
        let length = (stretch.end.saturating_sub(stretch.start)).min(BLOCK as u64);
        if self.kept_at == stretch.start && self.kept.len() as u64 == length {
            return Ok(());
        }
        let mut kept = mem::take(&mut self.kept);
        kept.resize(usize::try_from(length).unwrap_or(BLOCK), 0);
        self.fill(stretch.start, &mut kept)?;
        (self.kept, self.kept_at) = (kept, stretch.start);
        Ok(())
    }

    /// So many bytes from a place on, where they are kept.
    fn kept_bytes(&self, at: u64, length: usize) -> Option<&[u8]> {
        let begin = usize::try_from(at.checked_sub(self.kept_at)?).ok()?;
        self.kept.get(begin..begin.checked_add(length)?)
    }

    /// Copies a stretch, which the kernel does by itself between files.
    pub(crate) fn copy<W: Write>(&mut self, stretch: Range<u64>, target: &mut W) -> Result<()> {
        let length = stretch.end.saturating_sub(stretch.start);
        self.reader.seek(SeekFrom::Start(stretch.start))?;
        if io::copy(&mut self.reader.by_ref().take(length), target)? < length {
            return Err(NotAVideo::Malformed("it ends too early").into());
        }
        Ok(())
    }

    /// Counts a box that is looked at there.
    pub(crate) fn count_box(&mut self, at: u64) -> Result<()> {
        if self.kept_bytes(at, 1).is_some() {
            return Ok(());
        }
        self.boxes_left = (self.boxes_left.checked_sub(1)).ok_or(NotAVideo::Excessive("boxes"))?;
        Ok(())
    }

    pub(crate) fn u16(&mut self, at: u64) -> Result<u16> {
        self.read(at).map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self, at: u64) -> Result<u32> {
        self.read(at).map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self, at: u64) -> Result<u64> {
        self.read(at).map(u64::from_be_bytes)
    }
}
