use std::io::Cursor;

use image::error::ImageError;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

use crate::PictureLimits;

/// What is seen through a picture.
const BEHIND: u32 = 255;

/// Why a file is not a picture that is taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotAPicture {
    /// It begins like none of the formats.
    #[error("not a picture: neither JPEG, PNG, WebP nor GIF")]
    Unrecognised,
    /// It has more pixels than are allowed, or takes more memory.
    #[error("the picture has too many pixels")]
    Excessive,
    /// It contradicts its format, or ends too early.
    #[error("the picture cannot be read: {0}")]
    Malformed(String),
}

impl From<ImageError> for NotAPicture {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::Excessive,
            error => Self::Malformed(error.to_string()),
        }
    }
}

/// Decodes a picture, turns it upright and puts it on white. Nothing is decoded before its size is known and allowed.
pub(super) fn decode(bytes: &[u8], limits: &PictureLimits) -> Result<DynamicImage, NotAPicture> {
    let Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif)) =
        image::guess_format(bytes)
    else {
        return Err(NotAPicture::Unrecognised);
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut bounds = Limits::no_limits();
    bounds.max_image_width = Some(limits.side);
    bounds.max_image_height = Some(limits.side);
    bounds.max_alloc = Some(limits.memory_bytes);
    reader.limits(bounds);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(NotAPicture::Malformed("it has no size".to_owned()));
    }
    if u64::from(width) * u64::from(height) > limits.pixels {
        return Err(NotAPicture::Excessive);
    }
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(if picture.color().has_alpha() {
        on_white(picture).into()
    } else {
        picture
    })
}

fn on_white(picture: DynamicImage) -> RgbImage {
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [colours @ .., alpha] = picture.get_pixel(x, y).0;
        let alpha = u32::from(alpha);
        Rgb(colours.map(|colour| {
            let mixed = (u32::from(colour) * alpha + BEHIND * (255 - alpha)) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        }))
    })
}
