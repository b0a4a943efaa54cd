//! Names of stored files: made here, never taken from a client.

use std::fmt;

use douyin_core::{JobId, MediaKey, PictureId, VideoId};

use crate::Container;

const CONTAINERS: [Container; 3] = [Container::Mp4, Container::Mov, Container::WebM];

/// The folders that files are stored in.
pub(crate) const FOLDERS: [&str; 5] = ["videos", "covers", "plain", "streams", "pictures"];

/// What the playlist that leads to all others of a stream is called, but for its ending.
pub(crate) const MAIN: &str = "main";
/// What a stream calls the upload itself, cut into segments.
pub(crate) const SOURCE: &str = "source";
/// What else a stream may hold: smaller pictures, by the pixels of their shorter side.
const SMALLER: [&str; 2] = ["720", "480"];

/// The media type of playlists (RFC 8216, 4).
pub(crate) const PLAYLIST: &str = "application/vnd.apple.mpegurl";

/// One attempt at preparing a video. No other attempt ever writes files of the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Run {
    /// The job that it is an attempt of.
    pub job: JobId,
    /// Which attempt.
    pub attempt: u32,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.job, self.attempt)
    }
}

pub(crate) fn video(id: VideoId, container: Container) -> MediaKey {
    MediaKey::new(format!("videos/{id}.{}", container.extension()))
}

pub(crate) fn cover(id: VideoId) -> MediaKey {
    MediaKey::new(format!("covers/{id}.jpg"))
}

/// A picture that a user uploaded, as everybody can show it.
pub(crate) fn picture(id: PictureId) -> MediaKey {
    MediaKey::new(format!("pictures/{id}.jpg"))
}

/// An MP4 that was made of an upload which not every client plays.
pub(crate) fn plain(id: VideoId, run: Run) -> MediaKey {
    MediaKey::new(format!("plain/{id}/{run}.mp4"))
}

/// A file of a stream: a playlist (`m3u8`) or a rendition (`mp4`).
pub(crate) fn stream(id: VideoId, run: Run, name: &str, extension: &str) -> MediaKey {
    MediaKey::new(format!("streams/{id}/{run}/{name}.{extension}"))
}

/// What the names of all attempts of a job begin with, and no others.
pub(crate) fn runs_of(job: JobId) -> String {
    format!("{job}-")
}

/// The folders that hold what was prepared of a video.
pub(crate) fn prepared(id: VideoId) -> [String; 2] {
    [format!("plain/{id}"), format!("streams/{id}")]
}

/// The folder of the stream that a file belongs to; `None` where it is of none.
pub(crate) fn stream_folder(key: &MediaKey) -> Option<&str> {
    content_type(key.as_str())?;
    let (folder, _) = key.as_str().rsplit_once('/')?;
    folder.starts_with("streams/").then_some(folder)
}

/// Every name that the files of an upload can have.
pub(crate) fn all_of(id: VideoId) -> impl Iterator<Item = MediaKey> {
    let videos = CONTAINERS.map(|container| video(id, container));
    let covers = ["jpg", "webp"].map(|extension| MediaKey::new(format!("covers/{id}.{extension}")));
    videos.into_iter().chain(covers)
}

/// What the same picture is called as a WebP; `None` where there never is one.
pub(crate) fn webp_of(key: &MediaKey) -> Option<MediaKey> {
    let picture = key.as_str().strip_suffix("jpg")?;
    content_type(key.as_str()).map(|_| MediaKey::new(format!("{picture}webp")))
}

