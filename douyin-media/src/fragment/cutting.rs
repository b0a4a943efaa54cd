use std::io::{self, Read, Seek, Write};
use std::mem;
use std::ops::Range;

use super::boxes::{self, Run};
use super::sample::Sample;
use super::source::Source;
use super::window::{Kept, Window};
use super::{Rendition, Result, Segment};
use crate::VideoLimits;
use crate::probe::NotAVideo;
use crate::probe::input::Input;

/// A segment ends before the first key frame so many seconds after its own: of key frames that come every one, two or four seconds, more
/// or less, it makes segments of three or four.
const SHORTEST: u64 = 3;

/// The most samples of a track in a segment: half an hour of pictures.
const MOST: usize = 1 << 16;

/// From so many bytes on the kernel copies a stretch by itself; shorter ones, for which that takes longer than to copy them, are collected.
const LONG: u64 = 64 << 10;

/// Writes segments one after the other.
pub(super) struct Cutter<'c, R, W> {
    input: &'c mut Input<R>,
    target: &'c mut W,
    source: &'c Source,
    pictures: Window,
    sound: Option<SoundAhead>,
    /// Short stretches that wait to be written.
    collected: Vec<u8>,
    /// How much was written.
    at: u64,
    /// How much of it are pictures.
    picture_bytes: u64,
    rendition: Rendition,
    /// When the first segment begins, and each that was written ends, in units of the pictures.
    cut: i64,
}

/// The sound, of which the next sample is known.
struct SoundAhead {
    window: Window,
    samples: Kept,
    next: Option<Sample>,
    /// When the last one that was taken ends, in units of the pictures.
    ends: i64,
}

impl<'c, R: Read + Seek, W: Write> Cutter<'c, R, W> {
    pub(super) fn new(
        input: &'c mut Input<R>,
        target: &'c mut W,
        source: &'c Source,
        limits: &VideoLimits,
    ) -> Result<Self> {
        let movie = source.movie_per_second;
        let pictures = Window::of_pictures(input, &source.pictures, movie, limits)?;
        let sound = match &source.sound {
            Some(track) => match Window::of_sound(input, track, movie, limits)? {
                Some(window) => {
                    let mut samples = Kept::new(track.samples.clone(), window);
                    Some(SoundAhead {
                        window,
                        next: samples.next(input)?,
                        samples,
                        ends: 0,
                    })
                }
                None => None,
            },
            None => None,
        };
        let beginning = boxes::beginning(
            source,
            (&pictures, sound.as_ref().map(|sound| &sound.window)),
        );
        target.write_all(&beginning)?;
        let at = beginning.len() as u64;
        let kind = &source.pictures.kind;
        let mut codecs = format!(
            "{}.{:02X}{:02X}{:02X}",
            String::from_utf8_lossy(&kind.format),
            kind.h264.profile,
            kind.h264.constraints,
            kind.h264.level
        );
        if let Some(track) = source.sound.as_ref().filter(|_| sound.is_some()) {
            codecs = format!("{codecs},mp4a.40.{}", track.kind.aac.object_type);
        }
        let (width, height) = kind.shown;
        Ok(Self {
            input,
            target,
            source,
            pictures,
            sound,
            collected: Vec::new(),
            at,
            picture_bytes: 0,
            rendition: Rendition {
                width,
                height,
                codecs,
                frames: 0,
                per_second: source.pictures.per_second,
                beginning: 0..at,
                segments: Vec::new(),
            },
            cut: 0,
        })
    }

    /// Cuts for as long as it is wanted.
    pub(super) fn cut(mut self, is_wanted: impl Fn() -> bool) -> Result<Rendition> {
        let shortest = SHORTEST * u64::from(self.rendition.per_second);
        let mut samples = Kept::new(self.source.pictures.samples.clone(), self.pictures);
        let mut segment: Vec<Sample> = Vec::new();
        // How much later than decoded the first picture is shown: by as much all cuts are shown later.
        let (mut delay, mut ends) = (0, 0);
        while let Some(sample) = samples.next(self.input)? {
            match segment.first() {
                None => {
                    delay = self.pictures.shown(&sample) - sample.decoded.cast_signed();
                    self.cut = self.begin(&sample);
                }
                Some(first) if sample.is_sync && sample.decoded - first.decoded >= shortest => {
                    go_on_if(is_wanted())?;
                    let samples = mem::take(&mut segment);
                    let shown = self.pictures.shown(&sample);
                    self.write_segment(
                        &samples,
                        Some(shown),
                        sample.decoded.cast_signed() + delay,
                    )?;
                }
                Some(_) => {}
            }
            if segment.len() == MOST {
                return Err(NotAVideo::Excessive("pictures without a key frame").into());
            }
            ends = sample.end().cast_signed() + delay;
            segment.push(sample);
        }
        go_on_if(is_wanted())?;
        self.write_segment(&segment, None, ends)?;
        if self.picture_bytes == 0 {
            return Err(NotAVideo::NoVideo("it has no pictures").into());
        }
        Ok(self.rendition)
    }

