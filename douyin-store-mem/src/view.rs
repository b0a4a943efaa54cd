//! Rows as somebody sees them.

use douyin_core::{Comment, CommentId, Entity, StoreError, User, UserId, Video, VideoId};

use crate::Error;
use crate::state::{State, UserRow};

/// The rows through a viewer's eyes. Whose id nobody has sees what anonymous viewers see.
pub(crate) struct View<'a> {
    state: &'a State,
    viewer: Option<&'a UserRow>,
}

impl State {
    pub(crate) fn seen_by(&self, viewer: Option<UserId>) -> View<'_> {
        View {
            state: self,
            viewer: viewer.and_then(|viewer| self.users.get(&viewer)),
        }
    }
}

impl View<'_> {
    pub(crate) fn user(&self, id: UserId) -> Result<User, StoreError> {
        let row = self.state.users.get(&id);
        let row = row.ok_or(Error::Dangling(Entity::User))?;
        Ok(self.user_row(id, row))
    }

    pub(crate) fn user_row(&self, id: UserId, row: &UserRow) -> User {
        User {
            id,
            name: row.name.as_str().to_owned(),
            signature: row.signature.clone(),
            avatar: row.avatar.clone(),
            background: row.background.clone(),
            follow_count: row.tally.follows(),
            follower_count: row.tally.followers(),
            total_favorited: row.tally.total_favorited(),
            work_count: row.tally.works(),
            favorite_count: row.tally.favorites(),
            is_follow: self
                .viewer
                .is_some_and(|viewer| viewer.follows.contains(id)),
        }
    }

    pub(crate) fn video(&self, id: VideoId) -> Result<Video, StoreError> {
        let row = self.state.video(id);
        let row = row.ok_or(Error::Dangling(Entity::Video))?;
        Ok(Video {
            id,
            author: self.user(row.author)?,
            title: row.title.clone(),
            play: row.play.clone(),
            cover: row.cover.clone(),
            stream: row.stream.clone(),
            favorite_count: row.tally.favorites(),
            comment_count: row.tally.comments(),
            is_favorite: self
                .viewer
                .is_some_and(|viewer| viewer.favorites.contains(id)),
            published_at: row.at,
        })
    }

    pub(crate) fn comment(&self, id: CommentId) -> Result<Comment, StoreError> {
        let row = self.state.comments.get(&id);
        let row = row.ok_or(Error::Dangling(Entity::Comment))?;
        Ok(Comment {
            id,
            author: self.user(row.author)?,
            text: row.text.clone(),
            at: row.at,
        })
    }
}
