use std::sync::Arc;

use async_trait::async_trait;
use douyin_core::{
    Change, Entity, Favorites, Mark, Marks, Page, PageRequest, StoreError, Timestamp, UserId,
    Video, VideoId, Videos,
};

use crate::broken::{Broken, Fault};

#[async_trait]
impl Favorites for Broken {
    async fn mark_favorite(
        &self,
        user: UserId,
        video: VideoId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        let step = if mark == Mark::On { 1 } else { -1 };
        let before = self.sound.video(Some(user), video).await?;
        let differs = before
            .as_ref()
            .is_some_and(|before| before.is_favorite != (mark == Mark::On));
        let seen = if differs {
            Change::Applied
        } else {
            Change::Unchanged
        };
        match self.fault {
            Fault::RepeatedLikesMoveToTheTop if mark == Mark::On && !differs => {
                let _ = self.sound.mark_favorite(user, video, Mark::Off, at).await?;
                let _ = self.sound.mark_favorite(user, video, Mark::On, at).await?;
                return Ok(Change::Unchanged);
            }
            Fault::LikesCheckedThenWritten if before.is_some() => {
                self.meanwhile().await;
                let _ = self.sound.mark_favorite(user, video, mark, at).await?;
                return Ok(seen);
            }
            Fault::LikesAcknowledgedBeforeTheyAreDone if before.is_some() => {
                let sound = Arc::clone(&self.sound);
                tokio::spawn(async move {
                    tokio::task::yield_now().await;
                    sound.mark_favorite(user, video, mark, at).await
                });
                return Ok(seen);
            }
            _ => {}
        }
        let change = match self.sound.mark_favorite(user, video, mark, at).await {
            Err(StoreError::NotFound(Entity::Video))
                if self.has(Fault::LikesTakenBackOfUnknownVideos) && mark == Mark::Off =>
            {
                return Ok(Change::Unchanged);
            }
            Err(StoreError::NotFound(Entity::Video))
                if self.has(Fault::DeletedVideosLiked) && self.was_deleted(video) =>
            {
                return Ok(Change::Applied);
            }
            answer => answer?,
        };
        match self.fault {
            Fault::ChangeAlwaysApplied => return Ok(Change::Applied),
            Fault::RepeatedLikesCounted if mark == Mark::On || change == Change::Applied => {
                *self.notes().likes.entry(video).or_default() += step;
            }
            Fault::LikeCounterLosesUpdates if change == Change::Applied => {
                let count = self.notes().likes.get(&video).copied().unwrap_or(0);
                self.meanwhile().await;
                self.notes().likes.insert(video, count + step);
            }
            Fault::LikesCountedInASecondStep if change == Change::Applied => {
                self.meanwhile().await;
                *self.notes().likes.entry(video).or_default() += step;
            }
            Fault::TotalFavoritedOnlyGrows if change == Change::Applied && mark == Mark::Off => {
                if let Some(before) = before {
                    let mut notes = self.notes();
                    *notes.likes_taken_back.entry(before.author.id).or_default() += 1;
                }
            }
            _ => {}
        }
        Ok(change)
    }

    async fn forget_favorites(&self, video: VideoId, limit: u32) -> Result<u32, StoreError> {
        self.forget(video, limit).await
    }

    async fn favorites(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        let viewer = if self.has(Fault::FlagsOfTheOwner) {
            Some(user)
        } else {
            viewer
        };
        let list = self.sound.favorites(viewer, user, self.asked(page)).await?;
        Ok(self.told(page, list, |video| self.video(video)))
    }

    async fn marks_of(
        &self,
        viewer: UserId,
        videos: &[VideoId],
        users: &[UserId],
    ) -> Result<Marks, StoreError> {
        let mut marks = self.sound.marks_of(viewer, videos, users).await?;
        if self.has(Fault::MarksOfVideosAlone) {
            marks.followed.clear();
        }
        Ok(marks)
    }
}
