use std::io::{Read, Seek};

use crate::probe::Result;
use crate::probe::input::{BLOCK, Input};

/// The entries of a table, `N` bytes each, read one after the other in blocks: a table takes as much memory as a block, however long it is.
#[derive(Debug, Clone)]
pub(super) struct Entries<const N: usize> {
    /// Where those begin that are not in the block.
    at: u64,
    left: u64,
    block: Vec<u8>,
    /// How much of the block was given out.
    used: usize,
}

impl<const N: usize> Entries<N> {
    /// So many of them from a place on. Nothing is read yet.
    pub(super) const fn new(at: u64, count: u32) -> Self {
        const { assert!(N > 0 && BLOCK.is_multiple_of(N)) };
        Self {
            at,
            left: count as u64,
            block: Vec::new(),
            used: 0,
        }
    }

    /// The next one; `None` after the last.
    pub(super) fn next<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<[u8; N]>> {
        if self.used == self.block.len() {
            let bytes = (self.left * N as u64).min(BLOCK as u64);
            // Not more than a block, which fits.
            self.block
                .resize(usize::try_from(bytes).unwrap_or(BLOCK), 0);
            input.fill(self.at, &mut self.block)?;
            self.at += bytes;
            self.left -= bytes / N as u64;
            self.used = 0;
        }
        let entry = self.block[self.used..].first_chunk().copied();
        self.used += if entry.is_some() { N } else { 0 };
        Ok(entry)
    }
}

impl Entries<4> {
    pub(super) fn next_u32<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<u32>> {
        Ok(self.next(input)?.map(u32::from_be_bytes))
    }
}

impl Entries<8> {
    /// The next one as two numbers.
    pub(super) fn next_pair<R: Read + Seek>(
        &mut self,
        input: &mut Input<R>,
    ) -> Result<Option<(u32, u32)>> {
        Ok(self.next(input)?.map(|[a0, a1, a2, a3, b0, b1, b2, b3]| {
            (
                u32::from_be_bytes([a0, a1, a2, a3]),
                u32::from_be_bytes([b0, b1, b2, b3]),
            )
        }))
    }
}
