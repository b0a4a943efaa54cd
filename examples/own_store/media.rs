//! What becomes of videos and pictures.

use douyin_core::{
    Favorites as _, JobId, MediaKey, NewJob, PictureChange, PictureKind, Timestamp, UserId,
    Users as _, VideoDeletion, VideoId, Videos as _,
};
use douyin_store_mem::MemStore;
use serde::{Deserialize, Serialize};

use crate::jobs::PlainJob;
use crate::write::ReplayError;

/// A write in plain values.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum MediaWrite {
    DeleteVideo {
        video: i64,
        at: i64,
        jobs: Vec<PlainJob>,
    },
    ForgetFavorites {
        video: i64,
        limit: u32,
    },
    SetPicture {
        user: i64,
        is_avatar: bool,
        picture: Option<String>,
        removal: i64,
        remove_at: i64,
    },
}

impl From<&VideoDeletion> for MediaWrite {
    fn from(deletion: &VideoDeletion) -> Self {
        Self::DeleteVideo {
            video: deletion.video.get(),
            at: deletion.at.as_millis(),
            jobs: deletion.jobs.iter().map(Into::into).collect(),
        }
    }
}

impl From<&PictureChange> for MediaWrite {
    fn from(change: &PictureChange) -> Self {
        let picture = change.picture.as_ref();
        Self::SetPicture {
            user: change.user.get(),
            is_avatar: change.kind == PictureKind::Avatar,
            picture: picture.map(|key| key.as_str().to_owned()),
            removal: change.removal.get(),
            remove_at: change.remove_at.as_millis(),
        }
    }
}

impl MediaWrite {
    pub(crate) async fn apply(self, memory: &MemStore) -> Result<(), ReplayError> {
        let done = match self {
            Self::DeleteVideo { video, at, jobs } => {
                let jobs = jobs.into_iter().map(NewJob::try_from);
                let deletion = VideoDeletion {
                    video: VideoId::new(video)?,
                    at: Timestamp::from_millis(at),
                    jobs: jobs.collect::<Result<_, _>>()?,
                };
                memory.delete_video(deletion).await.map(drop)
            }
            Self::ForgetFavorites { video, limit } => {
                let forgotten = memory.forget_favorites(VideoId::new(video)?, limit).await;
                forgotten.map(drop)
            }
            Self::SetPicture {
                user,
                is_avatar,
                picture,
                removal,
                remove_at,
            } => {
                let kind = if is_avatar {
                    PictureKind::Avatar
                } else {
                    PictureKind::Background
                };
                let change = PictureChange {
                    user: UserId::new(user)?,
                    kind,
                    picture: picture.map(MediaKey::new),
                    removal: JobId::new(removal)?,
                    remove_at: Timestamp::from_millis(remove_at),
                };
                memory.set_picture(change).await.map(drop)
            }
        };
        done.map_err(ReplayError::Store)
    }
}
