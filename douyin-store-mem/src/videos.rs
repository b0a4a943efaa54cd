use std::collections::BTreeSet;

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
        let bytes = i64::try_from(video.bytes).unwrap_or(i64::MAX);
        let stored = state.user(author)?.tally.stored_bytes();
        if state.videos.contains_key(&id) {
            return Err(StoreError::Taken);
        }
        let with_it = stored.saturating_add(bytes).unsigned_abs();
        if video.quota.is_some_and(|quota| with_it > quota) {
            return Err(StoreError::OverQuota);
        }
        let at = state.publications.first_free_instant(video.at)?;
        let row = VideoRow {
            author,
            title: video.title.into_string(),
            play: video.play,
            cover: video.cover,
            stream: None,
            bytes,
            at,
            deleted: None,
            tally: VideoTally::default(),
            likers: BTreeSet::new(),
            comments: Timeline::default(),
        };
        state.videos.insert(id, row);
        state.publications.insert(at, id);
        state.feed.insert(at, id);
        state.user_mut(author)?.published.insert(at, id);
        state.count_work(author, bytes)?;
        if let Some(job) = video.job {
            state.jobs.add(job);
        }
        Ok(at)
    }

    async fn delete_video(&self, deletion: VideoDeletion) -> Result<Change, StoreError> {
        let mut state = self.write()?;
        let id = deletion.video;
        let row = state.video_row_mut(id)?;
        if row.deleted.is_some() {
            return Ok(Change::Unchanged);
        }
        row.deleted = Some(deletion.at);
        let (author, at) = (row.author, row.at);
        let (bytes, likes) = (row.bytes, row.tally.favorites());
        state.feed.remove(at, id);
        state.user_mut(author)?.published.remove(at, id);
        state.discount_work(author, bytes, likes)?;
        state.jobs.drop_failed_preparation(id);
        for job in deletion.jobs {
            state.jobs.add(job);
        }
        Ok(Change::Applied)
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
        let row = state.video_row_mut(video)?;
        if row.deleted.is_some() {
            state.jobs.finish(claim);
            return Ok(Completion::Deleted);
        }
        let removals = media.removals_of(&row.play, row.stream.as_ref());
        row.play = media.play.unwrap_or_else(|| row.play.clone());
        row.stream = media.stream.or_else(|| row.stream.take());
        state.jobs.finish(claim);
        for removal in removals {
            state.jobs.add(removal);
        }
        Ok(Completion::Done)
    }

    async fn stored_bytes(&self, author: UserId) -> Result<u64, StoreError> {
        let state = self.read()?;
        let stored = state.users.get(&author).map(|row| row.tally.stored_bytes());
        Ok(stored.map_or(0, i64::unsigned_abs))
    }

    async fn video(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
    ) -> Result<Option<Video>, StoreError> {
        let state = self.read()?;
        if state.video(video).is_none() {
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
