use std::collections::HashMap;

use async_trait::async_trait;
use douyin_core::{Audit, Counter, Drift, StoreError};

use crate::MemStore;
use crate::state::State;

#[async_trait]
impl Audit for MemStore {
    async fn ping(&self) -> Result<(), StoreError> {
        self.write().map(drop).map_err(StoreError::from)
    }

    async fn drift(&self, counter: Counter) -> Result<Vec<Drift>, StoreError> {
        Ok(self.read()?.drift(counter))
    }

    async fn repair(&self, counter: Counter) -> Result<Vec<Drift>, StoreError> {
        let mut state = self.write()?;
        let drift = state.drift(counter);
        for drift in &drift {
            state.correct(drift)?;
        }
        Ok(drift)
    }
}

impl State {
    fn drift(&self, counter: Counter) -> Vec<Drift> {
        let rows = self.counted(counter);
        let mut drift: Vec<Drift> = self
            .stored(counter)
            .into_iter()
            .map(|(of, stored)| Drift {
                counter,
                of,
                stored,
                counted: rows.get(&of).copied().unwrap_or(0),
            })
            .filter(|drift| drift.stored != drift.counted)
            .collect();
        drift.sort_unstable();
        drift
    }

    /// How many rows a counter should count, by the id of its owner. Each like and follow is counted at the user who gave it.
    fn counted(&self, counter: Counter) -> HashMap<i64, i64> {
        let likes = || {
            self.users
                .iter()
                .flat_map(|(id, user)| user.favorites.ids().map(|video| (*id, video)))
        };
        let follows = || {
            self.users
                .iter()
                .flat_map(|(id, user)| user.follows.ids().map(|whom| (*id, whom)))
        };
        let videos = || {
            let rows = self.videos.values();
            rows.filter(|video| video.deleted.is_none())
        };
        match counter {
            Counter::UserFollows => count(follows().map(|(follower, _)| follower)),
            Counter::UserFollowers => count(follows().map(|(_, whom)| whom)),
            Counter::UserTotalFavorited => {
                count(likes().filter_map(|(_, video)| Some(self.video(video)?.author)))
            }
            Counter::UserWorks => count(videos().map(|video| video.author)),
            Counter::UserFavorites => count(likes().map(|(user, _)| user)),
            Counter::UserStoredBytes => sum(videos().map(|video| (video.author, video.bytes))),
            Counter::VideoFavorites => count(likes().map(|(_, video)| video)),
            Counter::VideoComments => {
                let comments = self
                    .comments
                    .values()
                    .filter(|comment| comment.deleted.is_none());
                count(comments.map(|comment| comment.video))
            }
        }
    }
}

/// How often each id is there.
fn count<Id: Into<i64>>(ids: impl Iterator<Item = Id>) -> HashMap<i64, i64> {
    sum(ids.map(|id| (id, 1)))
}

/// What the numbers beside each id come to.
fn sum<Id: Into<i64>>(numbers: impl Iterator<Item = (Id, i64)>) -> HashMap<i64, i64> {
    let mut sums = HashMap::new();
    for (id, number) in numbers {
        *sums.entry(id.into()).or_default() += number;
    }
    sums
}

#[cfg(test)]
mod tests {
    use douyin_core::{
        Change, Follows, Mark, NewUser, PasswordHash, Signature, Timestamp, UserId, Username,
        Users, drift_of_all,
    };

    use super::*;

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
        assert_eq!(change.unwrap(), Change::Applied);
        assert_eq!(drift_of_all(&store).await.unwrap(), []);

        let wrong = Drift {
            counter: Counter::UserFollowers,
            of: 2,
            stored: 7,
            counted: 1,
        };
        let spoil = Drift {
            counted: 7,
            ..wrong
        };
        store.write().unwrap().correct(&spoil).unwrap();
        assert_eq!(drift_of_all(&store).await.unwrap(), [wrong]);
        assert_eq!(store.repair(Counter::UserFollowers).await.unwrap(), [wrong]);
        assert_eq!(drift_of_all(&store).await.unwrap(), []);
        let repaired = store.profile(None, users[1]).await.unwrap().unwrap();
        assert_eq!(repaired.follower_count, 1);
    }
}
