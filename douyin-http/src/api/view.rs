//! What the objects of an answer look like: borrowed from the domain's, written straight to the body.

use douyin_core::{Comment, Friend, Message, Page, Timestamp, User, Video};
use douyin_media::{default_avatar, default_background};
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::params::WithStreams;
use super::urls::{MediaUrl, Urls};

/// What a user takes in an answer, unless their name, their signature and the host's are long.
pub(crate) const USER_BYTES: usize = 360;

/// What a video takes in an answer.
pub(crate) const VIDEO_BYTES: usize = 320 + USER_BYTES;

/// A user, as the caller sees them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserView<'a> {
    #[schema(example = 4_000_000_000_001_i64)]
    id: i64,
    name: &'a str,
    /// How many users they follow.
    follow_count: i64,
    /// How many users follow them.
    follower_count: i64,
    /// Whether the caller follows them; false for anonymous callers and for oneself.
    is_follow: bool,
    #[schema(value_type = String, format = "uri")]
    avatar: MediaUrl<'a>,
    #[schema(value_type = String, format = "uri")]
    background_image: MediaUrl<'a>,
    signature: &'a str,
    /// How many likes their videos have.
    total_favorited: i64,
    /// How many videos they published.
    work_count: i64,
    /// How many videos they like.
    favorite_count: i64,
}

/// A friend of the caller or of somebody else, with the newest message between them and the caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FriendUser)]
pub(crate) struct FriendView<'a> {
    #[serde(flatten)]
    user: UserView<'a>,
    /// The newest message; empty where there is none.
    message: &'a str,
    /// 0: the caller received it; 1: the caller sent it.
    #[serde(rename = "msgType")]
    message_type: u8,
    /// The same number.
    msg_type: u8,
}

/// A video, as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Video)]
pub(crate) struct VideoView<'a> {
    #[schema(example = 4_000_000_000_001_i64)]
    id: i64,
    author: UserView<'a>,
    #[schema(value_type = String, format = "uri")]
    play_url: MediaUrl<'a>,
    #[schema(value_type = String, format = "uri")]
    cover_url: MediaUrl<'a>,
    /// An HLS playlist of it. Only where the request has `hls=1` and there is one: it is made after the video was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, format = "uri")]
    hls_url: Option<MediaUrl<'a>>,
    favorite_count: i64,
    comment_count: i64,
    /// Whether the caller likes it; false for anonymous callers.
    is_favorite: bool,
    title: &'a str,
}

/// A comment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
pub(crate) struct CommentView<'a> {
    #[schema(example = 4_000_000_000_001_i64)]
    id: i64,
    user: UserView<'a>,
    content: &'a str,
    /// Month and day in the server's time zone.
    #[schema(value_type = String, pattern = r"^\d\d-\d\d$", example = "05-01")]
    create_date: MonthAndDay,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageView<'a> {
    #[schema(example = 4_000_000_000_001_i64)]
    id: i64,
    to_user_id: i64,
    from_user_id: i64,
    content: &'a str,
    /// Milliseconds since 1970-01-01 UTC; unique and increasing within a conversation.
    create_time: i64,
}

impl<'a> UserView<'a> {
    pub(crate) fn new(user: &'a User, urls: &'a Urls) -> Self {
        let (avatar, background) = (user.avatar.as_ref(), user.background.as_ref());
        Self {
            id: user.id.get(),
            name: &user.name,
            follow_count: user.follow_count,
            follower_count: user.follower_count,
            is_follow: user.is_follow,
            avatar: urls.media(avatar.unwrap_or_else(|| default_avatar(user.id))),
            background_image: urls.media(background.unwrap_or_else(|| default_background(user.id))),
            signature: &user.signature,
            total_favorited: user.total_favorited,
            work_count: user.work_count,
            favorite_count: user.favorite_count,
        }
    }

    pub(crate) fn all(users: &'a Page<User>, urls: &'a Urls) -> Vec<Self> {
        users
            .items
            .iter()
            .map(|user| Self::new(user, urls))
            .collect()
    }
}

impl<'a> FriendView<'a> {
    pub(crate) fn all(friends: &'a Page<Friend>, urls: &'a Urls) -> Vec<Self> {
        let view = |friend: &'a Friend| {
            let newest = friend.newest.as_ref();
            let message_type = u8::from(newest.is_some_and(|newest| newest.sent));
            Self {
                user: UserView::new(&friend.user, urls),
                message: newest.map_or("", |newest| &newest.text),
                message_type,
                msg_type: message_type,
            }
        };
        friends.items.iter().map(view).collect()
    }
}

impl<'a> VideoView<'a> {
    pub(crate) fn all(
        videos: &'a Page<Video>,
        urls: &'a Urls,
        WithStreams(with_streams): WithStreams,
    ) -> Vec<Self> {
        let view = |video: &'a Video| Self {
            id: video.id.get(),
            author: UserView::new(&video.author, urls),
            play_url: urls.media(&video.play),
            cover_url: urls.media(&video.cover),
            hls_url: video
                .stream
                .as_ref()
                .filter(|_| with_streams)
                .map(|stream| urls.media(stream)),
            favorite_count: video.favorite_count,
            comment_count: video.comment_count,
            is_favorite: video.is_favorite,
            title: &video.title,
        };
        videos.items.iter().map(view).collect()
    }
}

impl<'a> CommentView<'a> {
    pub(crate) fn new(comment: &'a Comment, urls: &'a Urls, zone: &TimeZone) -> Self {
        Self {
            id: comment.id.get(),
            user: UserView::new(&comment.author, urls),
            content: &comment.text,
            create_date: MonthAndDay::of(comment.at, zone),
        }
    }

    pub(crate) fn all(comments: &'a Page<Comment>, urls: &'a Urls, zone: &TimeZone) -> Vec<Self> {
        comments
            .items
            .iter()
            .map(|comment| Self::new(comment, urls, zone))
            .collect()
    }
}

impl<'a> MessageView<'a> {
    pub(crate) fn all(messages: &'a Page<Message>) -> Vec<Self> {
        let view = |message: &'a Message| Self {
            id: message.id.get(),
            to_user_id: message.to.get(),
            from_user_id: message.from.get(),
            content: &message.text,
            create_time: message.at.as_millis(),
        };
        messages.items.iter().map(view).collect()
    }
}

/// `MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct MonthAndDay {
    month: i8,
    day: i8,
}

impl MonthAndDay {
    /// The date of an instant in a time zone; the nearest one for instants beyond the years that dates are made for.
    fn of(at: Timestamp, zone: &TimeZone) -> Self {
        let nearest = if at.as_millis() < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        let instant = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(nearest);
        let date = zone.to_datetime(instant);
        Self {
            month: date.month(),
            day: date.day(),
        }
    }
}

impl Serialize for MonthAndDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:02}-{:02}", self.month, self.day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_that_of_the_time_zone() {
        let date = |millis, zone: &str| {
            let zone = TimeZone::get(zone).unwrap();
            serde_json::to_string(&MonthAndDay::of(Timestamp::from_millis(millis), &zone)).unwrap()
        };
        // 2024-02-29 16:00 UTC is midnight in Shanghai.
        assert_eq!(date(1_709_222_400_000, "Asia/Shanghai"), "\"03-01\"");
        assert_eq!(date(1_709_222_399_999, "Asia/Shanghai"), "\"02-29\"");
        assert_eq!(date(1_709_222_400_000, "UTC"), "\"02-29\"");
        assert_eq!(date(i64::MAX, "UTC"), "\"12-30\"");
    }
}
