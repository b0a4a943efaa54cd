use async_trait::async_trait;
use douyin_core::{
    Change, Claim, Completion, Jobs as _, NewVideo, Page, PageRequest, PreparedMedia, StoreError,
    TaskKind, Timestamp, UserId, Video, VideoDeletion, VideoId, Videos,
};

use crate::broken::{Broken, Fault};

#[async_trait]
impl Videos for Broken {
    async fn publish(&self, mut video: NewVideo) -> Result<Timestamp, StoreError> {
        let (id, wanted) = (video.id, video.at);
        match self.fault {
            Fault::PublicationInstantsRepeat => {
                self.notes().video_instants.insert(id, wanted);
                self.sound.publish(video).await?;
                Ok(wanted)
            }
            Fault::PublicationInstantsRaced => {
                let used: Vec<Timestamp> = self.notes().video_instants.values().copied().collect();
                let mut free = wanted;
                while used.contains(&free) {
                    free = free.plus_millis(1);
                }
                self.meanwhile().await;
                self.notes().video_instants.insert(id, free);
                self.sound.publish(video).await?;
                Ok(free)
            }
            Fault::PublicationInstantsAfterTheNewest => {
                let everything = PageRequest::newest(u32::MAX - 1);
                let feed = self.sound.feed(None, everything).await?.items;
                if feed.iter().any(|other| other.published_at == wanted) {
                    video.at = feed[0].published_at.plus_millis(1);
                }
                self.sound.publish(video).await
            }
            Fault::JobsOfRefusedVideos => {
                if let Some(job) = video.job.take() {
                    let _ = self.sound.add_job(job).await?;
                }
                self.sound.publish(video).await
            }
            Fault::QuotaCheckedThenFilled | Fault::QuotaNeverFull | Fault::DeletionsMakeNoRoom => {
                self.publish_within(video).await
            }
            _ => self.sound.publish(video).await,
        }
    }

    async fn delete_video(&self, deletion: VideoDeletion) -> Result<Change, StoreError> {
        self.delete(deletion).await
    }

    async fn complete_preparation(
        &self,
        claim: &Claim,
        media: PreparedMedia,
    ) -> Result<Completion, StoreError> {
        match self.fault {
            Fault::PreparationsWithoutFence => {
                let newest = self.newest_claim(claim).await?;
                self.sound.complete_preparation(&newest, media).await
            }
            Fault::ReplacedFilesStay => {
                let (now, until) = (media.remove_at, media.remove_at.plus_millis(1));
                let completion = self.sound.complete_preparation(claim, media).await?;
                let kind = TaskKind::RemoveFile;
                while let Some(removal) = self.sound.claim_job(kind, now, until).await? {
                    self.sound.finish_job(&removal).await?;
                }
                Ok(completion)
            }
            _ => self.sound.complete_preparation(claim, media).await,
        }
    }

    async fn stored_bytes(&self, author: UserId) -> Result<u64, StoreError> {
        self.sound.stored_bytes(author).await
    }

    async fn video(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
    ) -> Result<Option<Video>, StoreError> {
        let found = self.sound.video(viewer, video).await?;
        Ok(found.map(|found| self.video(found)))
    }

    async fn feed(
        &self,
        viewer: Option<UserId>,
        page: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        let feed = self.sound.feed(viewer, self.asked(page)).await?;
        let mut feed = self.told(page, feed, |video| self.video(video));
        if self.has(Fault::DeletedVideosListed) {
            feed.items.extend(self.notes().deleted_videos.clone());
        }
        Ok(feed)
    }

    async fn published(
        &self,
        viewer: Option<UserId>,
        author: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        let list = self
            .sound
            .published(viewer, author, self.asked(page))
            .await?;
        Ok(self.told(page, list, |video| self.video(video)))
    }
}
