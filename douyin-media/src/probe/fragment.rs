//! What fragments (`moof`) say of their samples (ISO/IEC 14496-12, 8.8).

use std::io::{Read, Seek};

use super::boxes::{Part, Parts};
use super::input::Input;
use super::samples::number;
use super::{NotAVideo, Result};

/// The flags of what a run may say of each of its samples, in the order in which it does (8.8.8.1).
pub(crate) const DURATION: u32 = 0x100;
pub(crate) const SIZE: u32 = 0x200;
pub(crate) const FLAGS: u32 = 0x400;
pub(crate) const OFFSET: u32 = 0x800;
const OF_EACH: u32 = DURATION | SIZE | FLAGS | OFFSET;

const BEHIND_ITS_END: NotAVideo = NotAVideo::Malformed("its index points behind its end");

/// What the samples of a track are where its fragments do not say (`trex`; 8.8.3).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Defaults {
    pub(crate) track: u32,
    pub(crate) duration: u32,
    pub(crate) size: u32,
    pub(crate) flags: u32,
}

impl Defaults {
    /// Those of all tracks (`mvex`), of which there may be so many.
    pub(crate) fn read<R: Read + Seek>(
        input: &mut Input<R>,
        mvex: &Part,
        most: u32,
    ) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        let mut parts = Parts::within(mvex.body.clone());
        while let Some(part) = parts.next(input)? {
            if &part.kind == b"trex" {
                if all.len() as u64 >= most.into() {
                    return Err(NotAVideo::Excessive("tracks").into());
                }
                part.at_least(24)?;
                all.push(Self {
                    track: input.u32(part.at(4))?,
                    duration: input.u32(part.at(12))?,
                    size: input.u32(part.at(16))?,
                    flags: input.u32(part.at(20))?,
                });
            }
        }
        Ok(all)
    }

    /// Those of a track, as far as there are any.
    pub(crate) fn of(all: &[Self], track: u32) -> Self {
        let found = all.iter().find(|defaults| defaults.track == track);
        found.copied().unwrap_or(Self {
            track,
            ..Self::default()
        })
    }
}

/// Samples of a track that stand one right behind the other (`trun`; 8.8.8).
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Whose they are, and what each is where the run does not say.
    pub(crate) defaults: Defaults,
    /// When the first one is decoded (`tfdt`); `None` where that is when the one before it ends.
    pub(crate) decoded: Option<u64>,
    /// Where the first one is.
    pub(crate) place: u64,
    pub(crate) count: u32,
    /// Those of the first one, where they are not those of the others.
    pub(crate) first_flags: Option<u32>,
    /// What is said of each.
    pub(crate) fields: u32,
    /// Where that stands: a word for each field of each sample. It is there.
    pub(crate) entries: u64,
}

impl Run {
    /// How many bytes its samples have together.
    pub(crate) fn bytes<R: Read + Seek>(&self, input: &mut Input<R>) -> Result<u64> {
        self.sum(input, SIZE, self.defaults.size)
    }

    /// How long they take together.
    pub(super) fn duration<R: Read + Seek>(&self, input: &mut Input<R>) -> Result<u64> {
        self.sum(input, DURATION, self.defaults.duration)
    }

    fn sum<R: Read + Seek>(&self, input: &mut Input<R>, field: u32, default: u32) -> Result<u64> {
        // Less than 2^32 samples, of less than 2^32 each.
        if self.fields & field == 0 {
            return Ok(u64::from(self.count) * u64::from(default));
        }
        let words = |fields: u32| 4 * fields.count_ones() as usize;
        let (at, width) = (words(self.fields & (field - 1)), words(self.fields));
        let mut sum = 0;
        input.read_entries(self.entries, self.count.into(), width, |entry| {
            sum += number(&entry[at..at + 4]);
        })?;
        Ok(sum)
    }

    fn end<R: Read + Seek>(&self, input: &mut Input<R>) -> Result<u64> {
        let end = self.place.checked_add(self.bytes(input)?);
        Ok(end.ok_or(BEHIND_ITS_END)?)
    }
}

/// The runs of a fragment, those of one track after those of another.
#[derive(Debug, Clone)]
pub(crate) struct Runs {
    /// Where the fragment begins.
    start: u64,
    tracks: Parts,
    track: Option<Parts>,
    header: Option<Header>,
    previous: Option<Run>,
}

/// What `tfhd` and `tfdt` say of the runs behind them (8.8.7, 8.8.12).
#[derive(Debug, Clone)]
struct Header {
    /// From where on places are counted.
    base: u64,
    defaults: Defaults,
    /// For the next run.
    decoded: Option<u64>,
    /// By a run.
    is_followed: bool,
}

impl Runs {
    pub(crate) fn of(moof: &Part) -> Self {
        Self {
            start: moof.start,
            tracks: Parts::within(moof.body.clone()),
            track: None,
            header: None,
            previous: None,
        }
    }

