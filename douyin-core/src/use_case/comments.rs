use crate::{
    Change, Comment, CommentId, CommentText, Douyin, Entity, Error, Event, ListQuery, NewComment,
    Page, UserId, VideoId,
};

impl Douyin {
    /// Comments on a video: 1 to 1024 characters. Answers the comment as its author sees it.
    ///
    /// # Errors
    /// [`Error::Text`], [`Error::NotFound`], [`Error::Store`].
    pub async fn comment(
        &self,
        author: UserId,
        video: VideoId,
        text: &str,
    ) -> Result<Comment, Error> {
        let text = CommentText::parse(&self.filter.clean(text))?;
        // Read before the write: once the comment stands, nothing may fail any more.
        let card = self.profile(Some(author), author).await?;
        let at = self.now();
        let id: CommentId = self.new_id(at)?;
        self.store
            .add_comment(NewComment {
                id,
                video,
                author,
                text: text.clone(),
                at,
            })
            .await?;
        self.emit(Event::Commented {
            comment: id,
            video,
            author,
            at,
        });
        Ok(Comment {
            id,
            author: card,
            text: text.into_string(),
            at,
        })
    }

    /// Deletes a comment, for its author and for the video's author. Deleting it twice is a failure.
    ///
    /// # Errors
    /// [`Error::NotYourComment`], [`Error::NotFound`], [`Error::Store`].
    pub async fn delete_comment(
        &self,
        by: UserId,
        video: VideoId,
        comment: CommentId,
    ) -> Result<(), Error> {
        let gone = Error::NotFound(Entity::Comment);
        let Some(owners) = self.store.comment_ownership(video, comment).await? else {
            return Err(gone);
        };
        if by != owners.author && by != owners.video_author {
            return Err(Error::NotYourComment);
        }
        let at = self.now();
        match self.store.delete_comment(comment, at).await? {
            Change::Unchanged => Err(gone),
            Change::Applied => {
                self.emit(Event::CommentDeleted {
                    comment,
                    video,
                    by,
                    at,
                });
                Ok(())
            }
        }
    }

    /// The comments below a video, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn comments(
        &self,
        viewer: Option<UserId>,
        video: VideoId,
        query: ListQuery,
    ) -> Result<Page<Comment>, Error> {
        let page = self
            .store
            .comments(viewer, video, query.within(self.limits.list))
            .await?;
        if page.items.is_empty() {
            self.video(None, video).await?;
        }
        Ok(page)
    }
}
