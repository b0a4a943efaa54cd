use douyin_core::VideoId;

use crate::VideoInfo;
use crate::picture::{self, Motif};

/// The sides of a generated cover are at most these.
const WIDEST: u32 = 360;
const HIGHEST: u32 = 640;
/// However narrow the video.
const NARROWEST: u32 = 120;

/// A picture in the shape of the video, the same for the same id.
pub(super) fn cover(id: VideoId, info: &VideoInfo) -> Vec<u8> {
    let (width, height) = size(info.width, info.height);
    picture::jpeg(width, height, id.get().unsigned_abs(), Motif::Play)
}

fn size(width: u32, height: u32) -> (u32, u32) {
    let (width, height) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let high = u64::from(WIDEST) * height / width;
    let (width, height) = if high <= u64::from(HIGHEST) {
        (u64::from(WIDEST), high)
    } else {
        (u64::from(HIGHEST) * width / height, u64::from(HIGHEST))
    };
    let side = |pixels: u64| u32::try_from(pixels).unwrap_or(HIGHEST).max(NARROWEST);
    (side(width), side(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_has_the_shape_of_its_video() {
        assert_eq!(size(1080, 1920), (360, 640));
        assert_eq!(size(1920, 1080), (360, 202));
        assert_eq!(size(100, 100), (360, 360));
        assert_eq!(size(1, 10_000), (120, 640));
        assert_eq!(size(10_000, 1), (360, 120));
    }
}
