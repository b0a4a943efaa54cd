//! Pictures painted by code: gradients with a simple shape, the same for the same seed everywhere.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// What stands in the middle of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motif {
    /// Nothing.
    Plain,
    /// Head and shoulders.
    Person,
    /// A triangle in a circle.
    Play,
}

/// Red, green and blue in 0..=1.
type Colour = [f32; 3];

/// A disc; everything in units of the picture's shorter side, from its middle.
struct Disc {
    x: f32,
    y: f32,
    radius: f32,
}

impl Disc {
    /// How much of a point is covered: 1 inside, 0 outside, in between within `edge` of the rim.
    fn cover(&self, x: f32, y: f32, edge: f32) -> f32 {
        let distance = (x - self.x).hypot(y - self.y) - self.radius;
        (0.5 - distance / edge).clamp(0.0, 1.0)
    }
}

/// A JPEG of a few kilobytes.
pub(crate) fn jpeg(width: u32, height: u32, seed: u64, motif: Motif) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(16 << 10);
    JpegEncoder::new_with_quality(&mut bytes, 82)
        .encode_image(&paint(width, height, seed, motif))
        .expect("a picture of a few hundred pixels a side is encoded into memory");
    bytes
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides are below 2^16 and colours are clamped to 0..=255"
)]
fn paint(width: u32, height: u32, seed: u64, motif: Motif) -> RgbImage {
    let mut random = SplitMix(seed);
    let hue = random.unit();
    let from = colour(hue, 0.72, 0.56);
    let to = colour(hue + 0.10 + 0.12 * random.unit(), 0.70, 0.42);
    let glow = colour(hue + 0.5, 0.60, 0.70);
    let discs: [Disc; 3] = std::array::from_fn(|_| Disc {
        x: 1.2 * random.unit() - 0.6,
        y: 1.6 * random.unit() - 0.8,
        radius: 0.12 + 0.25 * random.unit(),
    });
    let shorter = width.min(height).max(1) as f32;
    let pixel = 1.5 / shorter;
    RgbImage::from_fn(width, height, |column, row| {
        let x = (column as f32 + 0.5 - width as f32 / 2.0) / shorter;
        let y = (row as f32 + 0.5 - height as f32 / 2.0) / shorter;
        let along = f32::midpoint(column as f32 / width as f32, row as f32 / height as f32);
        let mut colour = mix(from, to, along);
        for disc in &discs {
            colour = mix(colour, glow, 0.16 * disc.cover(x, y, 0.06));
        }
        let white = 0.88 * shape(motif, x, y, pixel);
        let colour = mix(colour, [1.0; 3], white);
        Rgb(colour.map(|part| (part * 255.0).round().clamp(0.0, 255.0) as u8))
    })
}

/// How much of a point the motif covers.
fn shape(motif: Motif, x: f32, y: f32, pixel: f32) -> f32 {
    match motif {
        Motif::Plain => 0.0,
        Motif::Person => {
            let head = Disc {
                x: 0.0,
                y: -0.10,
                radius: 0.17,
            };
            let shoulders = Disc {
                x: 0.0,
                y: 0.46,
                radius: 0.34,
            };
            head.cover(x, y, pixel).max(shoulders.cover(x, y, pixel))
        }
        Motif::Play => {
            let ring = Disc {
                x: 0.0,
                y: 0.0,
                radius: 0.17,
            }
            .cover(x, y, pixel)
                - Disc {
                    x: 0.0,
                    y: 0.0,
                    radius: 0.15,
                }
                .cover(x, y, pixel);
            let from_left = x + 0.05;
            let from_slope = (0.095 - x) * 0.5 - y.abs() * 0.87;
            let triangle = (0.5 + from_left.min(from_slope) / pixel).clamp(0.0, 1.0);
            ring.max(triangle)
        }
    }
}

fn mix(one: Colour, other: Colour, share: f32) -> Colour {
    std::array::from_fn(|part| one[part] + (other[part] - one[part]) * share)
}

/// From hue (whole turns), saturation and lightness.
fn colour(hue: f32, saturation: f32, lightness: f32) -> Colour {
    let reach = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|offset: f32| {
        let place = (offset + hue.fract() * 12.0) % 12.0;
        lightness - reach * (place - 3.0).min(9.0 - place).clamp(-1.0, 1.0)
    })
}

/// Sebastiano Vigna's `SplitMix64`: well-spread numbers even from seeds that follow each other.
struct SplitMix(u64);

impl SplitMix {
    /// In 0..1.
    #[allow(clippy::cast_precision_loss, reason = "24 bits fit a float exactly")]
    fn unit(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        (z >> 40) as f32 / (1_u64 << 24) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_a_small_jpeg_of_the_size_asked_for() {
        for (width, height) in [(256, 256), (360, 640), (640, 200), (1, 1)] {
            let bytes = jpeg(width, height, 7, Motif::Play);
            assert!(bytes.len() < 24 << 10, "{} bytes", bytes.len());
            let picture = image::load_from_memory(&bytes).unwrap();
            assert_eq!((picture.width(), picture.height()), (width, height));
        }
    }

    #[test]
    fn the_same_seed_paints_the_same_picture_and_another_one_another() {
        assert_eq!(
            paint(64, 64, 1, Motif::Person),
            paint(64, 64, 1, Motif::Person)
        );
        assert_ne!(
            paint(64, 64, 1, Motif::Person),
            paint(64, 64, 2, Motif::Person)
        );
    }

    #[test]
    fn a_motif_shows() {
        let plain = paint(64, 64, 1, Motif::Plain);
        for motif in [Motif::Person, Motif::Play] {
            assert_ne!(paint(64, 64, 1, motif), plain, "{motif:?}");
        }
    }
}
