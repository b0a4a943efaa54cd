//! The counters: this is the only place that changes one.

use std::collections::HashMap;

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

    const fn named(self) -> [(Counter, i64); 5] {
        [
            (Counter::UserFollows, self.follows),
            (Counter::UserFollowers, self.followers),
            (Counter::UserTotalFavorited, self.total_favorited),
            (Counter::UserWorks, self.works),
            (Counter::UserFavorites, self.favorites),
        ]
    }
}

impl VideoTally {
    pub(crate) const fn favorites(&self) -> i64 {
        self.favorites
    }

    pub(crate) const fn comments(&self) -> i64 {
        self.comments
    }

    const fn named(self) -> [(Counter, i64); 2] {
        [
            (Counter::VideoFavorites, self.favorites),
            (Counter::VideoComments, self.comments),
        ]
    }
}

impl State {
    pub(crate) fn count_work(&mut self, author: UserId) -> Result<(), StoreError> {
        self.user_mut(author)?.tally.works += 1;
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

    /// The counters that disagree with the rows.
    pub(crate) fn drift(&self) -> Vec<Drift> {
        let rows = self.recount();
        let users = self.users.iter().flat_map(|(id, row)| {
            let counted = rows.users.get(id).copied().unwrap_or_default();
            disagreements(id.get(), row.tally.named(), counted.named())
        });
        let videos = self.videos.iter().flat_map(|(id, row)| {
            let counted = rows.videos.get(id).copied().unwrap_or_default();
            disagreements(id.get(), row.tally.named(), counted.named())
        });
        let mut drift: Vec<Drift> = users.chain(videos).collect();
        drift.sort_unstable();
        drift
    }

    /// Sets every counter to what the rows count.
    pub(crate) fn repair(&mut self) -> Vec<Drift> {
        let drift = self.drift();
        let rows = self.recount();
        for (id, row) in &mut self.users {
            row.tally = rows.users.get(id).copied().unwrap_or_default();
        }
        for (id, row) in &mut self.videos {
            row.tally = rows.videos.get(id).copied().unwrap_or_default();
        }
        drift
    }

    /// Counts the rows: each like and follow once, at the user who gave it.
    fn recount(&self) -> Recount {
        let mut count = Recount::default();
        for video in self.videos.values() {
            count.users.entry(video.author).or_default().works += 1;
        }
        for (id, user) in &self.users {
            for video in user.favorites.ids() {
                count.users.entry(*id).or_default().favorites += 1;
                count.videos.entry(video).or_default().favorites += 1;
                if let Some(row) = self.videos.get(&video) {
                    count.users.entry(row.author).or_default().total_favorited += 1;
                }
            }
            for target in user.follows.ids() {
                count.users.entry(*id).or_default().follows += 1;
                count.users.entry(target).or_default().followers += 1;
            }
        }
        for comment in self.comments.values().filter(|row| row.deleted.is_none()) {
            count.videos.entry(comment.video).or_default().comments += 1;
        }
        count
    }
}

/// How a counter moves when a mark is set to this.
pub(crate) const fn step(mark: Mark) -> i64 {
    match mark {
        Mark::On => 1,
        Mark::Off => -1,
    }
}

#[derive(Default)]
struct Recount {
    users: HashMap<UserId, UserTally>,
    videos: HashMap<VideoId, VideoTally>,
}

fn disagreements<const N: usize>(
    of: i64,
    stored: [(Counter, i64); N],
    counted: [(Counter, i64); N],
) -> impl Iterator<Item = Drift> {
    stored
        .into_iter()
        .zip(counted)
        .filter(|(stored, counted)| stored != counted)
        .map(move |((counter, stored), (_, counted))| Drift {
            counter,
            of,
            stored,
            counted,
        })
}

#[cfg(test)]
mod tests {
    use douyin_core::{Audit, Follows, NewUser, PasswordHash, Signature, Timestamp};
    use douyin_core::{Username, Users};

    use super::*;
    use crate::MemStore;

    #[tokio::test]
    async fn a_counter_that_disagrees_is_told_and_repaired() {
        let at = Timestamp::from_millis(1);
        let store = MemStore::new();
        let users = [1, 2].map(|id| UserId::new(id).unwrap());
        for id in users {
            let user = NewUser {
                id,
                name: Username::parse(&id.to_string()).unwrap(),
                password: PasswordHash::new(""),
                signature: Signature::parse("").unwrap(),
                at,
            };
            store.register(user).await.unwrap();
        }
        let change = store.mark_follow(users[0], users[1], Mark::On, at).await;
        assert_eq!(change.unwrap(), douyin_core::Change::Applied);
        assert_eq!(store.drift().await.unwrap(), []);

        store
            .write()
            .unwrap()
            .users
            .get_mut(&users[1])
            .unwrap()
            .tally
            .followers = 7;
        let wrong = Drift {
            counter: Counter::UserFollowers,
            of: 2,
            stored: 7,
            counted: 1,
        };
        assert_eq!(store.drift().await.unwrap(), [wrong]);
        assert_eq!(store.repair().await.unwrap(), [wrong]);
        assert_eq!(store.drift().await.unwrap(), []);
        let repaired = store.profile(None, users[1]).await.unwrap().unwrap();
        assert_eq!(repaired.follower_count, 1);
    }
}
