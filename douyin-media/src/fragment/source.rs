use std::io::{Read, Seek};
use std::sync::Arc;

use super::fragmented::FragmentedSamples;
use super::samples::Samples;
use super::tables::TabledSamples;
use super::{FragmentError, Result};
use crate::VideoLimits;
use crate::probe::boxes::{Part, Parts};
use crate::probe::codec::{self, Aac, H264};
use crate::probe::fragment::Defaults;
use crate::probe::input::Input;
use crate::probe::movie::read_times;
use crate::probe::{NotAVideo, track};

/// The longest `avcC`, in bytes: parameter sets take some hundred at most.
pub(crate) const LONGEST_AVCC: u64 = 16 << 10;

/// What is taken of a video: one track of pictures, and one of sound where there is any.
#[derive(Debug)]
pub(crate) struct Source {
    /// Units of a second in which edits are counted.
    pub(crate) movie_per_second: u32,
    pub(crate) pictures: SourceTrack<Pictures>,
    pub(crate) sound: Option<SourceTrack<Sound>>,
}

/// A track that is taken.
#[derive(Debug)]
pub(crate) struct SourceTrack<K> {
    pub(crate) per_second: u32,
    /// As `mdhd` has it (ISO/IEC 14496-12, 8.4.2).
    pub(crate) language: u16,
    /// What is shown of it, and when.
    pub(crate) edit: Edit,
    pub(crate) samples: Samples,
    pub(crate) kind: K,
}

/// A track of pictures.
#[derive(Debug)]
pub(crate) struct Pictures {
    /// How they are turned, and how large they are shown: the end of `tkhd`.
    pub(crate) shape: [u8; 44],
    pub(crate) coded: (u32, u32),
    pub(crate) shown: (u32, u32),
    /// `avc1` or `avc3`.
    pub(crate) format: [u8; 4],
    pub(crate) h264: H264,
    /// The boxes of its sample entry that are kept, whole: `avcC`, and how wide a pixel is (`pasp`).
    pub(crate) configuration: Vec<u8>,
}

/// A track of sound.
#[derive(Debug)]
pub(crate) struct Sound {
    pub(crate) aac: Aac,
    pub(crate) channels: u16,
    /// A second's samples, in 16.16.
    pub(crate) rate: u32,
    /// `esds`, whole.
    pub(crate) configuration: Vec<u8>,
}

/// What an edit list says that begins with a pause and then plays one stretch (`elst`; 8.6.6).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Edit {
    /// How long the pause is, in units of the movie.
    pub(crate) pause: u64,
    /// Where the stretch begins, in units of the track.
    pub(crate) from: u64,
    /// How long it is, in units of the movie; 0 where it goes on to the end.
    pub(crate) length: u64,
}

