//! Names of stored files: made here, never taken from a client.

use douyin_core::{MediaKey, VideoId};

use crate::Container;

const CONTAINERS: [Container; 3] = [Container::Mp4, Container::Mov, Container::WebM];

/// The folders that files are stored in.
pub(crate) const FOLDERS: [&str; 2] = ["videos", "covers"];

pub(crate) fn video(id: VideoId, container: Container) -> MediaKey {
    MediaKey::new(format!("videos/{id}.{}", container.extension()))
}

pub(crate) fn cover(id: VideoId) -> MediaKey {
    MediaKey::new(format!("covers/{id}.jpg"))
}

/// Every name that the files of a video can have.
pub(crate) fn all_of(id: VideoId) -> impl Iterator<Item = MediaKey> {
    let videos = CONTAINERS.map(|container| video(id, container));
    videos.into_iter().chain([cover(id)])
}

/// The media type of a file by its name; `None` for what is not a name of this crate.
pub(crate) fn content_type(key: &str) -> Option<&'static str> {
    let (folder, name) = key.split_once('/')?;
    let (id, extension) = name.split_once('.')?;
    if id.is_empty() || id.len() > 16 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match (folder, extension) {
        ("videos", "mp4") => Some("video/mp4"),
        ("videos", "mov") => Some("video/quicktime"),
        ("videos", "webm") => Some("video/webm"),
        ("covers", "jpg") => Some("image/jpeg"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_given_out_is_known() {
        let id = VideoId::new(42).unwrap();
        for key in all_of(id) {
            assert!(content_type(key.as_str()).is_some(), "{key}");
        }
        assert_eq!(all_of(id).count(), 4);
    }

    #[test]
    fn no_other_name_is_known() {
        for key in [
            "",
            "/",
            "videos",
            "videos/",
            "videos/.mp4",
            "videos/a.mp4",
            "videos/1.mp4/",
            "videos/1",
            "videos/1.jpg",
            "videos/../1.mp4",
            "/videos/1.mp4",
            "videos//1.mp4",
            "videos/1.mp4\0",
            "videos/-1.mp4",
            "videos/+1.mp4",
            "covers/1.mp4",
            "covers/1.JPG",
            "staging/1.mp4",
            "videos/12345678901234567.mp4",
            "videos/１.mp4",
        ] {
            assert_eq!(content_type(key), None, "{key:?}");
        }
    }
}
