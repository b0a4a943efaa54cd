use std::io::{Read, Seek};
use std::ops::Range;

use super::input::Input;
use super::{NotAVideo, Result};

/// A box of an ISO base media file (ISO/IEC 14496-12, 4.2): a type, and where its contents stand.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) kind: [u8; 4],
    /// Where its header begins.
    pub(crate) start: u64,
    pub(crate) body: Range<u64>,
}

impl Part {
    pub(crate) const fn len(&self) -> u64 {
        self.body.end - self.body.start
    }

    /// All of it, with its header.
    pub(crate) const fn whole(&self) -> Range<u64> {
        self.start..self.body.end
    }

    /// Where the field so many bytes into the contents stands.
    pub(crate) const fn at(&self, offset: u64) -> u64 {
        self.body.start.saturating_add(offset)
    }

    /// Fails where the contents have fewer bytes.
    pub(crate) fn at_least(&self, bytes: u64) -> Result<()> {
        if self.len() < bytes {
            return Err(NotAVideo::Malformed("a box is too short for its contents").into());
        }
        Ok(())
    }
}

/// The boxes of a stretch, one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    rest: Range<u64>,
    /// Only there may the last box say "to the end" (size 0).
    top_level: bool,
}

impl Parts {
    pub(crate) const fn of_file(len: u64) -> Self {
        Self {
            rest: 0..len,
            top_level: true,
        }
    }

    pub(crate) const fn within(body: Range<u64>) -> Self {
        Self {
            rest: body,
            top_level: false,
        }
    }

    /// The next box; `None` after the last one. Fewer than eight bytes that are left over are no box: QuickTime closes
    /// some lists with four zeros.
    pub(crate) fn next<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<Part>> {
        let Range { start, end } = self.rest;
        if end.saturating_sub(start) < 8 {
            return Ok(None);
        }
        input.count_box(start)?;
        let header: [u8; 8] = input.read(start)?;
        let [s0, s1, s2, s3, k0, k1, k2, k3] = header;
        let (header_size, size) = match u32::from_be_bytes([s0, s1, s2, s3]) {
            0 if self.top_level => (8, end - start),
            1 => (16, input.u64(start + 8)?),
            size => (8, u64::from(size)),
        };
        if size < header_size {
            return Err(NotAVideo::Malformed("a box is shorter than its header").into());
        }
        if size > end - start {
            return Err(NotAVideo::Malformed("a box is longer than what holds it").into());
        }
        self.rest.start = start + size;
        Ok(Some(Part {
            kind: [k0, k1, k2, k3],
            start,
            body: start + header_size..start + size,
        }))
    }
}
