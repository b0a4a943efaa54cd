use crate::{
    Cursor, Douyin, Entity, Error, Event, FeedPage, FeedQuery, ListQuery, MediaKey, NewVideo, Page,
    Timestamp, Title, UserId, Video, VideoId,
};

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
    /// [`Error::Text`], [`Error::NotFound`] where the author does not exist, [`Error::Store`].
    pub async fn publish(&self, author: UserId, upload: Upload) -> Result<Timestamp, Error> {
        let title = self.title(&upload.title)?;
        let Upload {
            id, play, cover, ..
        } = upload;
        let at = self
            .store
            .publish(NewVideo {
                id,
                author,
                title,
                play,
                cover,
                at: self.now(),
            })
            .await?;
        self.emit(Event::Published {
            video: id,
            author,
            at,
        });
        Ok(at)
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
