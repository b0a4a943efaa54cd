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
        state.video(video)?;
        let change = state.user_mut(user)?.favorites.set(video, mark, at);
        if change == Change::Applied {
            state.count_favorite(user, video, step(mark))?;
        }
        Ok(change)
    }

    async fn forget_favorites(&self, _video: VideoId, _limit: u32) -> Result<u32, StoreError> {
        Err(StoreError::Unavailable("not built yet".into()))
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
            Some(user) => user.favorites.timeline().page(page, |id| view.video(id)),
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
        let liked = |video: &VideoId| viewer.favorites.contains(*video);
        let followed = |user: &UserId| viewer.follows.contains(*user);
        Ok(Marks {
            liked: videos.iter().copied().filter(liked).collect(),
            followed: users.iter().copied().filter(followed).collect(),
        })
    }
}
