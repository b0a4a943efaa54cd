use crate::{Change, Douyin, Error, Event, ListQuery, Mark, Page, UserId, Video, VideoId};

impl Douyin {
    /// Likes a video, or takes the like back. Repeating it changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn like(&self, user: UserId, video: VideoId, mark: Mark) -> Result<Change, Error> {
        let at = self.now();
        let change = self.store.mark_favorite(user, video, mark, at).await?;
        if change == Change::Applied {
            self.emit(Event::Liked {
                user,
                video,
                mark,
                at,
            });
        }
        Ok(change)
    }

    /// The videos that a user likes, latest like first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn favorites(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        query: ListQuery,
    ) -> Result<Page<Video>, Error> {
        let page = self
            .store
            .favorites(viewer, user, query.within(self.limits.list))
            .await?;
        self.list_of(user, page).await
    }
}
