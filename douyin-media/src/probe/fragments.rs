//! What the fragments of a movie come to, one after the other.

use std::io::{Read, Seek};
use std::time::Duration;

use super::boxes::{Part, Parts};
use super::fragment::{Defaults, Run, Runs};
use super::input::Input;
use super::track::{Track, VideoTrack};
use super::{NotAVideo, Result, VideoLimits, duration_of, media_data};

/// What is known of all fragments until now.
#[derive(Debug)]
pub(super) struct Fragments {
    defaults: Vec<Defaults>,
    timelines: Vec<Timeline>,
    /// Whether one has pictures, and the media data for them.
    pub(super) has_pictures: bool,
}

/// When the fragments of a track are played, in its own units.
#[derive(Debug)]
pub(super) struct Timeline {
    track: u32,
    per_second: u32,
    /// When the first one begins, once that is known.
    begins: Option<u64>,
    ends: u64,
}

impl Fragments {
    pub(super) const fn new(defaults: Vec<Defaults>, timelines: Vec<Timeline>) -> Self {
        Self {
            defaults,
            timelines,
            has_pictures: false,
        }
    }

    /// Reads a fragment and, of the first one with pictures, whether its media data follows.
    pub(super) fn read<R: Read + Seek>(
        &mut self,
        input: &mut Input<R>,
        (moof, behind): (&Part, Parts),
        videos: &[VideoTrack],
        limits: &VideoLimits,
    ) -> Result<()> {
        input.keep(&moof.whole())?;
        let (mut runs, mut bytes) = (Runs::of(moof), 0_u64);
        while let Some(run) = runs.next(input, &self.defaults)? {
            self.follow(input, &run, limits)?;
            let is_picture = || videos.iter().any(|video| video.id == run.defaults.track);
            if !self.has_pictures && is_picture() {
                bytes = bytes.saturating_add(run.bytes(input)?);
            }
        }
        if bytes > 0 {
            media_data::check_fragment(input, behind, bytes)?;
            self.has_pictures = true;
        }
        Ok(())
    }

    fn follow<R: Read + Seek>(
        &mut self,
        input: &mut Input<R>,
        run: &Run,
        limits: &VideoLimits,
    ) -> Result<()> {
        let mut timelines = self.timelines.iter_mut();
        let track = run.defaults.track;
        let Some(timeline) = timelines.find(|timeline| timeline.track == track) else {
            return Ok(());
        };
        let begins = run.decoded.unwrap_or(timeline.ends);
        let ends = begins.checked_add(run.duration(input)?);
        timeline.begins.get_or_insert(begins);
        timeline.ends = timeline.ends.max(ends.ok_or(TOO_LONG)?);
        let duration = timeline.duration().ok_or(TOO_LONG)?;
        limits.check_duration(Some(duration))
    }

    /// How long all of them play, if they do.
    pub(super) fn duration(&self) -> Option<Duration> {
        let durations = self.timelines.iter().filter_map(Timeline::duration);
        durations.max().filter(|duration| !duration.is_zero())
    }
}

const TOO_LONG: NotAVideo = NotAVideo::Excessive("duration");

impl Timeline {
    /// That of a track, before its first fragment.
    pub(super) const fn of(track: &Track) -> Self {
        Self {
            track: track.id,
            per_second: track.per_second,
            begins: None,
            ends: 0,
        }
    }

    /// Of a movie whose index has samples too, its fragments come after those.
    pub(super) const fn begin_at_once(&mut self) {
        self.begins = Some(0);
    }

    /// `None` where it is too long for a number.
    fn duration(&self) -> Option<Duration> {
        let begins = self.begins.unwrap_or(0);
        duration_of(self.ends.saturating_sub(begins), self.per_second)
    }
}
