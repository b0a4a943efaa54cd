use async_trait::async_trait;
use douyin_core::{
    Change, Favorites, Mark, Marks, Page, PageRequest, StoreError, Timestamp, UserId, Video,
    VideoId,
};

use super::SqlStore;
use super::deletion::Forgetting;
use crate::decode;
use crate::engine::{Columns, Engine, Numbers};
use crate::writer::Marking;

#[async_trait]
impl<E: Engine> Favorites for SqlStore<E> {
    async fn mark_favorite(
        &self,
        user: UserId,
        video: VideoId,
        mark: Mark,
        at: Timestamp,
    ) -> Result<Change, StoreError> {
        let pair = (user.get(), video.get());
        Ok(self
            .writer
            .mark_favorite(Marking { pair, mark, at })
            .await?)
    }

    async fn forget_favorites(&self, video: VideoId, limit: u32) -> Result<u32, StoreError> {
        Ok(self.writer.perform(Forgetting { video, limit }).await?)
    }

    async fn favorites(
        &self,
        viewer: Option<UserId>,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Video>, StoreError> {
        let statement = &self.statements.favorites.favorites;
        Ok(self
            .read_page(statement, viewer, user.get(), page, |_, row| {
                decode::video(row)
            })
            .await?)
    }

    async fn marks_of(
        &self,
        viewer: UserId,
        videos: &[VideoId],
        users: &[UserId],
    ) -> Result<Marks, StoreError> {
        let videos = Numbers::new(videos.iter().map(|video| [video.get()]));
        let users = Numbers::new(users.iter().map(|user| [user.get()]));
        let values = [viewer.into(), (&videos).into(), (&users).into()];
        let statement = &self.statements.favorites.marks_of;
        let mut marks = Marks::default();
        for row in self.readers.rows(statement, &values).await? {
            decode::mark(&mut marks, &mut Columns::of(&row))?;
        }
        Ok(marks)
    }
}
