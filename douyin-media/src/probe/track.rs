use std::io::{Read, Seek};

use super::boxes::{Part, Parts};
use super::input::Input;
use super::sample_tables::{self, SampleTables};
use super::samples::Samples;
use super::{NotAVideo, Result, VideoLimits, codec, movie};

/// Formats of pictures that phones or browsers play: H.264, HEVC, Dolby Vision over either, VP8, VP9, AV1, MPEG-4 part 2
/// and H.263 (old phones). Encrypted ones (`encv`) are not among them.
const PLAYABLE: [&[u8; 4]; 14] = [
    b"avc1", b"avc3", b"hvc1", b"hev1", b"dvh1", b"dvhe", b"dvav", b"dva1", b"vp08", b"vp09",
    b"av01", b"mp4v", b"s263", b"h263",
];

/// A track of pictures.
#[derive(Debug)]
pub(super) struct VideoTrack {
    pub(super) id: u32,
    /// As shown, after rotation.
    pub(super) width: u32,
    pub(super) height: u32,
    /// What its own tables name; a fragmented video's name nothing.
    pub(super) samples: Option<Samples>,
    /// H.264 of a kind that every client decodes.
    pub(super) plays_everywhere: bool,
}

/// A track, as far as it matters to players.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) id: u32,
    /// Units of a second in which its times are counted.
    pub(super) per_second: u32,
    pub(super) kind: Kind,
}

/// What a track is.
#[derive(Debug)]
pub(super) enum Kind {
    Video(VideoTrack),
    Sound {
        /// AAC of a kind that every client decodes.
        plays_everywhere: bool,
    },
    Other,
}

/// What `tkhd` says (ISO/IEC 14496-12, 8.3.2).
pub(crate) struct Header {
    pub(crate) id: u32,
    width: u32,
    height: u32,
    quarter_turned: bool,
    /// How the picture is turned, and its width and height, as they stand there.
    pub(crate) shape: [u8; 44],
}

impl Header {
    /// Width and height as shown, of pictures that are coded with these where the header does not say.
    pub(crate) fn shown(&self, coded: (u32, u32)) -> (u32, u32) {
        let (width, height) = match (self.width, self.height) {
            (0, _) | (_, 0) => coded,
            shown => shown,
        };
        if self.quarter_turned {
            (height, width)
        } else {
            (width, height)
        }
    }
}

/// What `mdia` holds.
#[derive(Default)]
struct Media {
    per_second: u32,
    handler: [u8; 4],
    tables: Option<SampleTables>,
}

/// A `trak`; `None` where it has no media. Every kind of track must keep its media in the file.
pub(super) fn read<R: Read + Seek>(
    input: &mut Input<R>,
    part: &Part,
    limits: &VideoLimits,
) -> Result<Option<Track>> {
    let (mut header, mut media) = (None, Media::default());
    let mut children = Parts::within(part.body.clone());
    while let Some(child) = children.next(input)? {
        match &child.kind {
            b"tkhd" => header = Some(read_header(input, &child)?),
            b"mdia" => media = read_media(input, &child, limits)?,
            _ => {}
        }
    }
    let (Some(header), Some(tables)) = (header, media.tables) else {
        return Ok(None);
    };
    let kind = match (&media.handler, &tables.first_entry) {
        (b"vide", Some(entry)) if PLAYABLE.contains(&&entry.kind) => {
            read_video(input, &header, entry, &tables, limits)?
        }
        (b"soun", Some(entry)) => Kind::Sound {
            plays_everywhere: codec::aac_of(input, entry)?.is_some(),
        },
        _ => Kind::Other,
    };
    Ok(Some(Track {
        id: header.id,
        per_second: media.per_second,
        kind,
    }))
}

fn read_video<R: Read + Seek>(
    input: &mut Input<R>,
    header: &Header,
    entry: &Part,
    tables: &SampleTables,
    limits: &VideoLimits,
) -> Result<Kind> {
    let Some(coded) = codec::coded_size(input, entry)? else {
        return Ok(Kind::Other);
    };
    // What is decoded and what is shown may differ (pixel aspect, cropping): neither may be too much.
    limits.check_size(coded.0, coded.1)?;
    let (width, height) = header.shown(coded);
    limits.check_size(width, height)?;
    let h264 = codec::h264_of(input, entry)?;
    Ok(Kind::Video(VideoTrack {
        id: header.id,
        width,
        height,
        samples: tables.samples(input)?,
        plays_everywhere: h264.is_some_and(|h264| h264.plays_everywhere()),
    }))
}

pub(crate) fn read_header<R: Read + Seek>(input: &mut Input<R>, part: &Part) -> Result<Header> {
    part.at_least(84)?;
    let [version, ..]: [u8; 4] = input.read(part.at(0))?;
    let (id, matrix) = if version == 1 { (20, 52) } else { (12, 40) };
    part.at_least(matrix + 44)?;
    let scale_x = input.u32(part.at(matrix))?;
    let scale_y = input.u32(part.at(matrix + 16))?;
    Ok(Header {
        id: input.u32(part.at(id))?,
        // 16.16 fixed point.
        width: input.u32(part.at(matrix + 36))? >> 16,
        height: input.u32(part.at(matrix + 40))? >> 16,
        quarter_turned: scale_x == 0 && scale_y == 0,
        shape: input.read(part.at(matrix))?,
    })
}

fn read_media<R: Read + Seek>(
    input: &mut Input<R>,
    part: &Part,
    limits: &VideoLimits,
) -> Result<Media> {
    let mut media = Media::default();
    let mut children = Parts::within(part.body.clone());
    while let Some(child) = children.next(input)? {
        match &child.kind {
            b"mdhd" => {
                limits.check_duration(movie::read_duration(input, &child)?)?;
                media.per_second = movie::read_times(input, &child)?.per_second;
            }
            b"hdlr" => {
                child.at_least(12)?;
                media.handler = input.read(child.at(8))?;
            }
            b"minf" => media.tables = read_media_information(input, &child)?,
            _ => {}
        }
    }
    Ok(media)
}

fn read_media_information<R: Read + Seek>(
    input: &mut Input<R>,
    part: &Part,
) -> Result<Option<SampleTables>> {
    let mut tables = None;
    let mut children = Parts::within(part.body.clone());
    while let Some(child) = children.next(input)? {
        match &child.kind {
            b"dinf" => refuse_external_data(input, &child)?,
            b"stbl" => tables = Some(sample_tables::read(input, &child)?),
            _ => {}
        }
    }
    Ok(tables)
}

/// Every data reference must carry the flag "in this very file" (ISO/IEC 14496-12, 8.7.2); a player would open the others.
fn refuse_external_data<R: Read + Seek>(input: &mut Input<R>, part: &Part) -> Result<()> {
    let mut children = Parts::within(part.body.clone());
    while let Some(child) = children.next(input)? {
        if &child.kind != b"dref" {
            continue;
        }
        child.at_least(8)?;
        let mut references = Parts::within(child.at(8)..child.body.end);
        while let Some(reference) = references.next(input)? {
            reference.at_least(4)?;
            let [_, _, _, flags]: [u8; 4] = input.read(reference.at(0))?;
            if flags & 1 == 0 {
                return Err(NotAVideo::ExternalData.into());
            }
        }
    }
    Ok(())
}
