//! Faults of what is answered.

use douyin_core::{Comment, Cursor, Page, PageRequest, Timestamp, User, Video};

use crate::broken::{Broken, Fault};

impl Broken {
    pub(crate) fn user(&self, mut user: User) -> User {
        match self.fault {
            Fault::WorksNotCounted => user.work_count = 0,
            Fault::FollowCountersSwapped => {
                std::mem::swap(&mut user.follow_count, &mut user.follower_count);
            }
            Fault::TotalFavoritedOnlyGrows => {
                let notes = self.notes();
                user.total_favorited += notes.likes_taken_back.get(&user.id).copied().unwrap_or(0);
            }
            Fault::LikesOfDeletedVideosKept => {
                let notes = self.notes();
                let deleted = notes.deleted_videos.iter();
                let of_user = deleted.filter(|video| video.author.id == user.id);
                user.total_favorited += of_user.map(|video| video.favorite_count).sum::<i64>();
            }
            _ => {}
        }
        user
    }

    pub(crate) fn video(&self, mut video: Video) -> Video {
        video.author = self.user(video.author);
        let notes = self.notes();
        match self.fault {
            Fault::PublicationInstantsRepeat | Fault::PublicationInstantsRaced => {
                video.published_at = notes.video_instants[&video.id];
            }
            Fault::RepeatedLikesCounted
            | Fault::LikeCounterLosesUpdates
            | Fault::LikesCountedInASecondStep => {
                video.favorite_count = notes.likes.get(&video.id).copied().unwrap_or(0);
            }
            Fault::DeletedCommentsListed | Fault::DeletionsCountedTwice => {
                video.comment_count -= notes.deletions.get(&video.id).copied().unwrap_or(0);
            }
            _ => {}
        }
        video
    }

    pub(crate) fn comment(&self, mut comment: Comment) -> Comment {
        comment.author = self.user(comment.author);
        comment
    }

    /// What the sound store is asked for, for what this one was asked for.
    pub(crate) fn asked(&self, page: PageRequest) -> PageRequest {
        let after = page.after.map(|place| match self.fault {
            Fault::PagesIncludeTheirPlace => Cursor {
                id: place.id + 1,
                ..place
            },
            Fault::PagesByInstantAlone => Cursor::strictly_before(place.at),
            _ => place,
        });
        PageRequest { after, ..page }
    }

    /// What this store answers, for what the sound one does.
    pub(crate) fn told<T>(
        &self,
        request: PageRequest,
        page: Page<T>,
        show: impl Fn(T) -> T,
    ) -> Page<T> {
        let full = page.items.len() == request.limit as usize;
        let next = match self.fault {
            Fault::NextAlwaysNone => None,
            Fault::NextOfEveryFullPage if full => page
                .next
                .or(Some(Cursor::strictly_before(Timestamp::from_millis(0)))),
            _ => page.next,
        };
        let mut items: Vec<T> = page.items.into_iter().map(show).collect();
        if self.has(Fault::ListsOldestFirst) {
            items.reverse();
        }
        Page { items, next }
    }
}
