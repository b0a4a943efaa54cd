use douyin_media::DEMO_CLIP;

/// A video of so many bytes, of which no stretch looks like another: the clip, and a box that players skip.
pub(crate) fn video(length: usize) -> Vec<u8> {
    let mut video = DEMO_CLIP.to_vec();
    let filler = length - video.len();
    video.extend(u32::try_from(filler).unwrap().to_be_bytes());
    video.extend(b"free");
    let mut random = fastrand::Rng::with_seed(length as u64);
    video.resize_with(length, || random.u8(..));
    video
}
