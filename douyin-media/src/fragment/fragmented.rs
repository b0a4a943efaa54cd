use std::io::{Read, Seek};
use std::sync::Arc;

use super::entries::Entries;
use super::sample::{MOST, Sample};
use crate::probe::boxes::Parts;
use crate::probe::fragment::{DURATION, Defaults, FLAGS, OFFSET, Run, Runs, SIZE};
use crate::probe::input::Input;
use crate::probe::{NotAVideo, Result};

/// The latest time at which a fragment may begin, in units of its track.
const LATEST: u64 = 1 << 53;

/// Flags of a sample that decoding cannot begin with (ISO/IEC 14496-12, 8.8.3.1).
const IS_NOT_SYNC: u32 = 0x1_0000;

/// The samples of a track in the fragments of a file, in the order in which they stand there.
#[derive(Debug, Clone)]
pub(crate) struct FragmentedSamples {
    track: u32,
    /// Those of all tracks: where samples of one are may depend on those of another.
    defaults: Arc<[Defaults]>,
    /// The file from the next fragment on.
    file: Parts,
    fragment: Option<Runs>,
    run: Option<OpenRun>,
    /// When the next sample is decoded, where that is not said.
    decoded: u64,
}

/// A run of which samples are read.
#[derive(Debug, Clone)]
struct OpenRun {
    run: Run,
    entries: Entries<4>,
    left: u32,
    place: u64,
}

impl FragmentedSamples {
    /// Those of a track in a file of so many bytes.
    pub(super) const fn new(track: u32, defaults: Arc<[Defaults]>, bytes: u64) -> Self {
        Self {
            track,
            defaults,
            file: Parts::of_file(bytes),
            fragment: None,
            run: None,
            decoded: 0,
        }
    }

    /// Lets the first one be decoded then, where it does not say itself when it is.
    pub(super) const fn begin_at(&mut self, decoded: u64) {
        self.decoded = decoded;
    }

    pub(super) fn next<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<Sample>> {
        loop {
            if let Some(run) = &mut self.run
                && let Some(sample) = run.next(self.decoded, input)?
            {
                self.decoded = sample.end();
                return Ok(Some(sample));
            }
            let Some(run) = self.next_run(input)? else {
                return Ok(None);
            };
            if let Some(decoded) = run.decoded {
                if decoded > LATEST {
                    return Err(NotAVideo::Excessive("duration").into());
                }
                self.decoded = decoded;
            }
            self.run = Some(OpenRun::new(run)?);
        }
    }

    /// The next run of the track.
    fn next_run<R: Read + Seek>(&mut self, input: &mut Input<R>) -> Result<Option<Run>> {
        loop {
            if let Some(fragment) = &mut self.fragment {
                while let Some(run) = fragment.next(input, &self.defaults)? {
                    if run.defaults.track == self.track {
                        return Ok(Some(run));
                    }
                }
            }
            let Some(part) = self.file.next(input)? else {
                return Ok(None);
            };
            if &part.kind == b"moof" {
                input.keep(&part.whole())?;
                self.fragment = Some(Runs::of(&part));
            }
        }
    }
}

impl OpenRun {
    fn new(run: Run) -> Result<Self> {
        if run.count > MOST {
            return Err(NotAVideo::Excessive("samples").into());
        }
        Ok(Self {
            entries: Entries::new(run.entries, run.count * run.fields.count_ones()),
            left: run.count,
            place: run.place,
            run,
        })
    }

    /// The next one, which is decoded then; `None` after the last.
    fn next<R: Read + Seek>(
        &mut self,
        decoded: u64,
        input: &mut Input<R>,
    ) -> Result<Option<Sample>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let Run {
            defaults,
            first_flags,
            ..
        } = self.run;
        let duration = self.field(DURATION, input)?.unwrap_or(defaults.duration);
        if duration > i32::MAX.cast_unsigned() {
            return Err(NotAVideo::Malformed("its time runs backwards").into());
        }
        let size = self.field(SIZE, input)?.unwrap_or(defaults.size);
        let flags = self.field(FLAGS, input)?.unwrap_or(defaults.flags);
        // Those of the first version too are negative where they are that large.
        let offset = self.field(OFFSET, input)?.unwrap_or(0).cast_signed();
        let is_first = self.left + 1 == self.run.count;
        let flags = first_flags.filter(|_| is_first).unwrap_or(flags);
        let place = self.place;
        let end = place.checked_add(size.into());
        let end = end.filter(|end| *end <= input.len());
        self.place = end.ok_or(NotAVideo::Malformed("its index points behind its end"))?;
        Ok(Some(Sample {
            decoded,
            duration,
            offset,
            place,
            size,
            is_sync: flags & IS_NOT_SYNC == 0,
        }))
    }

    /// What the run says of the sample, if it does.
    fn field<R: Read + Seek>(&mut self, field: u32, input: &mut Input<R>) -> Result<Option<u32>> {
        if self.run.fields & field == 0 {
            return Ok(None);
        }
        self.entries.next_u32(input)
    }
}
