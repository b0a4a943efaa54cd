//! The counters: this is the only place that reads or changes one.

use douyin_core::{Counter, Drift, Mark, StoreError, UserId, VideoId};

use crate::state::State;

/// The counters of a user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct UserTally {
    follows: i64,
    followers: i64,
    total_favorited: i64,
    works: i64,
    favorites: i64,
    stored_bytes: i64,
}

/// The counters of a video.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct VideoTally {
    favorites: i64,
    comments: i64,
}

impl UserTally {
    pub(crate) const fn follows(&self) -> i64 {
        self.follows
    }

    pub(crate) const fn followers(&self) -> i64 {
        self.followers
    }

    pub(crate) const fn total_favorited(&self) -> i64 {
        self.total_favorited
    }

    pub(crate) const fn works(&self) -> i64 {
        self.works
    }

    pub(crate) const fn favorites(&self) -> i64 {
        self.favorites
    }

    pub(crate) const fn stored_bytes(&self) -> i64 {
        self.stored_bytes
    }
}

impl VideoTally {
    pub(crate) const fn favorites(&self) -> i64 {
        self.favorites
    }

    pub(crate) const fn comments(&self) -> i64 {
        self.comments
    }
}

impl State {
    /// Counts a video of so many bytes that `author` published.
    pub(crate) fn count_work(&mut self, author: UserId, bytes: i64) -> Result<(), StoreError> {
        let tally = &mut self.user_mut(author)?.tally;
        tally.works += 1;
        tally.stored_bytes += bytes;
        Ok(())
    }

    /// Counts a video no longer, which has so many bytes and likes.
    pub(crate) fn discount_work(
        &mut self,
        author: UserId,
        bytes: i64,
        likes: i64,
    ) -> Result<(), StoreError> {
        let tally = &mut self.user_mut(author)?.tally;
        tally.works -= 1;
        tally.stored_bytes -= bytes;
        tally.total_favorited -= likes;
        Ok(())
    }

    /// Counts a like of a deleted video no longer, which its author had to do without already.
    pub(crate) fn forget_favorite(
        &mut self,
        user: UserId,
        video: VideoId,
    ) -> Result<(), StoreError> {
        self.video_row_mut(video)?.tally.favorites -= 1;
        self.user_mut(user)?.tally.favorites -= 1;
        Ok(())
    }

    /// Counts `by` likes more of `video` by `user`.
    pub(crate) fn count_favorite(
        &mut self,
        user: UserId,
        video: VideoId,
        by: i64,
    ) -> Result<(), StoreError> {
        let video = self.video_mut(video)?;
        video.tally.favorites += by;
        let author = video.author;
        self.user_mut(author)?.tally.total_favorited += by;
        self.user_mut(user)?.tally.favorites += by;
        Ok(())
    }

    /// Counts `by` follows more of `target` by `follower`.
    pub(crate) fn count_follow(
        &mut self,
        follower: UserId,
        target: UserId,
        by: i64,
    ) -> Result<(), StoreError> {
        self.user_mut(follower)?.tally.follows += by;
        self.user_mut(target)?.tally.followers += by;
        Ok(())
    }

    /// Counts `by` comments more below `video`.
    pub(crate) fn count_comment(&mut self, video: VideoId, by: i64) -> Result<(), StoreError> {
        self.video_mut(video)?.tally.comments += by;
        Ok(())
    }

    /// What a counter says, by the id of its owner.
    pub(crate) fn stored(&self, counter: Counter) -> Vec<(i64, i64)> {
        let of_users = |says: fn(&UserTally) -> i64| {
            let rows = self.users.iter();
            rows.map(|(id, row)| (id.get(), says(&row.tally))).collect()
        };
        let of_videos = |says: fn(&VideoTally) -> i64| {
            let rows = self.videos.iter();
            rows.map(|(id, row)| (id.get(), says(&row.tally))).collect()
        };
        match counter {
            Counter::UserFollows => of_users(UserTally::follows),
            Counter::UserFollowers => of_users(UserTally::followers),
            Counter::UserTotalFavorited => of_users(UserTally::total_favorited),
            Counter::UserWorks => of_users(UserTally::works),
            Counter::UserFavorites => of_users(UserTally::favorites),
            Counter::UserStoredBytes => of_users(UserTally::stored_bytes),
            Counter::VideoFavorites => of_videos(VideoTally::favorites),
            Counter::VideoComments => of_videos(VideoTally::comments),
        }
    }

    /// Sets a counter to what was counted.
    pub(crate) fn correct(&mut self, drift: &Drift) -> Result<(), StoreError> {
        let (of, counted) = (drift.of, drift.counted);
        match drift.counter {
            Counter::UserFollows => self.user_mut(of.try_into()?)?.tally.follows = counted,
            Counter::UserFollowers => self.user_mut(of.try_into()?)?.tally.followers = counted,
            Counter::UserTotalFavorited => {
                self.user_mut(of.try_into()?)?.tally.total_favorited = counted;
            }
            Counter::UserWorks => self.user_mut(of.try_into()?)?.tally.works = counted,
            Counter::UserFavorites => self.user_mut(of.try_into()?)?.tally.favorites = counted,
            Counter::UserStoredBytes => {
                self.user_mut(of.try_into()?)?.tally.stored_bytes = counted;
            }
            Counter::VideoFavorites => {
                self.video_row_mut(of.try_into()?)?.tally.favorites = counted;
            }
            Counter::VideoComments => {
                self.video_row_mut(of.try_into()?)?.tally.comments = counted;
            }
        }
        Ok(())
    }
}

/// How a counter moves when a mark is set to this.
pub(crate) const fn step(mark: Mark) -> i64 {
    match mark {
        Mark::On => 1,
        Mark::Off => -1,
    }
}
