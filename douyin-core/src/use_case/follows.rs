use crate::{Change, Douyin, Error, Event, Friend, ListQuery, Mark, Page, User, UserId};

impl Douyin {
    /// Follows a user, or ends it. Repeating it changes nothing.
    ///
    /// # Errors
    /// [`Error::SelfFollow`], [`Error::NotFound`], [`Error::Store`].
    pub async fn follow(
        &self,
        follower: UserId,
        target: UserId,
        mark: Mark,
    ) -> Result<Change, Error> {
        if follower == target {
            return Err(Error::SelfFollow);
        }
        let at = self.now();
        let change = self.store.mark_follow(follower, target, mark, at).await?;
        if change == Change::Applied {
            self.emit(Event::Followed {
                follower,
                followee: target,
                mark,
                at,
            });
        }
        Ok(change)
    }

    /// Whom a user follows, latest follow first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn follows(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        query: ListQuery,
    ) -> Result<Page<User>, Error> {
        let page = self
            .store
            .follows(viewer, user, query.within(self.limits.list))
            .await?;
        self.list_of(user, page).await
    }

    /// Who follows a user, latest follow first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn followers(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        query: ListQuery,
    ) -> Result<Page<User>, Error> {
        let page = self
            .store
            .followers(viewer, user, query.within(self.limits.list))
            .await?;
        self.list_of(user, page).await
    }

    /// The friends of a user (who follows them and is followed by them), each with the newest message between them and
    /// the viewer.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn friends(
        &self,
        viewer: UserId,
        user: UserId,
        query: ListQuery,
    ) -> Result<Page<Friend>, Error> {
        let page = self
            .store
            .friends(viewer, user, query.within(self.limits.list))
            .await?;
        self.list_of(user, page).await
    }
}