/// The media type of a file by its name; `None` for what is not a name of this crate.
pub(crate) fn content_type(key: &str) -> Option<&'static str> {
    let (folder, path) = key.split_once('/')?;
    let (path, extension) = path.rsplit_once('.')?;
    let mut names = path.split('/');
    if !is_number(names.next()?, 16) {
        return None;
    }
    let (second, third, fourth) = (names.next(), names.next(), names.next());
    match (folder, second, third, fourth, extension) {
        ("videos", None, ..) => video_type(extension),
        ("covers" | "pictures", None, _, _, "jpg") => Some("image/jpeg"),
        ("covers" | "pictures", None, _, _, "webp") => Some("image/webp"),
        ("plain", Some(run), None, _, "mp4") if is_run(run) => Some("video/mp4"),
        ("streams", Some(run), Some(name), None, _) if is_run(run) => stream_type(name, extension),
        _ => None,
    }
}

fn video_type(extension: &str) -> Option<&'static str> {
    match extension {
        "mp4" => Some("video/mp4"),
        "mov" => Some("video/quicktime"),
        "webm" => Some("video/webm"),
        _ => None,
    }
}

fn stream_type(name: &str, extension: &str) -> Option<&'static str> {
    let is_rendition = name == SOURCE || SMALLER.contains(&name);
    match extension {
        "mp4" if is_rendition => Some("video/mp4"),
        "m3u8" if is_rendition || name == MAIN => Some(PLAYLIST),
        _ => None,
    }
}

fn is_run(name: &str) -> bool {
    let parts = name.split_once('-');
    parts.is_some_and(|(job, attempt)| is_number(job, 16) && is_number(attempt, 10))
}

fn is_number(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_given_out_is_known() {
        let id = VideoId::new(42).unwrap();
        let run = Run {
            job: JobId::new(7).unwrap(),
            attempt: 2,
        };
        let renditions = [SOURCE, "720", "480"]
            .into_iter()
            .flat_map(|name| ["m3u8", "mp4"].map(|extension| stream(id, run, name, extension)));
        let picture = picture(PictureId::new(9).unwrap());
        let smaller = [&cover(id), &picture].map(|key| webp_of(key).unwrap());
        let others = [plain(id, run), stream(id, run, MAIN, "m3u8"), picture];
        let others = others.into_iter().chain(smaller);
        for key in all_of(id).chain(renditions).chain(others) {
            assert!(content_type(key.as_str()).is_some(), "{key}");
        }
        assert_eq!(all_of(id).count(), 5);
        assert_eq!(plain(id, run).as_str(), "plain/42/7-2.mp4");
        let main = stream(id, run, MAIN, "m3u8");
        assert_eq!(stream_folder(&main), Some("streams/42/7-2"));
        assert_eq!(stream_folder(&plain(id, run)), None);
        assert_eq!(stream_folder(&MediaKey::new("streams/42")), None);
    }

    #[test]
    fn pictures_that_are_stored_may_be_there_as_webp_and_nothing_else() {
        let webp = |key| webp_of(&MediaKey::new(key));
        let known = |key| Some(MediaKey::new(key));
        assert_eq!(webp("covers/1.jpg"), known("covers/1.webp"));
        assert_eq!(webp("pictures/1.jpg"), known("pictures/1.webp"));
        for other in [
            "covers/1.webp",
            "videos/1.mp4",
            "covers/a.jpg",
            "demo/1.jpg",
            "jpg",
        ] {
            assert_eq!(webp(other), None, "{other}");
        }
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
            "videos/1/1-1.mp4",
            "covers/1.png",
            "pictures/1.gif",
            "pictures/1/1-1.jpg",
            "plain/1.mp4",
            "plain/1/1.mp4",
            "plain/1/1-.mp4",
            "plain/1/-1.mp4",
            "plain/1/1-1-1.mp4",
            "plain/1/1-1.mov",
            "plain/1/../1-1.mp4",
            "streams/1/1-1.mp4",
            "streams/1/1-1/main.mp4",
            "streams/1/1-1/other.m3u8",
            "streams/1/1-1/source.ts",
            "streams/1/1-1/source/1.mp4",
            "streams/1/1-1/../main.m3u8",
            "streams/1/12345678901234567-1/main.m3u8",
        ] {
            assert_eq!(content_type(key), None, "{key:?}");
        }
    }
}
