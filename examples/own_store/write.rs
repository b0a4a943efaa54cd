//! What the journal holds: every write, as it was asked for.

use douyin_core::{
    CommentId, CommentText, Comments as _, Favorites as _, Follows as _, InvalidId,
    InvalidSessionId, InvalidTask, InvalidText, Mark, MediaKey, MessageId, MessageText,
    Messages as _, NewComment, NewJob, NewMessage, NewVideo, StoreError, Timestamp, Title, UserId,
    VideoId, Videos as _,
};
use douyin_store_mem::MemStore;
use serde::{Deserialize, Serialize};

use crate::jobs::{JobWrite, PlainJob};
use crate::media::MediaWrite;
use crate::sessions::SessionWrite;
use crate::users::UserWrite;

/// A write in plain values.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Write {
    User(UserWrite),
    Session(SessionWrite),
    Job(JobWrite),
    Media(MediaWrite),
    Publish {
        id: i64,
        author: i64,
        title: String,
        play: String,
        cover: String,
        at: i64,
        bytes: u64,
        quota: Option<u64>,
        job: Option<PlainJob>,
    },
    MarkFavorite {
        user: i64,
        video: i64,
        on: bool,
        at: i64,
    },
    AddComment {
        id: i64,
        video: i64,
        author: i64,
        text: String,
        at: i64,
    },
    DeleteComment {
        id: i64,
        at: i64,
    },
    MarkFollow {
        follower: i64,
        target: i64,
        on: bool,
        at: i64,
    },
    Send {
        id: i64,
        from: i64,
        to: i64,
        text: String,
        at: i64,
    },
}

/// A journaled value that the domain does not accept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplayError {
    #[error(transparent)]
    Id(#[from] InvalidId),
    #[error(transparent)]
    Text(#[from] InvalidText),
    #[error(transparent)]
    Session(#[from] InvalidSessionId),
    #[error(transparent)]
    Task(#[from] InvalidTask),
    #[error(transparent)]
    Store(StoreError),
}

impl Write {
    /// Does again what was done when this was journaled.
    ///
    /// A write that was refused then (it was journaled before anybody could know) is refused again, and that is fine: the
    /// store in memory decides by nothing but the writes before.
    pub(crate) async fn replay(self, memory: &MemStore) -> Result<(), ReplayError> {
        match self.apply(memory).await {
            Err(ReplayError::Store(
                StoreError::NotFound(_) | StoreError::Taken | StoreError::OverQuota,
            )) => Ok(()),
            result => result,
        }
    }

    async fn apply(self, memory: &MemStore) -> Result<(), ReplayError> {
        let done = match self {
            Self::User(write) => return write.apply(memory).await,
            Self::Session(write) => return write.apply(memory).await,
            Self::Job(write) => return write.apply(memory).await,
            Self::Media(write) => return write.apply(memory).await,
            Self::Publish {
                id,
                author,
                title,
                play,
                cover,
                at,
                bytes,
                quota,
                job,
            } => {
                let video = NewVideo {
                    id: VideoId::new(id)?,
                    author: UserId::new(author)?,
                    title: Title::parse(&title)?,
                    play: MediaKey::new(play),
                    cover: MediaKey::new(cover),
                    at: Timestamp::from_millis(at),
                    bytes,
                    quota,
                    job: job.map(NewJob::try_from).transpose()?,
                };
                memory.publish(video).await.map(drop)
            }
            Self::MarkFavorite {
                user,
                video,
                on,
                at,
            } => {
                let (user, video) = (UserId::new(user)?, VideoId::new(video)?);
                let at = Timestamp::from_millis(at);
                let marked = memory.mark_favorite(user, video, mark(on), at).await;
                marked.map(drop)
            }
            Self::AddComment {
                id,
                video,
                author,
                text,
                at,
            } => {
                let comment = NewComment {
                    id: CommentId::new(id)?,
                    video: VideoId::new(video)?,
                    author: UserId::new(author)?,
                    text: CommentText::parse(&text)?,
                    at: Timestamp::from_millis(at),
                };
                memory.add_comment(comment).await
            }
            Self::DeleteComment { id, at } => {
                let at = Timestamp::from_millis(at);
                let deleted = memory.delete_comment(CommentId::new(id)?, at).await;
                deleted.map(drop)
            }
            Self::MarkFollow {
                follower,
                target,
                on,
                at,
            } => {
                let (follower, target) = (UserId::new(follower)?, UserId::new(target)?);
                let at = Timestamp::from_millis(at);
                let marked = memory.mark_follow(follower, target, mark(on), at).await;
                marked.map(drop)
            }
            Self::Send {
                id,
                from,
                to,
                text,
                at,
            } => {
                let message = NewMessage {
                    id: MessageId::new(id)?,
                    from: UserId::new(from)?,
                    to: UserId::new(to)?,
                    text: MessageText::parse(&text)?,
                    at: Timestamp::from_millis(at),
                };
                memory.send(message).await.map(drop)
            }
        };
        done.map_err(ReplayError::Store)
    }
}

const fn mark(on: bool) -> Mark {
    if on { Mark::On } else { Mark::Off }
}
