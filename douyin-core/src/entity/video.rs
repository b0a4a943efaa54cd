use std::fmt;
use std::sync::Arc;

use crate::{JobId, NewJob, Task, Timestamp, Title, User, UserId, VideoId};

/// Where a media file lies in the media storage: a relative path such as `videos/42.mp4`.
///
/// Core and stores pass it through; whoever serves media makes a URL of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MediaKey(Arc<str>);

impl MediaKey {
    /// Wraps a path, of at most 1024 characters and without NUL: not every database can hold more.
    #[must_use]
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self(path.into())
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MediaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A video to publish; its media is stored already.
#[derive(Debug, Clone)]
pub struct NewVideo {
    /// Made by core, never used before.
    pub id: VideoId,
    /// Who publishes it.
    pub author: UserId,
    /// Its title; may be empty.
    pub title: Title,
    /// The video file.
    pub play: MediaKey,
    /// The picture shown before it plays.
    pub cover: MediaKey,
    /// When; the store moves it forward where another video has that instant.
    pub at: Timestamp,
    /// How large its file is, in bytes; counts in what its author has stored.
    pub bytes: u64,
    /// The most bytes that its author may have stored with it; `None` where that does not matter.
    pub quota: Option<u64>,
    /// What is to be done with it from then on.
    pub job: Option<NewJob>,
}

/// A video to delete.
#[derive(Debug, Clone)]
pub struct VideoDeletion {
    /// Which.
    pub video: VideoId,
    /// When.
    pub at: Timestamp,
    /// What is to be done about it from then on.
    pub jobs: Vec<NewJob>,
}

/// What was made of a video for players.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedMedia {
    /// The video file from now on; `None` where it stays.
    pub play: Option<MediaKey>,
    /// What streams it from now on; `None` where that stays as it is.
    pub stream: Option<MediaKey>,
    /// For the jobs that remove a file, and a stream, that were replaced.
    pub removals: [JobId; 2],
    /// When these are due: players still have what was replaced open.
    pub remove_at: Timestamp,
}

impl PreparedMedia {
    /// The jobs that remove what it takes the place of, for a video that has these files.
    #[must_use]
    pub fn removals_of(&self, play: &MediaKey, stream: Option<&MediaKey>) -> Vec<NewJob> {
        let files = [
            (Some(play), self.play.as_ref()),
            (stream, self.stream.as_ref()),
        ];
        let removals = files.into_iter().zip(self.removals);
        removals
            .filter_map(|((old, new), id)| {
                let old = old.filter(|old| new.is_some_and(|new| new != *old))?;
                Some(NewJob {
                    id,
                    task: Task::RemoveFile(old.clone()),
                    due: self.remove_at,
                })
            })
            .collect()
    }
}

/// What became of a preparation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// The video has what was made of it, and the job is done.
    Done,
    /// The video is deleted; the job is done, and what was made of it belongs to nobody.
    Deleted,
    /// The claim is no longer held. Nothing was done, and what was made of it belongs to nobody.
    Lost,
}

/// A video as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Video {
    /// Which.
    pub id: VideoId,
    /// Who published it, as the viewer sees them.
    pub author: User,
    /// Its title.
    pub title: String,
    /// The video file.
    pub play: MediaKey,
    /// The picture shown before it plays.
    pub cover: MediaKey,
    /// What streams it in pieces, where that has been made: an HLS playlist.
    pub stream: Option<MediaKey>,
    /// How many users like it.
    pub favorite_count: i64,
    /// How many comments stand below it.
    pub comment_count: i64,
    /// Whether the viewer likes it; false for anonymous viewers.
    pub is_favorite: bool,
    /// The instant that the feed orders it by; no other video has the same.
    pub published_at: Timestamp,
}
