//! How what is remembered is read.

use douyin_core::{Comment, PageRequest, StoreError, User, UserId, Video, VideoId};

use super::card::CardPage;
use super::flight::Found;
use super::memory::Memory;
use super::shelf::Kept;
use super::shelves::Shelves;
use super::versions::Topic;

type Result<T> = std::result::Result<T, StoreError>;

impl Memory {
    /// The page that begins with the newest videos.
    pub(super) async fn newest_feed(
        &self,
        shelves: &Shelves,
        limit: u32,
    ) -> Result<Kept<CardPage<Video>>> {
        let load = || async {
            let page = self.store.feed(None, PageRequest::newest(limit)).await?;
            if let Some(newest) = page.items.first() {
                self.learn_publication(newest.published_at);
            }
            for video in &page.items {
                self.learn_author(video.id, video.author.id);
                self.learn_id(video.id.made_at());
            }
            let largest = shelves.options.largest_page;
            Ok(CardPage::found(page, Topic::Feed, largest))
        };
        shelves.feed.get(&limit, load).await
    }

    /// The page that begins with the newest comments below a video.
    pub(super) async fn newest_comments(
        &self,
        shelves: &Shelves,
        video: VideoId,
        limit: u32,
    ) -> Result<Kept<CardPage<Comment>>> {
        let load = || async {
            let newest = PageRequest::newest(limit);
            let page = self.store.comments(None, video, newest).await?;
            let largest = shelves.options.largest_page;
            if page.items.len() > largest {
                self.learn_long_list(video, limit);
            }
            Ok(CardPage::found(page, Topic::CommentsBelow(video), largest))
        };
        shelves.comments.get(&(video, limit), load).await
    }

    /// A user as everybody sees them, or as one viewer does.
    pub(super) async fn remembered_profile(
        &self,
        viewer: Option<UserId>,
        user: UserId,
    ) -> Result<Option<User>> {
        let load = || async {
            let profile = self.store.profile(viewer, user).await?;
            if profile.is_some() {
                self.learn_id(user.made_at());
            }
            let topics = [Some(Topic::User(user)), viewer.map(Topic::MarksOf)];
            let topics = topics.into_iter().flatten().map(Topic::slot).collect();
            let is_kept = profile.is_some() || self.stays_absent(user.made_at());
            Ok(Found {
                value: profile,
                topics,
                weight: is_kept.then_some(1),
            })
        };
        let shelves = self.shelves.load_full();
        let kept = shelves.profiles.get(&(viewer, user), load).await?;
        Ok(kept.clone())
    }

    /// A video as everybody sees it.
    pub(super) async fn remembered_video(&self, id: VideoId) -> Result<Option<Video>> {
        let load = || async {
            let video = self.store.video(None, id).await?;
            let mut topics = vec![Topic::Video(id).slot()];
            if let Some(video) = &video {
                topics.push(Topic::User(video.author.id).slot());
                self.learn_author(id, video.author.id);
                self.learn_id(id.made_at());
            }
            let is_kept = video.is_some() || self.stays_absent(id.made_at());
            Ok(Found {
                value: video,
                topics: topics.into(),
                weight: is_kept.then_some(1),
            })
        };
        let shelves = self.shelves.load_full();
        Ok(shelves.videos.get(&id, load).await?.clone())
    }
}
