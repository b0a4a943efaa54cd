use std::sync::Arc;

use async_trait::async_trait;
use douyin_core::{
    Change, Comment, CommentId, CommentOwnership, Comments, NewComment, Page, PageRequest,
    StoreError, Timestamp, UserId, VideoId,
};

use crate::cached::CachedStore;
use crate::cached::effect::Effect;
use crate::cached::look::Look;
use crate::cached::versions::Topic;

/// What a comment that comes or goes changes.
fn topics_below(video: VideoId) -> Vec<Topic> {
    vec![Topic::Video(video), Topic::CommentsBelow(video)]
}

#[async_trait]
impl Comments for CachedStore {
    async fn add_comment(&self, comment: NewComment) -> Result<(), StoreError> {
        let effect = Effect {
            topics: Some(topics_below(comment.video)),
            writers: vec![comment.author],
            marks_of: None,
        };
        let store = Arc::clone(&self.memory.store);
        let write = async move { store.add_comment(comment).await };
        self.memory.write(effect, write).await
    }

    async fn comment_ownership(
        &self,
        video: VideoId,
        comment: CommentId,
    ) -> Result<Option<CommentOwnership>, StoreError> {
        self.memory.comment_ownership(video, comment).await
    }

    async fn delete_comment(
        &self,
        comment: CommentId,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        // The port does not say who deletes, nor below what: one of the owners does, about whom was asked before.
        let effect = match self.memory.owned_comment(comment) {
            Some((video, owners)) => Effect {
                topics: Some(topics_below(video)),
                writers: vec![owners.author, owners.video_author],
                marks_of: None,
            },
            None => Effect::default(),
        };
        let store = Arc::clone(&self.memory.store);
        let write = async move { store.delete_comment(comment, at).await };
        self.memory.write(effect, write).await
    }

    async fn comments(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
        request: PageRequest,
    ) -> Result<Page<Comment>, StoreError> {
        let (memory, shelves) = (&self.memory, self.memory.shelves.load_full());
        if request.after.is_some() {
            return memory.store.comments(viewer, video, request).await;
        }
        if !memory.is_long_list(video, request.limit)
            && let Some(look) = Look::begin(memory, viewer)
        {
            let newest = memory.newest_comments(&shelves, video, request.limit);
            if let Some(page) = look.see(&shelves, &newest.await?).await? {
                return Ok(page);
            }
        }
        shelves.comments.bypass();
        memory.store.comments(viewer, video, request).await
    }
}
