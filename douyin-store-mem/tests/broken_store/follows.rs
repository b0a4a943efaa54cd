use async_trait::async_trait;
use douyin_core::{
    Change, Follows, Friend, Mark, Page, PageRequest, StoreError, Timestamp, User, UserId, Users,
};

use crate::broken::{Broken, Fault};

#[async_trait]
impl Follows for Broken {
    async fn mark_follow(
        &self,
        follower: UserId,
        other: UserId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        self.sound.mark_follow(follower, other, mark, at).await
    }

    async fn are_friends(&self, one: UserId, other: UserId) -> Result<bool, StoreError> {
        if self.has(Fault::FriendsOneWay) {
            let other = self.sound.profile(Some(one), other).await?;
            return Ok(other.is_some_and(|other| other.is_follow));
        }
        self.sound.are_friends(one, other).await
    }

    async fn follows(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let list = self.sound.follows(viewer, user, self.asked(page)).await?;
        Ok(self.told(page, list, |user| self.user(user)))
    }

    async fn followers(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let list = self.sound.followers(viewer, user, self.asked(page)).await?;
        Ok(self.told(page, list, |user| self.user(user)))
    }

    async fn friends(
        &self,
        viewer: UserId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Friend>, StoreError> {
        let list = match self.fault {
            Fault::FriendsShowTheOwnersMessages => {
                self.sound.friends(user, user, self.asked(page)).await?
            }
            Fault::FriendsOneWay => {
                let follows = self
                    .sound
                    .follows(Some(viewer), user, self.asked(page))
                    .await?;
                let friends = follows.items.into_iter();
                let friends = friends.map(|user| Friend { user, newest: None });
                Page {
                    items: friends.collect(),
                    next: follows.next,
                }
            }
            _ => self.sound.friends(viewer, user, self.asked(page)).await?,
        };
        Ok(self.told(page, list, |friend| Friend {
            user: self.user(friend.user),
            ..friend
        }))
    }
}
