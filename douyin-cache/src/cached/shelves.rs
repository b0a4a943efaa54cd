//! Everything that is remembered, by kind.

use std::sync::Arc;

use douyin_core::{Comment, Marks, User, UserId, Video, VideoId};

use super::card::{CardPage, Members};
use super::options::CacheOptions;
use super::shelf::Shelf;
use super::stats::{CacheStats, Tally};
use super::versions::Versions;

/// The shelves of one configuration. What they count, and the versions that they judge by, outlive them.
pub(super) struct Shelves {
    pub(super) options: CacheOptions,
    /// By the limit of the page.
    pub(super) feed: Shelf<u32, CardPage<Video>>,
    /// By the video, and the limit of the page.
    pub(super) comments: Shelf<(VideoId, u32), CardPage<Comment>>,
    /// By who looks, if that matters, and at whom.
    pub(super) profiles: Shelf<(Option<UserId>, UserId), Option<User>>,
    pub(super) videos: Shelf<VideoId, Option<Video>>,
    /// By who looks, and at what.
    pub(super) marks: Shelf<(UserId, Arc<Members>), Marks>,
}

/// A tally for each shelf.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    feed: Arc<Tally>,
    comments: Arc<Tally>,
    profiles: Arc<Tally>,
    videos: Arc<Tally>,
    marks: Arc<Tally>,
}

impl Shelves {
    pub(super) fn new(options: CacheOptions, versions: &Arc<Versions>, tallies: &Tallies) -> Self {
        let (max_age, entries) = (options.max_age, options.entries);
        let parts =
            |tally: &Arc<Tally>| (Arc::clone(versions), Arc::clone(tally), max_age, entries);
        macro_rules! shelf {
            ($name:ident) => {{
                let (versions, tally, max_age, entries) = parts(&tallies.$name);
                Shelf::new(versions, tally, max_age, entries)
            }};
        }
        Self {
            feed: shelf!(feed),
            comments: shelf!(comments),
            profiles: shelf!(profiles),
            videos: shelf!(videos),
            marks: shelf!(marks),
            options,
        }
    }

    pub(super) fn stats(&self) -> CacheStats {
        CacheStats {
            feed: self.feed.stats(),
            comments: self.comments.stats(),
            profiles: self.profiles.stats(),
            videos: self.videos.stats(),
            marks: self.marks.stats(),
        }
    }
}
