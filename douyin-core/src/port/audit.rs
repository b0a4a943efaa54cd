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
    /// `total_favorited` of a user: the likes of those of their videos that are not deleted.
    UserTotalFavorited,
    /// `work_count` of a user: their videos that are not deleted.
    UserWorks,
    /// `favorite_count` of a user; likes of deleted videos count until they are [forgotten](crate::Favorites::forget_favorites).
    UserFavorites,
    /// How many [bytes](crate::NewVideo::bytes) the videos of a user have.
    UserStoredBytes,
    /// `favorite_count` of a video.
    VideoFavorites,
    /// `comment_count` of a video.
    VideoComments,
}

impl Counter {
    /// Every counter, in order.
    pub const ALL: [Self; 8] = [
        Self::UserFollows,
        Self::UserFollowers,
        Self::UserTotalFavorited,
        Self::UserWorks,
        Self::UserFavorites,
        Self::UserStoredBytes,
        Self::VideoFavorites,
        Self::VideoComments,
    ];
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
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
        write!(f, "{counter} of {of} says {stored}, counted {counted}")
    }
}

/// Whether a store is there and tells the truth.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Audit: Send + Sync {
    /// Answers `Ok` if the store can be read and written right now.
    async fn ping(&self) -> Result<()>;

    /// Everybody's `counter` that disagrees with the rows it counts, by the id of its owner, as of one instant: always empty, or
    /// there is a bug.
    ///
    /// It may read every row that the counter counts, and delays no write meanwhile. The answer has one entry per wrong counter.
    async fn drift(&self, counter: Counter) -> Result<Vec<Drift>>;

    /// Moves everybody's `counter` by what it lacks or has too much, and answers what it corrected. What others write meanwhile
    /// is neither delayed nor lost: a counter is corrected by the difference, which stays right while rows come and go.
    ///
    /// `Unavailable` where another repair began meanwhile, or the store failed: what was corrected until then stays corrected, and the
    /// next repair finds the rest.
    async fn repair(&self, counter: Counter) -> Result<Vec<Drift>>;
}

/// The [drift](Audit::drift) of [every counter](Counter::ALL), each as of an instant of its own.
///
/// # Errors
/// The first that the store answers.
pub async fn drift_of_all(store: &(impl Audit + ?Sized)) -> Result<Vec<Drift>> {
    let mut drift = Vec::new();
    for counter in Counter::ALL {
        drift.append(&mut store.drift(counter).await?);
    }
    Ok(drift)
}
