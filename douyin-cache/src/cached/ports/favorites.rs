use std::sync::Arc;

use async_trait::async_trait;
use douyin_core::{
    Change, Favorites, Mark, Marks, Page, PageRequest, StoreError, Timestamp, UserId, Video,
    VideoId,
};

use crate::cached::CachedStore;
use crate::cached::effect::Effect;
use crate::cached::versions::Topic;

#[async_trait]
impl Favorites for CachedStore {
    async fn mark_favorite(
        &self,
        user: UserId,
        video: VideoId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        // Three counters move: the video's, the user's, and the author's, wherever their videos are counted.
        let author = self.memory.author_of(video).await;
        let topics = author.map(|author| {
            vec![
                Topic::Video(video),
                Topic::User(user),
                Topic::User(author),
                Topic::MarksOf(user),
            ]
        });
        let effect = Effect {
            topics,
            writers: vec![user],
            marks_of: Some(user),
        };
        let store = Arc::clone(&self.memory.store);
        let write = async move { store.mark_favorite(user, video, mark, at).await };
        self.memory.write(effect, write).await
    }

    async fn forget_favorites(&self, video: VideoId, limit: u32) -> Result<u32, StoreError> {
        // Whose likes they are only the store knows. It is part of the deletion, which is its author's write.
        let effect = Effect {
            topics: None,
            writers: self.memory.author_of(video).await.into_iter().collect(),
            marks_of: None,
        };
        let store = Arc::clone(&self.memory.store);
        let write = async move { store.forget_favorites(video, limit).await };
        let did_nothing = |forgotten: &u32| *forgotten == 0;
        self.memory.write_unless(did_nothing, effect, write).await
    }

    async fn favorites(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        self.memory.store.favorites(viewer, user, page).await
    }

    async fn marks_of(
        &self,
        viewer: UserId,
        videos: &[VideoId],
        users: &[UserId],
    ) -> Result<Marks, StoreError> {
        self.memory.store.marks_of(viewer, videos, users).await
    }
}