    /// The next one; `None` after the last.
    pub(crate) fn next<R: Read + Seek>(
        &mut self,
        input: &mut Input<R>,
        defaults: &[Defaults],
    ) -> Result<Option<Run>> {
        loop {
            let Some(parts) = &mut self.track else {
                let Some(part) = self.tracks.next(input)? else {
                    return Ok(None);
                };
                if &part.kind == b"traf" {
                    (self.track, self.header) = (Some(Parts::within(part.body)), None);
                }
                continue;
            };
            let Some(part) = parts.next(input)? else {
                self.track = None;
                continue;
            };
            match (&part.kind, &mut self.header) {
                (b"tfhd", header) => {
                    let previous = self.previous.as_ref();
                    *header = Some(Header::read(input, &part, defaults, self.start, previous)?);
                }
                (b"tfdt", Some(header)) => header.decoded = Some(read_decode_time(input, &part)?),
                // Runs stand behind the header that says whose they are (8.8.6).
                (b"trun", Some(header)) => {
                    let run = header.run(input, &part, self.previous.as_ref())?;
                    self.previous = Some(run.clone());
                    return Ok(Some(run));
                }
                _ => {}
            }
        }
    }
}

impl Header {
    /// That of a track in a fragment that begins there, behind the runs of others of which this is the last.
    fn read<R: Read + Seek>(
        input: &mut Input<R>,
        tfhd: &Part,
        defaults: &[Defaults],
        start: u64,
        previous: Option<&Run>,
    ) -> Result<Self> {
        const PLACED_BY_FRAGMENT: u32 = 0x2_0000;
        let mut fields = Fields::of(input, tfhd, 8)?;
        let own = Defaults::of(defaults, input.u32(tfhd.at(4))?);
        let base = fields.place(0x1, 8)?.map(|at| input.u64(at)).transpose()?;
        let _description = fields.place(0x2, 4)?;
        let defaults = Defaults {
            track: own.track,
            duration: fields.next(input, 0x8)?.unwrap_or(own.duration),
            size: fields.next(input, 0x10)?.unwrap_or(own.size),
            flags: fields.next(input, 0x20)?.unwrap_or(own.flags),
        };
        let base = match (base, previous) {
            (Some(base), _) => base,
            (None, Some(previous)) if fields.flags & PLACED_BY_FRAGMENT == 0 => {
                previous.end(input)?
            }
            (None, _) => start,
        };
        Ok(Self {
            base,
            defaults,
            decoded: None,
            is_followed: false,
        })
    }

    /// The next run of the track.
    fn run<R: Read + Seek>(
        &mut self,
        input: &mut Input<R>,
        trun: &Part,
        previous: Option<&Run>,
    ) -> Result<Run> {
        let mut fields = Fields::of(input, trun, 8)?;
        let count = input.u32(trun.at(4))?;
        let offset = fields.next(input, 0x1)?.map(u32::cast_signed);
        let first_flags = fields.next(input, 0x4)?;
        let entries = fields.at;
        let of_each = fields.flags & OF_EACH;
        trun.at_least(entries + u64::from(count) * u64::from(4 * of_each.count_ones()))?;
        let place = match (offset, previous) {
            (Some(offset), _) => self.base.checked_add_signed(offset.into()),
            (None, Some(previous)) if self.is_followed => Some(previous.end(input)?),
            (None, _) => Some(self.base),
        };
        self.is_followed = true;
        Ok(Run {
            defaults: self.defaults,
            decoded: self.decoded.take(),
            place: place.ok_or(BEHIND_ITS_END)?,
            count,
            first_flags,
            fields: of_each,
            entries: trun.at(entries),
        })
    }
}

/// When a run begins (`tfdt`; 8.8.12).
fn read_decode_time<R: Read + Seek>(input: &mut Input<R>, tfdt: &Part) -> Result<u64> {
    tfdt.at_least(8)?;
    let [version, ..]: [u8; 4] = input.read(tfdt.at(0))?;
    if version == 1 {
        tfdt.at_least(12)?;
        return input.u64(tfdt.at(4));
    }
    input.u32(tfdt.at(4)).map(u64::from)
}

/// The fields of a box that are there where the flags of the box say so.
struct Fields<'p> {
    part: &'p Part,
    flags: u32,
    /// How far into the contents the next one is.
    at: u64,
}

impl<'p> Fields<'p> {
    /// Those behind so many bytes, which are there.
    fn of<R: Read + Seek>(input: &mut Input<R>, part: &'p Part, at: u64) -> Result<Self> {
        part.at_least(at)?;
        let flags = input.u32(part.at(0))?;
        Ok(Self { part, flags, at })
    }

    /// Where the field with this flag is.
    fn place(&mut self, flag: u32, width: u64) -> Result<Option<u64>> {
        if self.flags & flag == 0 {
            return Ok(None);
        }
        let place = self.part.at(self.at);
        self.at += width;
        self.part.at_least(self.at)?;
        Ok(Some(place))
    }

    fn next<R: Read + Seek>(&mut self, input: &mut Input<R>, flag: u32) -> Result<Option<u32>> {
        self.place(flag, 4)?.map(|at| input.u32(at)).transpose()
    }
}
