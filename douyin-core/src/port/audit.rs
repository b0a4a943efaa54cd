use std::fmt;

use async_trait::async_trait;

use super::Result;

/// A counter that a store keeps beside the rows it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counter {
    /// `follow_count` of a user.
    UserFollows,
    /// `follower_count` of a user.
    UserFollowers,
    /// `total_favorited` of a user.
    UserTotalFavorited,
    /// `work_count` of a user.
    UserWorks,
    /// `favorite_count` of a user.
    UserFavorites,
    /// `favorite_count` of a video.
    VideoFavorites,
    /// `comment_count` of a video.
    VideoComments,
}

/// A counter that disagrees with the rows it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drift {
    /// Which counter.
    pub counter: Counter,
    /// The id of the user or video that it belongs to.
    pub of: i64,
    /// What the counter says.
    pub stored: i64,
    /// How many rows there are.
    pub counted: i64,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            counter,
            of,
            stored,
            counted,
        } = self;
        write!(f, "{counter:?} of {of} says {stored}, counted {counted}")
    }
}

/// Whether a store is there and tells the truth.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Audit: Send + Sync {
    /// Answers `Ok` if the store can be read and written right now.
    async fn ping(&self) -> Result<()>;

    /// Every counter that disagrees with the rows it counts, as of one instant: always empty, or there is a bug.
    async fn drift(&self) -> Result<Vec<Drift>>;

    /// Sets every counter to what its rows count, as of one instant. Answers what it corrected.
    async fn repair(&self) -> Result<Vec<Drift>>;
}