impl Source {
    pub(crate) fn read<R: Read + Seek>(input: &mut Input<R>, limits: &VideoLimits) -> Result<Self> {
        let index = codec::find(input, 0..input.len(), *b"moov")?
            .ok_or(NotAVideo::Malformed("it has no index"))?;
        let fragments = fragments_of(input, &index, limits)?;
        let (mut movie_per_second, mut pictures, mut sound) = (None, None, None);
        let (mut tracks, mut other_sound) = (0, false);
        let mut parts = Parts::within(index.body);
        while let Some(part) = parts.next(input)? {
            match &part.kind {
                b"mvhd" => movie_per_second = Some(read_times(input, &part)?.per_second),
                b"trak" => {
                    tracks += 1;
                    if tracks > limits.tracks {
                        return Err(NotAVideo::Excessive("tracks").into());
                    }
                    let track = TrackParts::find(input, &part, fragments.clone())?;
                    match (&track.handler, &track.entry) {
                        (b"vide", Some(entry)) if pictures.is_none() => {
                            if let Some(kind) = track.pictures(input, entry, limits)? {
                                pictures = track.taken(input, kind)?;
                            }
                        }
                        (b"soun", Some(entry)) if sound.is_none() => {
                            sound = track.sound(input, entry)?;
                            other_sound |= codec::aac_of(input, entry)?.is_none();
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        if other_sound && sound.is_none() {
            return Err(FragmentError::Unsuitable("its sound is not AAC"));
        }
        Ok(Self {
            movie_per_second: movie_per_second
                .ok_or(NotAVideo::Malformed("its index has no header"))?,
            pictures: pictures.ok_or(FragmentError::Unsuitable("its pictures are not H.264"))?,
            sound,
        })
    }
}

/// Finds the first track of H.264 and its samples, whatever there is beside it and in whatever order it is played.
#[cfg(feature = "h264")]
pub(crate) fn pictures_alone<R: Read + Seek>(
    input: &mut Input<R>,
    limits: &VideoLimits,
) -> Result<(Pictures, Samples)> {
    let index = codec::find(input, 0..input.len(), *b"moov")?
        .ok_or(NotAVideo::Malformed("it has no index"))?;
    let fragments = fragments_of(input, &index, limits)?;
    let mut parts = Parts::within(index.body);
    while let Some(part) = parts.next(input)? {
        if &part.kind != b"trak" {
            continue;
        }
        let track = TrackParts::find(input, &part, fragments.clone())?;
        if let (b"vide", Some(entry)) = (&track.handler, &track.entry)
            && let Some(pictures) = track.pictures(input, entry, limits)?
            && let Some(samples) = track.samples(input)?
        {
            return Ok((pictures, samples));
        }
    }
    Err(FragmentError::Unsuitable("its pictures are not H.264"))
}

/// What samples of fragments are where those do not say, of all tracks; `None` where there are no fragments.
fn fragments_of<R: Read + Seek>(
    input: &mut Input<R>,
    moov: &Part,
    limits: &VideoLimits,
) -> Result<Option<Arc<[Defaults]>>> {
    let mvex = codec::find(input, moov.body.clone(), *b"mvex")?;
    let defaults = mvex.map(|mvex| Defaults::read(input, &mvex, limits.tracks));
    Ok(defaults.transpose()?.map(Arc::from))
}

/// What is needed of a `trak`.
#[derive(Default)]
struct TrackParts {
    /// Of the movie.
    fragments: Option<Arc<[Defaults]>>,
    header: Option<track::Header>,
    edits: Option<Part>,
    per_second: u32,
    language: u16,
    handler: [u8; 4],
    entry: Option<Part>,
    tables: Option<Part>,
}

impl TrackParts {
    fn find<R: Read + Seek>(
        input: &mut Input<R>,
        trak: &Part,
        fragments: Option<Arc<[Defaults]>>,
    ) -> Result<Self> {
        let mut found = Self {
            fragments,
            ..Self::default()
        };
        found.find_in(input, trak)?;
        Ok(found)
    }

    fn find_in<R: Read + Seek>(&mut self, input: &mut Input<R>, holder: &Part) -> Result<()> {
        let mut parts = Parts::within(holder.body.clone());
        while let Some(part) = parts.next(input)? {
            match (&holder.kind, &part.kind) {
                // In this order only, which bounds how deep it goes.
                (b"trak", b"edts" | b"mdia") | (b"mdia", b"minf") => self.find_in(input, &part)?,
                (b"trak", b"tkhd") => self.header = Some(track::read_header(input, &part)?),
                (b"edts", b"elst") => self.edits = Some(part),
                (b"mdia", b"mdhd") => {
                    let times = read_times(input, &part)?;
                    let language = if times.is_wide { 32 } else { 20 };
                    part.at_least(language + 2)?;
                    self.per_second = times.per_second;
                    self.language = input.u16(part.at(language))?;
                }
                (b"mdia", b"hdlr") => {
                    part.at_least(12)?;
                    self.handler = input.read(part.at(8))?;
                }
                (b"minf", b"stbl") => {
                    self.entry = only_entry(input, &part)?;
                    self.tables = Some(part);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `None` where they are not H.264, or there are none.
    fn pictures<R: Read + Seek>(
        &self,
        input: &mut Input<R>,
        entry: &Part,
        limits: &VideoLimits,
    ) -> Result<Option<Pictures>> {
        let (Some(header), Some(h264)) = (&self.header, codec::h264_of(input, entry)?) else {
            return Ok(None);
        };
        let Some(coded) = codec::coded_size(input, entry)? else {
            return Ok(None);
        };
        let shown = header.shown(coded);
        limits.check_size(coded.0, coded.1)?;
        limits.check_size(shown.0, shown.1)?;
        if h264.configuration.len() > LONGEST_AVCC {
            return Err(NotAVideo::Excessive("configuration").into());
        }
        let mut configuration = input.read_all(&h264.configuration.whole())?;
        let inside = entry.at(codec::VISUAL)..entry.body.end;
        if let Some(pixel) = codec::find(input, inside, *b"pasp")?.filter(|part| part.len() == 8) {
            configuration.extend(input.read_all(&pixel.whole())?);
        }
        Ok(Some(Pictures {
            shape: header.shape,
            coded,
            shown,
            format: entry.kind,
            h264,
            configuration,
        }))
    }

    /// `None` where it is not AAC, or there is none.
    fn sound<R: Read + Seek>(
        &self,
        input: &mut Input<R>,
        entry: &Part,
    ) -> Result<Option<SourceTrack<Sound>>> {
        let Some(aac) = codec::aac_of(input, entry)? else {
            return Ok(None);
        };
        // QuickTime's version 2 has other fields there; decoders read `esds` anyway.
        let (channels, rate) = if input.u16(entry.at(8))? == 2 {
            (2, self.per_second.min(0xFFFF) << 16)
        } else {
            (input.u16(entry.at(16))?, input.u32(entry.at(24))?)
        };
        let configuration = input.read_all(&aac.configuration.whole())?;
        let kind = Sound {
            aac,
            channels,
            rate,
            configuration,
        };
        self.taken(input, kind)
    }

    /// `None` where there are none.
    fn samples<R: Read + Seek>(&self, input: &mut Input<R>) -> Result<Option<Samples>> {
        let (Some(header), Some(tables)) = (&self.header, &self.tables) else {
            return Ok(None);
        };
        let bytes = input.len();
        let fragments = (self.fragments.clone())
            .map(|defaults| FragmentedSamples::new(header.id, defaults, bytes));
        let samples = Samples::new(TabledSamples::read(input, tables)?, fragments, bytes);
        Ok((!samples.is_empty()).then_some(samples))
    }

    fn taken<R: Read + Seek, K>(
        &self,
        input: &mut Input<R>,
        kind: K,
    ) -> Result<Option<SourceTrack<K>>> {
        if self.per_second == 0 {
            return Err(NotAVideo::Malformed("its time has no unit").into());
        }
        let edit = match &self.edits {
            Some(edits) => Edit::read(input, edits)?,
            None => Edit::default(),
        };
        Ok(self.samples(input)?.map(|samples| SourceTrack {
            per_second: self.per_second,
            language: self.language,
            edit,
            samples,
            kind,
        }))
    }
}

/// How all samples of a track are coded; `None` where they are coded in several ways, or the tables do not say.
fn only_entry<R: Read + Seek>(input: &mut Input<R>, stbl: &Part) -> Result<Option<Part>> {
    let Some(stsd) = codec::find(input, stbl.body.clone(), *b"stsd")? else {
        return Ok(None);
    };
    stsd.at_least(8)?;
    if input.u32(stsd.at(4))? != 1 {
        return Ok(None);
    }
    Ok(Parts::within(stsd.at(8)..stsd.body.end).next(input)?)
}

impl Edit {
    fn read<R: Read + Seek>(input: &mut Input<R>, elst: &Part) -> Result<Self> {
        const SEVERAL: FragmentError =
            FragmentError::Unsuitable("it is put together of several edits");
        elst.at_least(8)?;
        let [version, ..]: [u8; 4] = input.read(elst.at(0))?;
        let (count, is_wide) = (input.u32(elst.at(4))?, version == 1);
        // Pauses may come in several pieces.
        if count > 16 {
            return Err(SEVERAL);
        }
        let width = if is_wide { 20 } else { 12 };
        elst.at_least(8 + u64::from(count) * width)?;
        let (mut edit, mut is_over) = (Self::default(), false);
        for number in 0..u64::from(count) {
            let at = elst.at(8 + number * width);
            let (length, from) = if is_wide {
                (input.u64(at)?, input.u64(at + 8)?.cast_signed())
            } else {
                let from = input.u32(at + 4)?.cast_signed();
                (input.u32(at)?.into(), from.into())
            };
            let speed = input.u32(at + width - 4)?;
            match u64::try_from(from) {
                _ if is_over => return Err(SEVERAL),
                // A pause (-1).
                Err(_) => edit.pause = edit.pause.saturating_add(length),
                Ok(from) if speed == 1 << 16 => {
                    (edit.from, edit.length, is_over) = (from, length, true);
                }
                Ok(_) => return Err(FragmentError::Unsuitable("it is played at another speed")),
            }
        }
        Ok(edit)
    }
}
