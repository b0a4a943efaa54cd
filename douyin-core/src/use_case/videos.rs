use crate::{
    Change, Cursor, Douyin, Entity, Error, Event, FeedPage, FeedQuery, ListQuery, MediaKey,
    NewVideo, Page, Task, Timestamp, Title, UserId, Video, VideoDeletion, VideoId,
};

/// Likes of a deleted video that are forgotten in one transaction.
const LIKES_AT_ONCE: u32 = 1000;
/// How many such transactions whoever waits for it waits for; a job does what is left.
const TRANSACTIONS_AT_ONCE: usize = 10;

/// A video whose media is stored and waits to be published.
#[derive(Debug, Clone)]
pub struct Upload {
    /// From [`Douyin::new_video_id`], so that the media can be stored under it.
    pub id: VideoId,
    /// The title as the author typed it.
    pub title: String,
    /// The video file.
    pub play: MediaKey,
    /// Its cover.
    pub cover: MediaKey,
    /// How large the video file is, in bytes.
    pub bytes: u64,
}

impl Douyin {
    /// An id for a video that is about to be published.
    ///
    /// # Errors
    /// [`Error::Store`] where there is no id: `Unavailable` without a lease of a node number.
    pub fn new_video_id(&self) -> Result<VideoId, Error> {
        self.new_id(self.now())
    }

    /// Checks and cleans a title, so that an upload can be refused before its media is stored.
    ///
    /// # Errors
    /// [`Error::Text`].
    pub fn title(&self, text: &str) -> Result<Title, Error> {
        Ok(Title::parse(&self.filter.clean(text))?)
    }

    /// Publishes a video. From then on it is in every list that it belongs to. Answers the instant that it is ordered by.
    ///
    /// # Errors
    /// [`Error::Text`], [`Error::NotFound`] where the author does not exist, [`Error::OverQuota`], [`Error::Store`].
    pub async fn publish(&self, author: UserId, upload: Upload) -> Result<Timestamp, Error> {
        let title = self.title(&upload.title)?;
        let Upload {
            id,
            play,
            cover,
            bytes,
            ..
        } = upload;
        let now = self.now();
        let prepare = self.limits.jobs.prepare;
        let job = prepare.then(|| self.job(Task::Prepare(id), now));
        let at = self
            .store
            .publish(NewVideo {
                id,
                author,
                title,
                play,
                cover,
                at: now,
                bytes,
                quota: self.limits.stored_bytes,
                job: job.transpose()?,
            })
            .await?;
        self.emit(Event::Published {
            video: id,
            author,
            at,
        });
        Ok(at)
    }

    /// Deletes a video, for its author. It is in no list any more; its files go later. Deleting it twice is a failure.
    ///
    /// # Errors
    /// [`Error::NotYourVideo`], [`Error::NotFound`], [`Error::Store`].
    pub async fn delete_video(&self, by: UserId, video: VideoId) -> Result<(), Error> {
        // Whose it is never changes, and the deletion itself says whether it was the one that did it.
        if self.video(None, video).await?.author.id != by {
            return Err(Error::NotYourVideo);
        }
        let at = self.now();
        let deletion = VideoDeletion {
            video,
            at,
            jobs: vec![
                self.job(Task::ForgetFavorites(video), at)?,
                self.job(Task::RemoveVideo(video), self.removal_after(at))?,
            ],
        };
        if self.store.delete_video(deletion).await? == Change::Unchanged {
            return Err(Error::NotFound(Entity::Video));
        }
        self.emit(Event::VideoDeleted {
            video,
            author: by,
            at,
        });
        // It is deleted, whatever comes of this: the job goes on where it stops.
        let _is_more_left = self.forget_favorites(video).await;
        Ok(())
    }

    /// Forgets likes of a deleted video, a thousand in one transaction, ten thousand at most. Answers whether there may be more.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn forget_favorites(&self, video: VideoId) -> Result<bool, Error> {
        for _ in 0..TRANSACTIONS_AT_ONCE {
            if !self.forget_some_favorites(video).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether there may be more.
    async fn forget_some_favorites(&self, video: VideoId) -> Result<bool, Error> {
        let forgotten = self.store.forget_favorites(video, LIKES_AT_ONCE).await?;
        Ok(forgotten == LIKES_AT_ONCE)
    }

    /// How many bytes more an author may store, so that an upload can be refused before it comes in; publishing decides once more. `None`
    /// for any number.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn room_of(&self, author: UserId) -> Result<Option<u64>, Error> {
        let Some(quota) = self.limits.stored_bytes else {
            return Ok(None);
        };
        let stored = self.store.stored_bytes(author).await?;
        Ok(Some(quota.saturating_sub(stored)))
    }

    /// A video as `viewer` sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn video(&self, viewer: Option<UserId>, video: VideoId) -> Result<Video, Error> {
        self.store
            .video(viewer, video)
            .await?
            .ok_or(Error::NotFound(Entity::Video))
    }

    /// A page of all videos, newest first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn feed(&self, viewer: Option<UserId>, query: FeedQuery) -> Result<FeedPage, Error> {
        let latest = query.latest.filter(|latest| latest.as_millis() > 0);
        let cursor = query.cursor.or(latest.map(Cursor::strictly_before));
        let limit = query.limit.or(Some(self.limits.feed_page));
        let page = ListQuery { limit, cursor }.within(self.limits.feed_page);
        let videos = self.store.feed(viewer, page).await?;
        let next_time = videos
            .items
            .last()
            .map_or_else(|| self.now(), |oldest| oldest.published_at);
        Ok(FeedPage { videos, next_time })
    }

    /// The videos of an author, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn published(
        &self,
        viewer: Option<UserId>,
        author: UserId,
        query: ListQuery,
    ) -> Result<Page<Video>, Error> {
        let page = self
            .store
            .published(viewer, author, query.within(self.limits.list))
            .await?;
        self.list_of(author, page).await
    }
}
