use async_trait::async_trait;
use douyin_core::{
    Change, Favorites, Mark, Marks, Page, PageRequest, StoreError, Timestamp, UserId, Video,
    VideoId,
};

use crate::MemStore;
use crate::tally::step;

#[async_trait]
impl Favorites for MemStore {
    async fn mark_favorite(
        &self,
        user: UserId,
        video: VideoId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        let mut state = self.write()?;
        state.video_mut(video)?;
        let change = state.user_mut(user)?.favorites.set(video, mark, at);
        if change == Change::Applied {
            let likers = &mut state.video_mut(video)?.likers;
            match mark {
                Mark::On => likers.insert(user),
                Mark::Off => likers.remove(&user),
            };
            state.count_favorite(user, video, step(mark))?;
        }
        Ok(change)
    }

    async fn forget_favorites(&self, video: VideoId, limit: u32) -> Result<u32, StoreError> {
        let mut state = self.write()?;
        let Ok(row) = state.video_row_mut(video) else {
            return Ok(0);
        };
        if row.deleted.is_none() {
            return Ok(0);
        }
        let mut forgotten = 0;
        while forgotten < limit
            && let Some(user) = state.video_row_mut(video)?.likers.pop_first()
        {
            state.user_mut(user)?.favorites.forget(video);
            state.forget_favorite(user, video)?;
            forgotten += 1;
        }
        Ok(forgotten)
    }

    async fn favorites(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        let state = self.read()?;
        let view = state.seen_by(viewer);
        match state.users.get(&user) {
            Some(user) => {
                let is_there = |id| state.video(id).is_some();
                let likes = user.favorites.timeline();
                likes.page_where(page, is_there, |id| view.video(id))
            }
            None => Ok(Page::empty()),
        }
    }

    async fn marks_of(
        &self,
        viewer: UserId,
        videos: &[VideoId],
        users: &[UserId],
    ) -> Result<Marks, StoreError> {
        let state = self.read()?;
        let Some(viewer) = state.users.get(&viewer) else {
            return Ok(Marks::default());
        };
        let liked =
            |video: &VideoId| viewer.favorites.contains(*video) && state.video(*video).is_some();
        let followed = |user: &UserId| viewer.follows.contains(*user);
        Ok(Marks {
            liked: videos.iter().copied().filter(liked).collect(),
            followed: users.iter().copied().filter(followed).collect(),
        })
    }
}
