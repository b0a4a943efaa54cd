//! What the ports share.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use arc_swap::ArcSwap;
use douyin_core::{CommentId, CommentOwnership, Store, StoreError, Timestamp, UserId, VideoId};
use moka::sync::Cache;

use super::options::CacheOptions;
use super::shelves::{Shelves, Tallies};
use super::versions::Versions;
use super::viewers::Viewers;
use crate::Peers;

/// Whether other processes use the database.
pub(super) enum Sharing {
    Alone,
    With(Arc<dyn Peers>),
}

pub(super) struct Memory {
    pub(super) store: Arc<dyn Store>,
    pub(super) sharing: Sharing,
    pub(super) shelves: ArcSwap<Shelves>,
    pub(super) versions: Arc<Versions>,
    pub(super) viewers: Viewers,
    tallies: Tallies,
    /// Who published which video, which never changes.
    authors: Cache<VideoId, UserId>,
    /// Comments that somebody is about to delete.
    comments: Cache<CommentId, (VideoId, CommentOwnership)>,
    /// Videos with more comments than a page that is kept has, by the limit that they were asked with.
    long_lists: Cache<(VideoId, u32), ()>,
    /// The instant of the newest publication that was seen, and that of the newest id.
    newest_publication: AtomicI64,
    newest_id: AtomicI64,
}

/// Between the question of who may delete a comment and its deletion lie milliseconds.
const DELETION: Duration = Duration::from_mins(1);
const DELETIONS: u64 = 10_000;
const AUTHORS: u64 = 100_000;

/// An id is made before its row, with an upload in between, which may take a day (`server.body_seconds` at most). One that was made so
/// long before the newest that is known is not about to get a row.
const LONGEST_BEFORE_ITS_ROW: i64 = 25 * 60 * 60 * 1000;

/// So long it is remembered that a list is too long to be kept.
const TOO_LONG: Duration = Duration::from_secs(10);
const LONG_LISTS: u64 = 10_000;

impl Memory {
    pub(super) fn new(store: Arc<dyn Store>, sharing: Sharing, options: CacheOptions) -> Self {
        let (versions, tallies) = (Arc::new(Versions::default()), Tallies::default());
        let shelves = Shelves::new(options, &versions, &tallies);
        Self {
            store,
            sharing,
            shelves: ArcSwap::from_pointee(shelves),
            versions,
            viewers: Viewers::default(),
            tallies,
            authors: Cache::new(AUTHORS),
            comments: Cache::builder()
                .max_capacity(DELETIONS)
                .time_to_live(DELETION)
                .build(),
            long_lists: Cache::builder()
                .max_capacity(LONG_LISTS)
                .time_to_live(TOO_LONG)
                .build(),
            newest_publication: AtomicI64::new(i64::MIN),
            newest_id: AtomicI64::new(i64::MIN),
        }
    }

    /// Begins anew with other options. Writes under way touch the versions, which stay.
    pub(super) fn reconfigure(&self, options: CacheOptions) {
        if self.shelves.load().options == options {
            return;
        }
        let shelves = Shelves::new(options, &self.versions, &self.tallies);
        self.shelves.store(Arc::new(shelves));
    }

    /// The comments below a video are too many to be kept.
    pub(super) fn learn_long_list(&self, video: VideoId, limit: u32) {
        self.long_lists.insert((video, limit), ());
    }

    /// Whether the comments below a video were too many to be kept a moment ago: one statement reads them for a viewer, where a page
    /// and a viewer's marks of it would take two.
    pub(super) fn is_long_list(&self, video: VideoId, limit: u32) -> bool {
        self.long_lists.contains_key(&(video, limit))
    }

    pub(super) fn is_alone(&self) -> bool {
        matches!(self.sharing, Sharing::Alone)
    }

    /// Who published a video: remembered, or looked up; `None` where neither tells.
    pub(super) async fn author_of(&self, video: VideoId) -> Option<UserId> {
        if let Some(author) = self.authors.get(&video) {
            return Some(author);
        }
        match self.store.video(None, video).await {
            Ok(Some(found)) => {
                self.learn_author(video, found.author.id);
                Some(found.author.id)
            }
            Ok(None) => None,
            Err(error) => {
                tracing::debug!(%error, "who published a video could not be found out");
                None
            }
        }
    }

    pub(super) fn learn_author(&self, video: VideoId, author: UserId) {
        if !self.authors.contains_key(&video) {
            self.authors.insert(video, author);
        }
    }

    pub(super) fn learn_publication(&self, at: Timestamp) {
        self.newest_publication.fetch_max(at.as_millis(), Relaxed);
    }

    /// Whether no video that is known of was published at or after an instant.
    pub(super) fn is_after_the_newest(&self, at: Timestamp) -> bool {
        at.as_millis() > self.newest_publication.load(Relaxed)
    }

    /// There is something whose id was made then.
    pub(super) fn learn_id(&self, made_at: Timestamp) {
        self.newest_id.fetch_max(made_at.as_millis(), Relaxed);
    }

    /// Whether it may be remembered that nothing has an id that was made then. Another process says nothing of a row that it adds.
    pub(super) fn stays_absent(&self, made_at: Timestamp) -> bool {
        let latest_row = made_at.plus_millis(LONGEST_BEFORE_ITS_ROW);
        self.is_alone() || latest_row.as_millis() < self.newest_id.load(Relaxed)
    }

    pub(super) async fn comment_ownership(
        &self,
        video: VideoId,
        comment: CommentId,
    ) -> Result<Option<CommentOwnership>, StoreError> {
        let owners = self.store.comment_ownership(video, comment).await?;
        if let Some(owners) = owners {
            self.comments.insert(comment, (video, owners));
        }
        Ok(owners)
    }

    /// What [`comment_ownership`](Self::comment_ownership) told a moment ago.
    pub(super) fn owned_comment(&self, comment: CommentId) -> Option<(VideoId, CommentOwnership)> {
        self.comments.get(&comment)
    }
}
