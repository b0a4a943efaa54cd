use std::io::{Read, Seek};

use super::sample::Sample;
use super::samples::Samples;
use super::source::{Edit, SourceTrack};
use super::{FragmentError, Result};
use crate::VideoLimits;
use crate::probe::NotAVideo;
use crate::probe::input::Input;

/// How many frames of sound before the first one that is heard are kept for the decoder: it is not the same without those it heard before.
const PREROLL: u64 = 8;

/// Which samples of a track are kept, and how their times are told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// The first and the last sample, counted from 0.
    first: u32,
    last: u32,
    /// When the first one is decoded, as the tables count.
    begins: u64,
    /// When the first one is decoded, as fragments count: after the pause that comes before it.
    paused: u64,
    /// How much of what is decoded is not shown.
    pub(super) skipped: u64,
    /// What is added to every offset, so that none is negative: ffmpeg, and what is built on it, shows pictures of fragments late otherwise.
    raised: u32,
    /// Whether some are shown at another time than decoded.
    pub(super) has_offsets: bool,
    /// What is added to the time at which a sample is shown.
    shift: i64,
}

/// A stretch of a track in its own units.
struct Stretch {
    pause: i64,
    from: i64,
    to: i64,
}

impl Stretch {
    fn of(edit: &Edit, per_second: u32, movie_per_second: u32, longest: u64) -> Result<Self> {
        let in_track = |length: u64| {
            let units = u128::from(length) * u128::from(per_second) / u128::from(movie_per_second);
            i64::try_from(units).unwrap_or(i64::MAX)
        };
        let (pause, from) = (in_track(edit.pause), i64::try_from(edit.from));
        let longest = i64::try_from(longest).unwrap_or(i64::MAX);
        let from = from
            .ok()
            .filter(|from| *from <= longest && pause <= longest);
        let from = from.ok_or(NotAVideo::Excessive("duration"))?;
        let to = match edit.length {
            0 => i64::MAX,
            length => from.saturating_add(in_track(length)),
        };
        Ok(Self { pause, from, to })
    }
}

impl Window {
    /// The pictures that are shown, from the key frame on that is needed for the first of them. Reads all tables.
    pub(super) fn of_pictures<R: Read + Seek, K>(
        input: &mut Input<R>,
        track: &SourceTrack<K>,
        movie_per_second: u32,
        limits: &VideoLimits,
    ) -> Result<Self> {
        let is_first = |sample: &Sample, stretch: &Stretch, found: bool| {
            sample.is_sync && (!found || sample.shown() <= stretch.from)
        };
        Self::find(input, track, movie_per_second, limits, is_first)?
            .ok_or(FragmentError::Unsuitable("none of its pictures is shown"))
    }

    /// The sound that is heard; `None` where there is none. Reads all tables.
    pub(super) fn of_sound<R: Read + Seek, K>(
        input: &mut Input<R>,
        track: &SourceTrack<K>,
        movie_per_second: u32,
        limits: &VideoLimits,
    ) -> Result<Option<Self>> {
        let is_first = |sample: &Sample, stretch: &Stretch, found: bool| {
            let heard = sample.end() + PREROLL * u64::from(sample.duration);
            !found && heard.cast_signed() > stretch.from
        };
        Self::find(input, track, movie_per_second, limits, is_first)
    }

    fn find<R: Read + Seek, K>(
        input: &mut Input<R>,
        track: &SourceTrack<K>,
        movie_per_second: u32,
        limits: &VideoLimits,
        is_first: impl Fn(&Sample, &Stretch, bool) -> bool,
    ) -> Result<Option<Self>> {
        let longest = limits
            .duration
            .as_secs()
            .saturating_mul(track.per_second.into());
        let stretch = Stretch::of(&track.edit, track.per_second, movie_per_second, longest)?;
        let mut samples: Samples = track.samples.clone();
        let (mut first, mut last, mut number) = (None, None, 0_u32);
        let (mut raised, mut has_offsets) = (0, false);
        while let Some(sample) = samples.next(input)? {
            if sample.end().max(sample.offset.unsigned_abs().into()) > longest {
                return Err(NotAVideo::Excessive("duration").into());
            }
            if is_first(&sample, &stretch, first.is_some()) {
                first = Some((number, sample.decoded));
            }
            if sample.shown() < stretch.to {
                last = Some(number);
            }
            raised = raised.max(sample.offset.min(0).unsigned_abs());
            has_offsets |= sample.offset != 0;
            number += 1;
        }
        Ok(first.zip(last).and_then(|((first, begins), last)| {
            // The first sample is decoded so much after it would be with the stretch at the very beginning.
            let shift = stretch.pause - stretch.from;
            let lead = shift + begins.cast_signed() - i64::from(raised);
            (first <= last).then_some(Self {
                first,
                last,
                begins,
                paused: u64::try_from(lead).unwrap_or(0),
                skipped: u64::try_from(-lead).unwrap_or(0),
                raised,
                has_offsets,
                shift,
            })
        }))
    }

    /// When a sample that is kept is decoded, as fragments count.
    pub(super) const fn decoded(&self, sample: &Sample) -> u64 {
        sample.decoded - self.begins + self.paused
    }

    /// How much later it is shown than decoded, as fragments count.
    pub(super) fn offset(&self, sample: &Sample) -> u32 {
        sample.offset.cast_unsigned().wrapping_add(self.raised)
    }

    /// When it is shown, from the beginning of the video on, in units of its track.
    pub(super) const fn shown(&self, sample: &Sample) -> i64 {
        sample.shown() + self.shift
    }
}

/// The samples that a window keeps, one after the other.
#[derive(Debug)]
pub(super) struct Kept {
    samples: Samples,
    window: Window,
    number: u32,
}

impl Kept {
    pub(super) fn new(samples: Samples, window: Window) -> Self {
        Self {
            samples,
            window,
            number: 0,
        }
    }

    pub(super) fn next<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<Sample>> {
        while let Some(sample) = self.samples.next(input)? {
            let number = self.number;
            self.number += 1;
            if number > self.window.last {
                break;
            }
            if number >= self.window.first {
                return Ok(Some(sample));
            }
        }
        Ok(None)
    }
}
