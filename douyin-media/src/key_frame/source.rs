use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;

use image::metadata::Orientation;

use super::turn;
use crate::fragment::source::{LONGEST_AVCC, pictures_alone};
use crate::probe::input::Input;
use crate::{FragmentError, NotAVideo, VideoLimits};

/// Key frames that are looked at: some twenty seconds of most videos.
const MOST_FRAMES: usize = 3;
/// Pictures among which they are looked for.
const MOST_SAMPLES: u32 = 1200;
/// Bytes of one, at most: ten times what the sharpest take.
const LONGEST_FRAME: u32 = 8 << 20;

/// What the server allows, it has asked for before; here the limits of the process hold.
const RECOGNISED: VideoLimits = VideoLimits {
    pixels: u64::MAX,
    duration: Duration::MAX,
    tracks: u32::MAX,
    boxes: u32::MAX,
    nesting: u32::MAX,
};

/// What a decoder needs of a video, and how to lay what it makes.
pub(super) struct Source {
    /// Sequence and picture parameter sets, without marks or lengths.
    pub(super) parameter_sets: Vec<Vec<u8>>,
    /// As they are stored: each unit behind its length.
    pub(super) frames: Vec<Vec<u8>>,
    length_bytes: usize,
    pub(super) orientation: Orientation,
}

impl Source {
    /// Reads the first key frames of an MP4 or MOV with H.264.
    pub(super) fn read<R: Read + Seek>(mut file: R) -> Result<Self, FragmentError> {
        let mut input = Input::new(&mut file, RECOGNISED.boxes)?;
        let (pictures, mut samples) = pictures_alone(&mut input, &RECOGNISED)?;
        let configuration = pictures.h264.configuration;
        if configuration.len() > LONGEST_AVCC {
            return Err(NotAVideo::Excessive("configuration").into());
        }
        let configuration = input.read_all(&configuration.body)?;
        let (length_bytes, parameter_sets) = parameter_sets_of(&configuration)
            .ok_or(NotAVideo::Malformed("its configuration is cut short"))?;
        let mut places = Vec::new();
        for _ in 0..MOST_SAMPLES {
            let Some(sample) = samples.next(&mut input)? else {
                break;
            };
            if sample.is_sync && sample.size <= LONGEST_FRAME {
                places.push((sample.place, sample.size));
            }
            if places.len() == MOST_FRAMES {
                break;
            }
        }
        let frames = places
            .into_iter()
            .map(|(place, size)| {
                let mut frame = vec![0; size as usize];
                file.seek(SeekFrom::Start(place))?;
                file.read_exact(&mut frame)?;
                Ok(frame)
            })
            .collect::<std::io::Result<_>>()?;
        Ok(Self {
            parameter_sets,
            frames,
            length_bytes,
            orientation: turn::orientation(matrix_of(&pictures.shape)),
        })
    }

    /// The units of a frame, as far as their lengths are true.
    pub(super) fn units<'a>(&self, frame: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let (length_bytes, mut rest) = (self.length_bytes, frame);
        std::iter::from_fn(move || {
            let (length, behind) = rest.split_at_checked(length_bytes)?;
            let length = length
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte));
            let (unit, behind) = behind.split_at_checked(length)?;
            rest = behind;
            Some(unit)
        })
    }
}

/// How many bytes a length has, and all parameter sets of an `avcC` (ISO/IEC 14496-15, 5.3.3.1.2).
fn parameter_sets_of(configuration: &[u8]) -> Option<(usize, Vec<Vec<u8>>)> {
    let [
        _version,
        _profile,
        _constraints,
        _level,
        lengths,
        sequences,
        rest @ ..,
    ] = configuration
    else {
        return None;
    };
    let (mut sets, mut rest) = (Vec::new(), rest);
    let mut take = |count: u8, rest: &mut &[u8]| {
        for _ in 0..count {
            let (length, behind) = rest.split_first_chunk()?;
            let (set, behind) = behind.split_at_checked(u16::from_be_bytes(*length).into())?;
            sets.push(set.to_vec());
            *rest = behind;
        }
        Some(())
    };
    take(sequences & 31, &mut rest)?;
    let (pictures, mut rest) = rest.split_first()?;
    take(*pictures, &mut rest)?;
    Some((usize::from(lengths & 3) + 1, sets))
}

/// The first two columns of the matrix at the beginning of what `tkhd` says of the shape (ISO/IEC 14496-12, 8.3.2).
fn matrix_of(shape: &[u8; 44]) -> [i32; 4] {
    [0, 4, 12, 16].map(|at| {
        let part = shape[at..].first_chunk().copied().unwrap_or_default();
        i32::from_be_bytes(part)
    })
}
