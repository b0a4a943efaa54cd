//! Pictures as files. Only pixels that this crate made or decoded itself come here: the WebP encoder is C.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, ImageResult, RgbImage};

/// What people cannot tell from the original on a phone, of 100.
const JPEG_QUALITY: u8 = 85;
/// Looks the same in about two thirds of the bytes.
const WEBP_QUALITY: f32 = 78.0;

pub(crate) fn jpeg(picture: &RgbImage) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::with_capacity(64 << 10);
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(picture)?;
    Ok(bytes)
}

/// A JPEG of our own as a WebP; `None` where that fails or would take as many bytes.
pub(crate) fn smaller_webp(jpeg: &[u8]) -> Option<Vec<u8>> {
    let picture = image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg);
    let webp = webp(&picture.ok()?.into_rgb8())?;
    (webp.len() < jpeg.len()).then_some(webp)
}

fn webp(picture: &RgbImage) -> Option<Vec<u8>> {
    let (width, height) = picture.dimensions();
    let encoded =
        webp::Encoder::from_rgb(picture, width, height).encode_simple(false, WEBP_QUALITY);
    match encoded {
        Ok(bytes) => Some(bytes.to_vec()),
        Err(error) => {
            tracing::warn!(
                ?error,
                width,
                height,
                "a picture could not be encoded as WebP"
            );
            None
        }
    }
}
