use async_trait::async_trait;

use super::Result;
use crate::{NewVideo, Page, PageRequest, Timestamp, UserId, Video, VideoId};

/// Videos, by publication instant.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Videos: Send + Sync {
    /// Publishes a video and counts it in its author's `work_count`.
    ///
    /// Publication instants are unique over all videos: where another video has `at`, this one gets the first free
    /// instant after it. Answers the instant it got.
    ///
    /// # Errors
    /// `NotFound(User)` where the author does not exist.
    async fn publish(&self, video: NewVideo) -> Result<Timestamp>;

    /// A video as `viewer` sees it; `None` where there is none.
    async fn video(&self, viewer: Option<UserId>, video: VideoId) -> Result<Option<Video>>;

    /// All videos, newest first, by `(published_at, id)`.
    async fn feed(&self, viewer: Option<UserId>, page: PageRequest) -> Result<Page<Video>>;

    /// The videos of one author, newest first, by `(published_at, id)`.
    async fn published(
        &self,
        viewer: Option<UserId>,
        author: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>>;
}
