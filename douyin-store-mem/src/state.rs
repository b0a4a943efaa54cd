//! The rows.

use std::collections::{BTreeSet, HashMap};

use douyin_core::{
    CommentId, Entity, Generation, MediaKey, PasswordHash, StoreError, Timestamp, UserId, Username,
    UsernameKey, VideoId,
};

use crate::conversation::{Conversation, Pair};
use crate::jobs::JobRows;
use crate::marks::Marks;
use crate::nodes::NodeRows;
use crate::sessions::Revocations;
use crate::tally::{UserTally, VideoTally};
use crate::timeline::Timeline;

/// Everything that the store holds. What is deleted, videos and comments, stays as rows.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) users: HashMap<UserId, UserRow>,
    pub(crate) names: HashMap<UsernameKey, UserId>,
    pub(crate) videos: HashMap<VideoId, VideoRow>,
    /// All videos, deleted or not; no two have one instant.
    pub(crate) publications: Timeline<VideoId>,
    /// Those that are not deleted.
    pub(crate) feed: Timeline<VideoId>,
    pub(crate) comments: HashMap<CommentId, CommentRow>,
    pub(crate) conversations: HashMap<Pair, Conversation>,
    pub(crate) nodes: NodeRows,
    pub(crate) revocations: Revocations,
    pub(crate) jobs: JobRows,
}

#[derive(Debug)]
pub(crate) struct UserRow {
    pub(crate) name: Username,
    pub(crate) signature: String,
    pub(crate) password: PasswordHash,
    pub(crate) generation: Generation,
    pub(crate) avatar: Option<MediaKey>,
    pub(crate) background: Option<MediaKey>,
    pub(crate) tally: UserTally,
    /// Those that are not deleted.
    pub(crate) published: Timeline<VideoId>,
    /// Those of deleted videos too, until they are forgotten.
    pub(crate) favorites: Marks<VideoId>,
    pub(crate) follows: Marks<UserId>,
    pub(crate) followers: Marks<UserId>,
}

#[derive(Debug)]
pub(crate) struct VideoRow {
    pub(crate) author: UserId,
    pub(crate) title: String,
    pub(crate) play: MediaKey,
    pub(crate) cover: MediaKey,
    pub(crate) stream: Option<MediaKey>,
    pub(crate) bytes: i64,
    pub(crate) at: Timestamp,
    pub(crate) deleted: Option<Timestamp>,
    pub(crate) tally: VideoTally,
    /// Who likes it, so that its likes can be forgotten when it is deleted.
    pub(crate) likers: BTreeSet<UserId>,
    /// Those that are not deleted.
    pub(crate) comments: Timeline<CommentId>,
}

#[derive(Debug)]
pub(crate) struct CommentRow {
    pub(crate) video: VideoId,
    pub(crate) author: UserId,
    pub(crate) text: String,
    pub(crate) at: Timestamp,
    pub(crate) deleted: Option<Timestamp>,
}

impl State {
    pub(crate) fn user(&self, id: UserId) -> Result<&UserRow, StoreError> {
        self.users
            .get(&id)
            .ok_or(StoreError::NotFound(Entity::User))
    }

    pub(crate) fn user_mut(&mut self, id: UserId) -> Result<&mut UserRow, StoreError> {
        self.users
            .get_mut(&id)
            .ok_or(StoreError::NotFound(Entity::User))
    }

    /// A video, unless it is deleted.
    pub(crate) fn video(&self, id: VideoId) -> Option<&VideoRow> {
        self.videos.get(&id).filter(|row| row.deleted.is_none())
    }

    /// A video, unless it is deleted.
    pub(crate) fn video_mut(&mut self, id: VideoId) -> Result<&mut VideoRow, StoreError> {
        self.video_row_mut(id)
            .ok()
            .filter(|row| row.deleted.is_none())
            .ok_or(StoreError::NotFound(Entity::Video))
    }

    /// The row of a video, deleted or not.
    pub(crate) fn video_row_mut(&mut self, id: VideoId) -> Result<&mut VideoRow, StoreError> {
        self.videos
            .get_mut(&id)
            .ok_or(StoreError::NotFound(Entity::Video))
    }
}
