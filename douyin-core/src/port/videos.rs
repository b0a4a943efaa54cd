use async_trait::async_trait;

use super::Result;
use crate::{
    Change, Claim, Completion, NewVideo, Page, PageRequest, PreparedMedia, Timestamp, UserId,
    Video, VideoDeletion, VideoId,
};

/// Videos, by publication instant.
///
/// A video that was deleted is none any more, for every method of every port; only its row stays.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Videos: Send + Sync {
    /// Publishes a video, counts it in its author's `work_count` and what they have stored, and adds its job.
    ///
    /// Publication instants are unique over all videos: where another video has `at`, this one gets the first free
    /// instant after it. Answers the instant it got.
    ///
    /// # Errors
    /// In each case nothing is done. `NotFound(User)` where the author does not exist. `Taken` where there is a video of this id, or was
    /// one that was deleted. Otherwise `OverQuota` where the author would have stored more bytes than [`NewVideo::quota`], also when
    /// they publish several at once.
    async fn publish(&self, video: NewVideo) -> Result<Timestamp>;

    /// Deletes a video at an instant, adds the jobs and removes those that have failed to prepare it: it is in no list any more, and its
    /// author's `work_count`, `total_favorited` and stored bytes are without it. Its likes still count for those who gave them until they are
    /// [forgotten](crate::Favorites::forget_favorites). `Unchanged` where it was deleted before; of several callers at once, exactly
    /// one is answered `Applied`.
    ///
    /// # Errors
    /// `NotFound(Video)` where there never was one.
    async fn delete_video(&self, deletion: VideoDeletion) -> Result<Change>;

    /// Gives a video what was made of it, adds a job to [remove](crate::Task::RemoveFile) each file that was replaced by another one, and
    /// removes the job of the claim.
    ///
    /// # Errors
    /// `NotFound(Video)` where the claim is held and its task is not to prepare a video that there has been.
    async fn complete_preparation(&self, claim: &Claim, media: PreparedMedia)
    -> Result<Completion>;

    /// How many bytes the videos of an author have; 0 for nobody.
    async fn stored_bytes(&self, author: UserId) -> Result<u64>;

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
