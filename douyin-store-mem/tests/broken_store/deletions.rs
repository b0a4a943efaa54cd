//! Faults of deletions, quotas and pictures.

use douyin_core::{
    Change, Favorites, Jobs, NewJob, NewVideo, PictureChange, PictureKind, StoreError, Task,
    Timestamp, Users, VideoDeletion, VideoId, Videos,
};

use crate::broken::{Broken, Fault};

impl Broken {
    pub(crate) fn was_deleted(&self, video: VideoId) -> bool {
        let notes = self.notes();
        notes.deleted_videos.iter().any(|gone| gone.id == video)
    }

    pub(crate) async fn delete(&self, deletion: VideoDeletion) -> Result<Change, StoreError> {
        let before = self.sound.video(None, deletion.video).await?;
        if self.has(Fault::VideosCheckedThenDeleted) && before.is_some() {
            self.meanwhile().await;
            let _ = self.sound.delete_video(deletion).await?;
            return Ok(Change::Applied);
        }
        let jobs = deletion.jobs.clone();
        let stored = match &before {
            Some(video) => self.sound.stored_bytes(video.author.id).await?,
            None => 0,
        };
        let change = self.sound.delete_video(deletion).await?;
        match (before, self.fault) {
            (None, Fault::VideosDeletedAgain) => return Ok(Change::Applied),
            (None, Fault::JobsOfRepeatedDeletions) => {
                for job in jobs {
                    let _ = self.sound.add_job(job).await?;
                }
            }
            (Some(video), _) => {
                let author = video.author.id;
                let left = self.sound.stored_bytes(author).await?;
                let mut notes = self.notes();
                *notes.deleted_bytes.entry(author).or_default() += stored - left;
                notes.deleted_videos.push(video);
            }
            _ => {}
        }
        Ok(change)
    }

    pub(crate) async fn forget(&self, video: VideoId, limit: u32) -> Result<u32, StoreError> {
        match self.fault {
            Fault::EveryLikeForgottenAtOnce => self.sound.forget_favorites(video, u32::MAX).await,
            Fault::LikesOfAnyVideoForgotten => {
                let there = self.sound.video(None, video).await?;
                let likes = there.map_or(0, |video| video.favorite_count);
                let forgotten = self.sound.forget_favorites(video, limit).await?;
                Ok(forgotten + u32::try_from(likes).unwrap_or(0).min(limit))
            }
            _ => self.sound.forget_favorites(video, limit).await,
        }
    }

    pub(crate) async fn publish_within(&self, video: NewVideo) -> Result<Timestamp, StoreError> {
        let Some(quota) = video.quota else {
            return self.sound.publish(video).await;
        };
        let quota = match self.fault {
            Fault::QuotaCheckedThenFilled => {
                let stored = self.sound.stored_bytes(video.author).await?;
                if stored + video.bytes > quota {
                    return Err(StoreError::OverQuota);
                }
                self.meanwhile().await;
                None
            }
            Fault::QuotaNeverFull => Some(quota - 1),
            _ => {
                let deleted = self.notes().deleted_bytes.get(&video.author).copied();
                Some(quota - deleted.unwrap_or(0))
            }
        };
        self.sound.publish(NewVideo { quota, ..video }).await
    }

    pub(crate) async fn change_picture(
        &self,
        mut change: PictureChange,
    ) -> Result<Change, StoreError> {
        match self.fault {
            Fault::PicturesMixedUp => change.kind = PictureKind::Avatar,
            Fault::NewPicturesRemoved => {
                if let Some(picture) = &change.picture {
                    let job = NewJob {
                        id: change.removal,
                        task: Task::RemoveFile(picture.clone()),
                        due: change.remove_at,
                    };
                    let _ = self.sound.add_job(job).await?;
                }
            }
            _ => {}
        }
        self.sound.set_picture(change).await
    }
}
