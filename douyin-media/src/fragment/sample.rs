use crate::probe::{NotAVideo, Result};

/// The most samples of a track: nine hours of 120 pictures a second.
pub(super) const MOST: u32 = 4_000_000;

/// A sample, as the tables or fragments of a track describe it (ISO/IEC 14496-12, 8.6 to 8.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sample {
    /// When it is decoded, in units of its track since its beginning.
    pub(crate) decoded: u64,
    /// Until the next one is decoded.
    pub(crate) duration: u32,
    /// How much later it is shown than decoded.
    pub(crate) offset: i32,
    /// Where its bytes are.
    pub(crate) place: u64,
    pub(crate) size: u32,
    /// Whether decoding can begin with it.
    pub(crate) is_sync: bool,
}

impl Sample {
    /// When it is shown.
    pub(crate) const fn shown(&self) -> i64 {
        // A track of 4,000,000 samples of at most 2^31 units is decoded within 2^53; one of fragments, that begin within 2^53, within 2^54.
        self.decoded.cast_signed() + self.offset as i64
    }

    pub(crate) const fn end(&self) -> u64 {
        self.decoded + self.duration as u64
    }

    /// Takes up all the time until another one.
    pub(super) fn last_until(&mut self, next: &Self) -> Result<()> {
        let duration = next.decoded.checked_sub(self.decoded);
        self.duration = duration
            .and_then(|duration| i32::try_from(duration).ok())
            .ok_or(NotAVideo::Malformed("its fragments are not in order"))?
            .cast_unsigned();
        Ok(())
    }
}
