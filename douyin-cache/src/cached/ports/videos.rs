use std::sync::Arc;

use async_trait::async_trait;
use douyin_core::{
    Change, Claim, Completion, Cursor, NewVideo, Page, PageRequest, PreparedMedia, StoreError,
    Task, Timestamp, UserId, Video, VideoDeletion, VideoId, Videos,
};

use crate::cached::CachedStore;
use crate::cached::effect::Effect;
use crate::cached::look::Look;
use crate::cached::versions::Topic;

#[async_trait]
impl Videos for CachedStore {
    async fn publish(&self, video: NewVideo) -> Result<Timestamp, StoreError> {
        let (id, author) = (video.id, video.author);
        let topics = vec![Topic::Feed, Topic::Video(id), Topic::User(author)];
        let effect = Effect {
            topics: Some(topics),
            writers: vec![author],
            marks_of: None,
        };
        let store = Arc::clone(&self.memory.store);
        let publish = async move { store.publish(video).await };
        let at = self.memory.write(effect, publish).await?;
        self.memory.learn_author(id, author);
        self.memory.learn_id(id.made_at());
        self.memory.learn_publication(at);
        Ok(at)
    }

    async fn delete_video(&self, deletion: VideoDeletion) -> Result<Change, StoreError> {
        let video = deletion.video;
        // Their authors delete videos.
        let author = self.memory.author_of(video).await;
        let topics = author.map(|author| {
            vec![
                Topic::Feed,
                Topic::Video(video),
                Topic::CommentsBelow(video),
                Topic::User(author),
            ]
        });
        let effect = Effect {
            topics,
            writers: author.into_iter().collect(),
            marks_of: None,
        };
        let store = Arc::clone(&self.memory.store);
        let write = async move { store.delete_video(deletion).await };
        self.memory.write(effect, write).await
    }

    async fn complete_preparation(
        &self,
        claim: &Claim,
        media: PreparedMedia,
    ) -> Result<Completion, StoreError> {
        // Whose video it is nobody says: the answer waits until nothing older is shown anywhere.
        let topics = match claim.task {
            Task::Prepare(video) => vec![Topic::Video(video)],
            _ => Vec::new(),
        };
        let effect = Effect {
            topics: Some(topics),
            ..Effect::default()
        };
        let (store, claim) = (Arc::clone(&self.memory.store), claim.clone());
        let complete = async move { store.complete_preparation(&claim, media).await };
        self.memory.write(effect, complete).await
    }

    async fn stored_bytes(&self, author: UserId) -> Result<u64, StoreError> {
        self.memory.store.stored_bytes(author).await
    }

    async fn video(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
    ) -> Result<Option<Video>, StoreError> {
        // What is asked for everybody is whether there is one, below which nothing stands. No route shows a viewer one video.
        match viewer {
            None => self.memory.remembered_video(video).await,
            Some(_) => self.memory.store.video(viewer, video).await,
        }
    }

    async fn feed(
        &self,
        viewer: Option<UserId>,
        request: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        let (memory, shelves) = (&self.memory, self.memory.shelves.load_full());
        let begins_with_the_newest = |after: Cursor| memory.is_after_the_newest(after.at);
        // There are always as many videos as that before long.
        let is_too_long = request.limit as usize > shelves.options.largest_page;
        if is_too_long || !request.after.is_none_or(begins_with_the_newest) {
            return memory.store.feed(viewer, request).await;
        }
        let Some(look) = Look::begin(memory, viewer) else {
            shelves.feed.bypass();
            return memory.store.feed(viewer, request).await;
        };
        let newest = memory.newest_feed(&shelves, request.limit).await?;
        if !is_all_after(request.after, &newest.page) {
            return memory.store.feed(viewer, request).await;
        }
        if let Some(page) = look.see(&shelves, &newest).await? {
            return Ok(page);
        }
        shelves.feed.bypass();
        memory.store.feed(viewer, request).await
    }

    async fn published(
        &self,
        viewer: Option<UserId>,
        author: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        self.memory.store.published(viewer, author, page).await
    }
}

/// Whether the newest page is also the one that comes after a place: nothing is newer than that.
fn is_all_after(place: Option<Cursor>, newest: &Page<Video>) -> bool {
    let is_after = |place: Cursor| {
        newest.items.first().is_none_or(|first| {
            let first = Cursor {
                at: first.published_at,
                id: first.id.get(),
            };
            first < place
        })
    };
    place.is_none_or(is_after)
}
