//! The store: reads come from memory, writes go through the journal first.

use std::path::Path;

use async_trait::async_trait;
use douyin_core::{
    Audit, Change, Claim, Comment, CommentId, CommentOwnership, Comments, Completion, Counter,
    Direction, Drift, Favorites, Follows, Friend, Mark, Marks, Message, Messages, NewComment,
    NewMessage, NewVideo, Page, PageRequest, PreparedMedia, Span, StoreError, Timestamp, User,
    UserId, Video, VideoDeletion, VideoId, Videos,
};
use douyin_store_mem::MemStore;
use tokio::sync::{Mutex, MutexGuard};

use crate::jobs::JobWrite;
use crate::journal::{Journal, JournalError};
use crate::media::MediaWrite;
use crate::write::Write;

type Result<T> = std::result::Result<T, StoreError>;

/// A durable store: a [`MemStore`] and a journal of what was written to it.
///
/// Its limits are those of an example: everything must fit into memory, the journal is never compacted, and each write waits
/// for a sync of its own on the thread that polls it. `douyin-store-sql` has none of them.
#[derive(Debug)]
pub(crate) struct JournalStore {
    pub(crate) memory: MemStore,
    journal: Mutex<Journal>,
}

impl JournalStore {
    /// Opens a journal, or begins one, and does again what is in it.
    pub(crate) async fn open(path: &Path) -> std::result::Result<Self, JournalError> {
        let (journal, writes) = Journal::open(path)?;
        let memory = MemStore::new();
        for (write, line) in writes.into_iter().zip(1..) {
            let replayed = write.replay(&memory).await;
            replayed.map_err(|source| JournalError::Replay { line, source })?;
        }
        Ok(Self {
            memory,
            journal: Mutex::new(journal),
        })
    }

    /// Journals a write. While the guard lives nobody else writes, so that memory sees the order of the journal; the store in
    /// memory never suspends, so that a caller who goes away cannot leave a write in the one and not in the other.
    pub(crate) async fn journaled(&self, write: Write) -> Result<MutexGuard<'_, Journal>> {
        let mut journal = self.journal.lock().await;
        journal.append(&write)?;
        Ok(journal)
    }
}

#[async_trait]
impl Videos for JournalStore {
    async fn publish(&self, video: NewVideo) -> Result<Timestamp> {
        let write = Write::Publish {
            id: video.id.get(),
            author: video.author.get(),
            title: video.title.as_str().to_owned(),
            play: video.play.as_str().to_owned(),
            cover: video.cover.as_str().to_owned(),
            at: video.at.as_millis(),
            bytes: video.bytes,
            quota: video.quota,
            job: video.job.as_ref().map(Into::into),
        };
        let _in_order = self.journaled(write).await?;
        self.memory.publish(video).await
    }

    async fn delete_video(&self, deletion: VideoDeletion) -> Result<Change> {
        let write = Write::Media((&deletion).into());
        let _in_order = self.journaled(write).await?;
        self.memory.delete_video(deletion).await
    }

    async fn complete_preparation(
        &self,
        claim: &Claim,
        media: PreparedMedia,
    ) -> Result<Completion> {
        let write = JobWrite::completion(claim, &media);
        let _in_order = self.journaled(Write::Job(write)).await?;
        self.memory.complete_preparation(claim, media).await
    }

    async fn stored_bytes(&self, author: UserId) -> Result<u64> {
        self.memory.stored_bytes(author).await
    }

    async fn video(&self, viewer: Option<UserId>, video: VideoId) -> Result<Option<Video>> {
        self.memory.video(viewer, video).await
    }

    async fn feed(&self, viewer: Option<UserId>, page: PageRequest) -> Result<Page<Video>> {
        self.memory.feed(viewer, page).await
    }

