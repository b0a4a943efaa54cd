use async_trait::async_trait;
use douyin_core::{
    Change, Follows, Friend, Mark, Page, PageRequest, StoreError, Timestamp, User, UserId,
};

use crate::MemStore;
use crate::conversation::Pair;
use crate::state::State;
use crate::tally::step;
use crate::timeline::page_of;

#[async_trait]
impl Follows for MemStore {
    async fn mark_follow(
        &self,
        follower: UserId,
        target: UserId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        let mut state = self.write()?;
        state.user(target)?;
        let change = state.user_mut(follower)?.follows.set(target, mark, at);
        if change == Change::Applied {
            let followers = &mut state.user_mut(target)?.followers;
            // The other side of the same follow: it changes exactly when this one does.
            let _same = followers.set(follower, mark, at);
            state.count_follow(follower, target, step(mark))?;
        }
        Ok(change)
    }

    async fn are_friends(&self, one: UserId, other: UserId) -> Result<bool, StoreError> {
        let state = self.read()?;
        Ok(state.is_following(one, other) && state.is_following(other, one))
    }

    async fn follows(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let state = self.read()?;
        let view = state.seen_by(viewer);
        match state.users.get(&user) {
            Some(user) => user.follows.timeline().page(page, |id| view.user(id)),
            None => Ok(Page::empty()),
        }
    }

    async fn followers(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let state = self.read()?;
        let view = state.seen_by(viewer);
        match state.users.get(&user) {
            Some(user) => user.followers.timeline().page(page, |id| view.user(id)),
            None => Ok(Page::empty()),
        }
    }

    async fn friends(
        &self,
        viewer: UserId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Friend>, StoreError> {
        let state = self.read()?;
        let view = state.seen_by(Some(viewer));
        let Some(row) = state.users.get(&user) else {
            return Ok(Page::empty());
        };
        let follows = row.follows.timeline().newest_first(page.after);
        let friends = follows.filter(|(_, id)| row.followers.contains(**id));
        page_of(friends, page.limit, |id| {
            let conversation = state.conversations.get(&Pair::of(viewer, id));
            Ok(Friend {
                user: view.user(id)?,
                newest: conversation.and_then(|conversation| conversation.newest(viewer)),
            })
        })
    }
}

impl State {
    fn is_following(&self, follower: UserId, target: UserId) -> bool {
        self.users
            .get(&follower)
            .is_some_and(|row| row.follows.contains(target))
    }
}
