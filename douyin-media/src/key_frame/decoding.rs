use image::{Rgb, RgbImage};
use openh264::decoder::{DecodedYUV, Decoder};
use openh264::formats::YUVSource as _;

use super::parameter_set::{self, ParameterSet};
use super::source::Source;

/// Pixels of a frame, at most: those of H.264's level 5.2 (ITU-T H.264, table A-1), the highest that the decoder knows.
const MOST_PIXELS: u64 = 36_864 * 256;
/// A picture is taken at once where its luminance is spread by so much: hardly anything that is black, white or grey all over is.
const ENOUGH_TO_SEE: f64 = 12.0;

/// Why nothing was decoded.
#[derive(Debug, thiserror::Error)]
pub(super) enum DecodingError {
    #[error("its frames have too many pixels, or a form that is not decoded")]
    Form,
    #[error("the decoder: {0}")]
    Decoder(#[from] openh264::Error),
    #[error("none of its key frames is a picture")]
    NoPicture,
}

/// The first of the key frames with something to see on it, or else the one with most.
pub(super) fn best_picture(source: &Source) -> Result<RgbImage, DecodingError> {
    let set = source
        .parameter_sets
        .iter()
        .find(|unit| unit.first().is_some_and(|first| first & 0x1F == 7))
        .and_then(|unit| parameter_set::read(unit))
        .filter(|set| u64::from(set.width) * u64::from(set.height) <= MOST_PIXELS)
        .ok_or(DecodingError::Form)?;
    let mut decoder = Decoder::new()?;
    let mut best = None;
    for key_frame in &source.frames {
        let units = source
            .parameter_sets
            .iter()
            .map(Vec::as_slice)
            .chain(source.units(key_frame));
        // Broken ones may be followed by others.
        let Ok(Some(frame)) = decoder.decode(&stream_of(units)) else {
            continue;
        };
        let Some(picture) = Picture::of(&frame, set) else {
            continue;
        };
        let spread = picture.spread();
        if best.as_ref().is_none_or(|(most, _)| spread > *most) {
            best = Some((spread, picture.to_rgb()));
        }
        if spread > ENOUGH_TO_SEE {
            break;
        }
    }
    best.map(|(_, picture)| picture)
        .ok_or(DecodingError::NoPicture)
}

/// Units as a stream has them, each behind a mark (ITU-T H.264, B.1.1).
fn stream_of<'a>(units: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    units.fold(Vec::new(), |mut stream, unit| {
        stream.extend([0, 0, 0, 1]);
        stream.extend(unit);
        stream
    })
}

/// A decoded frame: luminance of every pixel, and two colours of every four.
struct Picture<'a> {
    width: u32,
    height: u32,
    luma: Plane<'a>,
    blue: Plane<'a>,
    red: Plane<'a>,
    set: ParameterSet,
}

/// Bytes of a row, and all bytes.
struct Plane<'a>(usize, &'a [u8]);

impl Plane<'_> {
    fn at(&self, x: u32, y: u32) -> f32 {
        // Sides are below 2^16; outside of it there is nothing to see.
        f32::from(
            self.1
                .get(y as usize * self.0 + x as usize)
                .copied()
                .unwrap_or(0),
        )
    }
}

impl<'a> Picture<'a> {
    fn of(decoded: &'a DecodedYUV<'a>, set: ParameterSet) -> Option<Self> {
        let (width, height) = decoded.dimensions();
        let (rows, blue_rows, red_rows) = decoded.strides();
        Some(Self {
            width: u32::try_from(width)
                .ok()
                .filter(|side| (1..=set.width).contains(side))?,
            height: u32::try_from(height)
                .ok()
                .filter(|side| (1..=set.height).contains(side))?,
            luma: Plane(rows, decoded.y()),
            blue: Plane(blue_rows, decoded.u()),
            red: Plane(red_rows, decoded.v()),
            set,
        })
    }

    /// How far its luminance is from being the same everywhere (standard deviation), by a raster of 64 × 64 points.
    fn spread(&self) -> f64 {
        let points = (0..64 * 64).map(|point| {
            let (x, y) = (point % 64 * self.width / 64, point / 64 * self.height / 64);
            f64::from(self.luma.at(x, y))
        });
        let (sum, squares) = points.fold((0.0, 0.0), |(sum, squares), luma| {
            (sum + luma, squares + luma * luma)
        });
        let mean = sum / 4096.0;
        (squares / 4096.0 - mean * mean).max(0.0).sqrt()
    }

    /// (E.2.1, equations E-4 and on)
    fn to_rgb(&self) -> RgbImage {
        let (of_red, of_blue) = match self.set.matrix {
            1 => (0.2126, 0.0722),
            4 => (0.30, 0.11),
            5 | 6 => (0.299, 0.114),
            7 => (0.212, 0.087),
            9 | 10 => (0.2627, 0.0593),
            // What players assume: that of television, by its size.
            _ if self.height.min(self.width) >= 720 => (0.2126, 0.0722),
            _ => (0.299, 0.114),
        };
        let of_green = 1.0 - of_red - of_blue;
        let (darkest, luma_scale, colour_scale) = if self.set.is_full_range {
            (0.0, 1.0, 1.0)
        } else {
            (16.0, 255.0 / 219.0, 255.0 / 224.0)
        };
        RgbImage::from_fn(self.width, self.height, |x, y| {
            let luma = (self.luma.at(x, y) - darkest) * luma_scale;
            let blue = (self.blue.at(x / 2, y / 2) - 128.0) * colour_scale * 2.0 * (1.0 - of_blue);
            let red = (self.red.at(x / 2, y / 2) - 128.0) * colour_scale * 2.0 * (1.0 - of_red);
            let green = (of_blue * blue + of_red * red) / of_green;
            Rgb([luma + red, luma - green, luma + blue].map(byte))
        })
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is within 0..=255 by then"
)]
fn byte(part: f32) -> u8 {
    part.round().clamp(0.0, 255.0) as u8
}
