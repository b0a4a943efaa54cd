//! What can happen to videos and pictures in a history.

use proptest::option;
use proptest::prelude::*;

use super::answer::{Players, told, which};
use super::operation::Which;
use crate::conformance::scene::{at, new_video};
use crate::port::Result;
use crate::{
    MediaKey, NewJob, NewVideo, PictureChange, PictureKind, Task, Timestamp, VideoDeletion,
};

/// A call about what has files. `at` is in milliseconds.
#[derive(Debug, Clone)]
pub(super) enum OfMedia {
    Publish {
        author: Which,
        at: i64,
        bytes: u64,
        quota: Option<u64>,
    },
    DeleteVideo {
        video: Which,
        at: i64,
    },
    ForgetFavorites {
        video: Which,
        limit: u32,
    },
    StoredBytes {
        author: Which,
    },
    SetPicture {
        user: Which,
        kind: PictureKind,
        /// The number of the new one; `None` for the default one.
        picture: Option<u32>,
        at: i64,
    },
}

pub(super) fn of_media(which: impl Fn() -> BoxedStrategy<Which>) -> impl Strategy<Value = OfMedia> {
    let at = || 0..24_i64;
    let kind = prop_oneof![Just(PictureKind::Avatar), Just(PictureKind::Background)];
    prop_oneof![
        4 => (which(), at(), 0..4_u64, option::weighted(0.3, 0..10_u64))
            .prop_map(|(author, at, bytes, quota)| OfMedia::Publish { author, at, bytes, quota }),
        1 => (which(), at()).prop_map(|(video, at)| OfMedia::DeleteVideo { video, at }),
        1 => (which(), 0..3_u32).prop_map(|(video, limit)| OfMedia::ForgetFavorites { video, limit }),
        1 => which().prop_map(|author| OfMedia::StoredBytes { author }),
        1 => (which(), kind, option::weighted(0.8, 0..3_u32), at())
            .prop_map(|(user, kind, picture, at)| OfMedia::SetPicture { user, kind, picture, at }),
    ]
}

impl Players<'_> {
    pub(super) async fn of_media(&mut self, call: &OfMedia) -> String {
        match *call {
            OfMedia::Publish {
                author,
                at,
                bytes,
                quota,
            } => told(self.publish(author, at, bytes, quota).await),
            OfMedia::DeleteVideo { video, at: millis } => {
                let video = which(&self.videos, video);
                let job = NewJob {
                    id: self.make(),
                    task: Task::RemoveVideo(video),
                    due: at(millis),
                };
                let deletion = VideoDeletion {
                    video,
                    at: at(millis),
                    jobs: vec![job],
                };
                self.deleted.insert(video);
                told(self.store.delete_video(deletion).await)
            }
            // Which likes go first is the store's matter, so they go to the last one.
            OfMedia::ForgetFavorites { video, limit } => {
                let video = which(&self.videos, video);
                let some = self.store.forget_favorites(video, limit).await;
                let rest = self.store.forget_favorites(video, 1_000_000).await;
                told(some.and_then(|some| Ok((some, rest?))))
            }
            OfMedia::StoredBytes { author } => {
                let author = which(&self.users, author);
                told(self.store.stored_bytes(author).await)
            }
            OfMedia::SetPicture {
                user,
                kind,
                picture,
                at: millis,
            } => {
                let key = |number| MediaKey::new(format!("pictures/{number}.jpg"));
                let change = PictureChange {
                    user: which(&self.users, user),
                    kind,
                    picture: picture.map(key),
                    removal: self.make(),
                    remove_at: at(millis),
                };
                told(self.store.set_picture(change).await)
            }
        }
    }

    pub(super) async fn publish(
        &mut self,
        author: Which,
        millis: i64,
        bytes: u64,
        quota: Option<u64>,
    ) -> Result<Timestamp> {
        let video = self.make();
        let new = NewVideo {
            bytes,
            quota,
            ..new_video(video, which(&self.users, author), at(millis))
        };
        let published = self.store.publish(new).await?;
        self.videos.push(video);
        Ok(published)
    }
}
