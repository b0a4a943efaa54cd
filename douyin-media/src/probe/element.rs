use std::io::{Read, Seek};
use std::ops::Range;

use super::input::Input;
use super::{NotAVideo, Result};

/// An element of an EBML document (RFC 8794): an id, with its length marker, and where its contents stand.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) id: u32,
    pub(super) body: Range<u64>,
    /// It says "until something else begins"; its contents then reach to the end of what holds it.
    pub(super) open_ended: bool,
}

/// The elements of a stretch, one after the other.
pub(super) struct Elements(Range<u64>);

impl Elements {
    pub(super) const fn within(body: Range<u64>) -> Self {
        Self(body)
    }

    pub(super) fn next<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<Element>> {
        let Range { start, end } = self.0;
        if start >= end {
            return Ok(None);
        }
        let (id, id_len) = read_variable(input, start, 4)?;
        let (size, size_len) = read_variable(input, start + id_len, 8)?;
        let body = start + id_len + size_len;
        // The length marker and then only ones: unknown.
        let marker = 1_u64 << (7 * size_len);
        let size = size - marker;
        let open_ended = size == marker - 1;
        let body_end = if open_ended {
            end
        } else {
            body.saturating_add(size)
        };
        if body > end || body_end > end {
            return Err(NotAVideo::Malformed("an element is longer than what holds it").into());
        }
        self.0.start = body_end;
        Ok(Some(Element {
            id: u32::try_from(id).map_err(|_| NotAVideo::Malformed("an element has no id"))?,
            body: body..body_end,
            open_ended,
        }))
    }
}

/// A number of variable length (RFC 8794, 4), with its length marker, and its length in bytes.
fn read_variable<R: Read + Seek>(
    input: &mut Input<R>,
    at: u64,
    longest: u32,
) -> Result<(u64, u64)> {
    let [first]: [u8; 1] = input.read(at)?;
    let length = first.leading_zeros() + 1;
    if length > longest {
        return Err(NotAVideo::Malformed("an element has no length").into());
    }
    let mut value = u64::from(first);
    for offset in 1..u64::from(length) {
        let [byte]: [u8; 1] = input.read(at + offset)?;
        value = value << 8 | u64::from(byte);
    }
    Ok((value, length.into()))
}

impl Element {
    /// Its contents as an unsigned number of at most eight bytes.
    pub(super) fn unsigned<R: Read + Seek>(&self, input: &mut Input<R>) -> Result<u64> {
        let length = self.body.end - self.body.start;
        if length > 8 {
            return Err(NotAVideo::Malformed("a number is too long").into());
        }
        let mut value = 0;
        for at in self.body.clone() {
            let [byte]: [u8; 1] = input.read(at)?;
            value = value << 8 | u64::from(byte);
        }
        Ok(value)
    }

    /// Its contents as a floating-point number of four or eight bytes.
    pub(super) fn float<R: Read + Seek>(&self, input: &mut Input<R>) -> Result<f64> {
        match self.body.end - self.body.start {
            4 => Ok(f32::from_bits(input.u32(self.body.start)?).into()),
            8 => Ok(f64::from_bits(input.u64(self.body.start)?)),
            _ => Err(NotAVideo::Malformed("a number has no length").into()),
        }
    }

    /// Whether its contents are one of these texts, but for zeros at the end (RFC 8794, 7.4). Reads each byte once, however
    /// many texts there are.
    pub(super) fn is_one_of<R: Read + Seek>(
        &self,
        input: &mut Input<R>,
        texts: &[&[u8]],
    ) -> Result<bool> {
        let length = self.body.end - self.body.start;
        if length > 32 {
            return Ok(false);
        }
        let mut content = [0; 32];
        for (byte, at) in content.iter_mut().zip(self.body.clone()) {
            [*byte] = input.read(at)?;
        }
        let text_length = content
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |last| last + 1);
        Ok(texts.contains(&&content[..text_length]))
    }
}