    /// When the first segment begins: with whichever comes first, but not before the beginning.
    fn begin(&self, first: &Sample) -> i64 {
        let pictures = self.pictures.shown(first);
        let sound = self.sound.as_ref().and_then(|sound| {
            let first = sound.window.shown(sound.next.as_ref()?);
            Some(self.in_pictures(first))
        });
        sound.map_or(pictures, |sound| sound.min(pictures)).max(0)
    }

    /// A time of the sound in units of the pictures.
    fn in_pictures(&self, time: i64) -> i64 {
        let sound = (self.source.sound.as_ref()).map_or(1, |track| i128::from(track.per_second));
        let units = i128::from(time) * i128::from(self.rendition.per_second) / sound;
        i64::try_from(units).unwrap_or(i64::MAX)
    }

    /// Writes a segment of these pictures and the sound that comes before `until`, or all that is left of it.
    fn write_segment(&mut self, pictures: &[Sample], until: Option<i64>, ends: i64) -> Result<()> {
        let sound = self.take_sound(until)?;
        let pictures_run = Run {
            window: &self.pictures,
            samples: pictures,
            has_offsets: self.pictures.has_offsets,
        };
        let sound_run = self
            .sound
            .as_ref()
            .filter(|_| !sound.is_empty())
            .map(|ahead| Run {
                window: &ahead.window,
                samples: &sound,
                has_offsets: false,
            });
        let number = u32::try_from(self.rendition.segments.len() + 1)
            .map_err(|_| NotAVideo::Excessive("segments"))?;
        let header = boxes::segment_header(number, &pictures_run, sound_run.as_ref())
            .ok_or(NotAVideo::Excessive("media data between key frames"))?;
        self.target.write_all(&header)?;
        let mut end = self.at + header.len() as u64;
        let picture_bytes = self.copy(pictures)?;
        self.picture_bytes += picture_bytes;
        end += picture_bytes;
        end += self.copy(&sound)?;
        let ends = match (until, &self.sound) {
            (None, Some(sound)) => ends.max(sound.ends),
            _ => ends,
        };
        // Nothing before the beginning is shown.
        let ends = ends.max(self.cut);
        self.rendition.segments.push(Segment {
            bytes: self.at..end,
            duration: ends.abs_diff(self.cut),
        });
        self.rendition.frames += pictures.len() as u64;
        (self.at, self.cut) = (end, ends);
        Ok(())
    }

    fn take_sound(&mut self, until: Option<i64>) -> Result<Vec<Sample>> {
        let mut taken = Vec::new();
        let Some(mut ahead) = self.sound.take() else {
            return Ok(taken);
        };
        while let Some(sample) = ahead.next {
            let shown = self.in_pictures(ahead.window.shown(&sample));
            if until.is_some_and(|until| shown >= until) {
                break;
            }
            if taken.len() == MOST {
                return Err(NotAVideo::Excessive("sound between key frames").into());
            }
            ahead.ends = shown + self.in_pictures(sample.duration.into());
            taken.push(sample);
            ahead.next = ahead.samples.next(self.input)?;
        }
        self.sound = Some(ahead);
        Ok(taken)
    }

    /// Copies samples, those at once that stand behind one another; answers how many bytes they have.
    fn copy(&mut self, samples: &[Sample]) -> Result<u64> {
        let mut bytes = 0;
        let one_stretch =
            |one: &Sample, next: &Sample| one.place + u64::from(one.size) == next.place;
        for stretch in samples.chunk_by(one_stretch) {
            let length: u64 = stretch.iter().map(|sample| u64::from(sample.size)).sum();
            if let Some(first) = stretch.first() {
                self.copy_stretch(first.place..first.place + length)?;
            }
            bytes += length;
        }
        self.write_collected()?;
        Ok(bytes)
    }

    fn copy_stretch(&mut self, stretch: Range<u64>) -> Result<()> {
        let is_long = stretch.end - stretch.start >= LONG;
        if is_long || self.collected.len() as u64 >= LONG {
            self.write_collected()?;
        }
        if is_long {
            self.input.copy(stretch, self.target)?;
        } else {
            self.input.copy(stretch, &mut self.collected)?;
        }
        Ok(())
    }

    fn write_collected(&mut self) -> Result<()> {
        self.target.write_all(&self.collected)?;
        self.collected.clear();
        Ok(())
    }
}

fn go_on_if(is_wanted: bool) -> io::Result<()> {
    if is_wanted {
        Ok(())
    } else {
        Err(io::ErrorKind::Interrupted.into())
    }
}
