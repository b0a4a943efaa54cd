//! Files that are part of the program: default pictures and the demonstration clip. They are read like stored ones.

use std::sync::OnceLock;

use bytes::Bytes;
use douyin_core::{MediaKey, UserId, VideoId};

use crate::picture::{self, Motif};

/// Two seconds of H.264, 360 × 640, index first: under nine kilobytes.
pub const DEMO_CLIP: &[u8] = include_bytes!("../assets/clip.mp4");

const CLIP: &str = "demo/clip.mp4";

/// A kind of picture that is painted once and shared by many users or videos.
struct Pictures {
    folder_and_stem: &'static str,
    width: u32,
    height: u32,
    motif: Motif,
    /// So that no two kinds look alike.
    first_seed: u64,
    /// Made once: a page of the feed names two for each author.
    keys: OnceLock<[MediaKey; VARIANTS]>,
    /// Each is painted when it is asked for, in a few milliseconds.
    painted: [OnceLock<Bytes>; VARIANTS],
}

const VARIANTS: usize = 12;

static AVATARS: Pictures = Pictures {
    folder_and_stem: "default/avatar-",
    width: 240,
    height: 240,
    motif: Motif::Person,
    first_seed: 100,
    keys: OnceLock::new(),
    painted: [const { OnceLock::new() }; VARIANTS],
};

static BACKGROUNDS: Pictures = Pictures {
    folder_and_stem: "default/background-",
    width: 720,
    height: 405,
    motif: Motif::Plain,
    first_seed: 200,
    keys: OnceLock::new(),
    painted: [const { OnceLock::new() }; VARIANTS],
};

static DEMO_COVERS: Pictures = Pictures {
    folder_and_stem: "demo/cover-",
    width: 360,
    height: 640,
    motif: Motif::Play,
    first_seed: 300,
    keys: OnceLock::new(),
    painted: [const { OnceLock::new() }; VARIANTS],
};

impl Pictures {
    fn picture(&self, variant: usize) -> Bytes {
        let seed = self.first_seed + variant as u64;
        let paint = || picture::jpeg(self.width, self.height, seed, self.motif).into();
        self.painted[variant].get_or_init(paint).clone()
    }

    fn keys(&self) -> &[MediaKey; VARIANTS] {
        let key = |variant| MediaKey::new(format!("{}{variant}.jpg", self.folder_and_stem));
        self.keys.get_or_init(|| std::array::from_fn(key))
    }

    fn key(&self, id: i64) -> &MediaKey {
        // Ids end in a node and a sequence number; what stands before those spreads them.
        let variant = (id ^ (id >> 12)).unsigned_abs() % VARIANTS as u64;
        &self.keys()[usize::try_from(variant).expect("it is one of a dozen")]
    }

    fn find(&self, key: &str) -> Option<Bytes> {
        let variant = self.keys().iter().position(|found| found.as_str() == key)?;
        Some(self.picture(variant))
    }
}

/// The picture of a user who has none of their own.
#[must_use]
pub fn default_avatar(user: UserId) -> &'static MediaKey {
    AVATARS.key(user.get())
}

/// The picture behind the profile of a user who has none of their own.
#[must_use]
pub fn default_background(user: UserId) -> &'static MediaKey {
    BACKGROUNDS.key(user.get())
}

/// [`DEMO_CLIP`] as a file that any number of videos may name.
#[must_use]
pub fn demo_clip() -> MediaKey {
    MediaKey::new(CLIP)
}

/// A cover for a video that names [`demo_clip`].
#[must_use]
pub fn demo_cover(video: VideoId) -> MediaKey {
    DEMO_COVERS.key(video.get()).clone()
}

/// The contents and the media type of a file that is part of the program.
pub(crate) fn find(key: &str) -> Option<(Bytes, &'static str)> {
    if key == CLIP {
        return Some((Bytes::from_static(DEMO_CLIP), "video/mp4"));
    }
    [&AVATARS, &BACKGROUNDS, &DEMO_COVERS]
        .into_iter()
        .find_map(|pictures| pictures.find(key))
        .map(|bytes| (bytes, "image/jpeg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_picture_is_a_small_jpeg() {
        for number in 1..200 {
            let user = UserId::new(number).unwrap();
            let video = VideoId::new(number).unwrap();
            for key in [
                default_avatar(user),
                default_background(user),
                &demo_cover(video),
            ] {
                let (bytes, content_type) = find(key.as_str()).unwrap();
                assert_eq!(content_type, "image/jpeg");
                assert!(bytes.len() < 20 << 10, "{key} has {} bytes", bytes.len());
                assert_eq!(
                    image::guess_format(&bytes).unwrap(),
                    image::ImageFormat::Jpeg
                );
            }
        }
    }

    #[test]
    fn users_who_register_one_after_the_other_look_different() {
        let pictures: std::collections::HashSet<_> = (0..100)
            .map(|millis| default_avatar(UserId::new((5_000_000 + millis) << 12).unwrap()))
            .collect();
        assert_eq!(pictures.len(), VARIANTS);
    }

    #[test]
    fn there_are_no_others() {
        for key in [
            "default/avatar-12.jpg",
            "default/avatar-01.jpg",
            "default/avatar-.jpg",
            "demo/",
            "avatar-1.jpg",
        ] {
            assert!(find(key).is_none(), "{key}");
        }
    }
}
