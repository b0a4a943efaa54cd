use async_trait::async_trait;
use douyin_core::{
    Change, Claim, Completion, Entity, NewVideo, Page, PageRequest, PreparedMedia, StoreError,
    Task, Timestamp, UserId, Video, VideoDeletion, VideoId, Videos,
};

use crate::MemStore;
use crate::state::VideoRow;
use crate::tally::VideoTally;
use crate::timeline::Timeline;

#[async_trait]
impl Videos for MemStore {
    async fn publish(&self, video: NewVideo) -> Result<Timestamp, StoreError> {
        let mut state = self.write()?;
        let NewVideo { id, author, .. } = video;
        state.user(author)?;
        let at = state.feed.first_free_instant(video.at)?;
        let row = VideoRow {
            author,
            title: video.title.into_string(),
            play: video.play,
            cover: video.cover,
            stream: None,
            at,
            tally: VideoTally::default(),
            comments: Timeline::default(),
        };
        state.videos.insert(id, row);
        state.feed.insert(at, id);
        state.user_mut(author)?.published.insert(at, id);
        state.count_work(author)?;
        if let Some(job) = video.job {
            state.jobs.add(job);
        }
        Ok(at)
    }

    async fn delete_video(&self, _deletion: VideoDeletion) -> Result<Change, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn complete_preparation(
        &self,
        claim: &Claim,
        media: PreparedMedia,
    ) -> Result<Completion, StoreError> {
        let mut state = self.write()?;
        if !state.jobs.holds(claim) {
            return Ok(Completion::Lost);
        }
        let Task::Prepare(video) = claim.task else {
            return Err(StoreError::NotFound(Entity::Video));
        };
        let row = state.video_mut(video)?;
        let removals = media.removals_of(&row.play, row.stream.as_ref());
        row.play = media.play.unwrap_or_else(|| row.play.clone());
        row.stream = media.stream.or_else(|| row.stream.take());
        state.jobs.finish(claim);
        for removal in removals {
            state.jobs.add(removal);
        }
        Ok(Completion::Done)
    }

    async fn stored_bytes(&self, _author: UserId) -> Result<u64, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
    }

    async fn video(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
    ) -> Result<Option<Video>, StoreError> {
        let state = self.read()?;
        if !state.videos.contains_key(&video) {
            return Ok(None);
        }
        state.seen_by(viewer).video(video).map(Some)
    }

    async fn feed(
        &self,
        viewer: Option<UserId>,
        page: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        let state = self.read()?;
        let view = state.seen_by(viewer);
        state.feed.page(page, |id| view.video(id))
    }

    async fn published(
        &self,
        viewer: Option<UserId>,
        author: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        let state = self.read()?;
        let view = state.seen_by(viewer);
        match state.users.get(&author) {
            Some(author) => author.published.page(page, |id| view.video(id)),
            None => Ok(Page::empty()),
        }
    }
}