    async fn published(
        &self,
        viewer: Option<UserId>,
        author: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>> {
        self.memory.published(viewer, author, page).await
    }
}

#[async_trait]
impl Favorites for JournalStore {
    async fn mark_favorite(
        &self,
        user: UserId,
        video: VideoId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change> {
        let write = Write::MarkFavorite {
            user: user.get(),
            video: video.get(),
            on: mark == Mark::On,
            at: at.as_millis(),
        };
        let _in_order = self.journaled(write).await?;
        self.memory.mark_favorite(user, video, mark, at).await
    }

    async fn forget_favorites(&self, video: VideoId, limit: u32) -> Result<u32> {
        let write = MediaWrite::ForgetFavorites {
            video: video.get(),
            limit,
        };
        let _in_order = self.journaled(Write::Media(write)).await?;
        self.memory.forget_favorites(video, limit).await
    }

    async fn favorites(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>> {
        self.memory.favorites(viewer, user, page).await
    }

    async fn marks_of(
        &self,
        viewer: UserId,
        videos: &[VideoId],
        users: &[UserId],
    ) -> Result<Marks> {
        self.memory.marks_of(viewer, videos, users).await
    }
}

#[async_trait]
impl Comments for JournalStore {
    async fn add_comment(&self, comment: NewComment) -> Result<()> {
        let write = Write::AddComment {
            id: comment.id.get(),
            video: comment.video.get(),
            author: comment.author.get(),
            text: comment.text.as_str().to_owned(),
            at: comment.at.as_millis(),
        };
        let _in_order = self.journaled(write).await?;
        self.memory.add_comment(comment).await
    }

    async fn comment_ownership(
        &self,
        video: VideoId,
        comment: CommentId,
    ) -> Result<Option<CommentOwnership>> {
        self.memory.comment_ownership(video, comment).await
    }

    async fn delete_comment(&self, comment: CommentId, at: Timestamp) -> Result<Change> {
        let write = Write::DeleteComment {
            id: comment.get(),
            at: at.as_millis(),
        };
        let _in_order = self.journaled(write).await?;
        self.memory.delete_comment(comment, at).await
    }

    async fn comments(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
        page: PageRequest,
    ) -> Result<Page<Comment>> {
        self.memory.comments(viewer, video, page).await
    }
}

#[async_trait]
impl Follows for JournalStore {
    async fn mark_follow(
        &self,
        follower: UserId,
        target: UserId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change> {
        let write = Write::MarkFollow {
            follower: follower.get(),
            target: target.get(),
            on: mark == Mark::On,
            at: at.as_millis(),
        };
        let _in_order = self.journaled(write).await?;
        self.memory.mark_follow(follower, target, mark, at).await
    }

    async fn are_friends(&self, one: UserId, other: UserId) -> Result<bool> {
        self.memory.are_friends(one, other).await
    }

    async fn follows(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>> {
        self.memory.follows(viewer, user, page).await
    }

    async fn followers(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>> {
        self.memory.followers(viewer, user, page).await
    }

    async fn friends(
        &self,
        viewer: UserId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Friend>> {
        self.memory.friends(viewer, user, page).await
    }
}

#[async_trait]
impl Messages for JournalStore {
    async fn send(&self, message: NewMessage) -> Result<Timestamp> {
        let write = Write::Send {
            id: message.id.get(),
            from: message.from.get(),
            to: message.to.get(),
            text: message.text.as_str().to_owned(),
            at: message.at.as_millis(),
        };
        let _in_order = self.journaled(write).await?;
        self.memory.send(message).await
    }

    async fn conversation(
        &self,
        viewer: UserId,
        peer: UserId,
        span: Span,
        direction: Direction,
        limit: u32,
    ) -> Result<Page<Message>> {
        let memory = &self.memory;
        memory
            .conversation(viewer, peer, span, direction, limit)
            .await
    }
}

#[async_trait]
impl Audit for JournalStore {
    async fn ping(&self) -> Result<()> {
        self.memory.ping().await
    }

    async fn drift(&self, counter: Counter) -> Result<Vec<Drift>> {
        self.memory.drift(counter).await
    }

    async fn repair(&self, counter: Counter) -> Result<Vec<Drift>> {
        // Counters are not journaled: they follow from the rows at the next start, drifted or not.
        self.memory.repair(counter).await
    }
}
