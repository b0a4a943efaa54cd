use async_trait::async_trait;

use super::Result;
use crate::{Change, Mark, Marks, Page, PageRequest, Timestamp, UserId, Video, VideoId};

/// Likes.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Favorites: Send + Sync {
    /// Sets whether `user` likes `video`, and moves three counters by what changed: the video's and the user's
    /// `favorite_count`, and the video's author's `total_favorited`.
    ///
    /// A like that stands already keeps its instant. Of several marks at once each is answered as if they had happened
    /// one after the other, in some order.
    ///
    /// # Errors
    /// `NotFound(User)` or `NotFound(Video)`, for either mark, where one does not exist.
    async fn mark_favorite(
        &self,
        user: UserId,
        video: VideoId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change>;

    /// Forgets at most `limit` likes of a deleted video, moves the `favorite_count` of the video and of those who liked it, and answers
    /// how many it forgot: 0 also where the video is not deleted, or never was.
    async fn forget_favorites(&self, video: VideoId, limit: u32) -> Result<u32>;

    /// The videos that `user` likes, latest like first, by `(instant of the like, video id)`.
    async fn favorites(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>>;

    /// Which of these videos `viewer` likes, and which of these users they follow, as of one instant: what
    /// [`Video::is_favorite`] and [`User::is_follow`](crate::User::is_follow) are for them in a list that somebody else has read.
    /// Ids that nobody has are among neither, and whose id nobody has neither likes nor follows.
    async fn marks_of(&self, viewer: UserId, videos: &[VideoId], users: &[UserId])
    -> Result<Marks>;
}
